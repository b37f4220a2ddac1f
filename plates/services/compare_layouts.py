"""What fields or images gained and lost as they went from one layout to another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from plates.differences import Extras, KeyChange, extras_of, key_changes, most_frequent
from plates.models import Layout

LAYOUT_KEYS: Final = (
    "axes",
    "shape",
    "dtype",
    "chunks",
    "shards",
    "codecs",
    "pixel_size_x",
    "pixel_size_y",
    "pixel_size_z",
    "pixel_unit",
    "level_paths",
    "level_shapes",
    "channels",
)
EMPTY = Layout(labels=[], tables=[])


def compare_layouts(
    pairs: Mapping[tuple[int | None, int | None], int],
) -> tuple[Extras | None, Extras | None, tuple[KeyChange, ...]]:
    """Labels, tables and other keys that differ, by how many fields went from a layout to another."""
    known = list(layout_pairs(pairs))
    labels = extras_between(
        (set(before.labels), set(after.labels), n) for before, after, n in known
    )
    tables = extras_between((tables_of(before), tables_of(after), n) for before, after, n in known)
    return labels, tables, most_frequent(changes_of_layouts(known))


def layout_pairs(
    pairs: Mapping[tuple[int | None, int | None], int],
) -> Iterator[tuple[Layout, Layout, int]]:
    """The layouts that fields had and have, and how many fields; an empty one stands for none."""
    found = Layout.objects.in_bulk({pk for pair in pairs for pk in pair if pk is not None})
    for (before, after), number in pairs.items():
        yield found.get(before or 0, EMPTY), found.get(after or 0, EMPTY), number


def changes_of_layouts(pairs: Iterable[tuple[Layout, Layout, int]]) -> Iterator[KeyChange]:
    """The keys in which layouts differ, with how many fields."""
    for before, after, number in pairs:
        for change in key_changes(layout_told(before), layout_told(after)):
            yield KeyChange(change.key, change.before, change.after, number)


def layout_told(layout: Layout) -> dict[str, object]:
    """What is told of a layout; nothing of none."""
    return {name: getattr(layout, name) if layout.pk else None for name in LAYOUT_KEYS}


def tables_of(layout: Layout) -> set[str]:
    """The names of a layout's tables."""
    return {str(table["name"]) for table in layout.tables}


def extras_between(pairs: Iterable[tuple[set[str], set[str], int]]) -> Extras | None:
    """The names that fields gained and lost, each with how many fields."""
    gained: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for before, after, number in pairs:
        gained.update(dict.fromkeys(after - before, number))
        lost.update(dict.fromkeys(before - after, number))
    return extras_of(gained, lost)

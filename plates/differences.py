"""What differs between a store as it stood and as it was read: bounded, frozen, ready to be told."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

FIRST: Final = 200
MOST_CHARACTERS: Final = 4000
"""Of all names in one list: what a store calls its parts is as long as it likes."""
MOST_KEYS: Final = 40
LONGEST_VALUE: Final = 300


class Names(msgspec.Struct, frozen=True):
    """How many parts there are, and the names of the first of them."""

    total: int
    first: tuple[str, ...]


class Members(msgspec.Struct, frozen=True, omit_defaults=True):
    """Wells by label, or fields or images by path, by what became of them.

    `missing` are new in the list of their parent and not there; `returned` were known, were not
    there and are now; `changed` are there as before, with another layout, place or acquisition.
    """

    added: Names | None = None
    returned: Names | None = None
    missing: Names | None = None
    vanished: Names | None = None
    changed: Names | None = None


class Kept(msgspec.Struct, frozen=True):
    """A label or table by name, and of how many fields or images that stayed."""

    name: str
    fields: int


class Extras(msgspec.Struct, frozen=True, omit_defaults=True):
    """Labels or tables that fields gained or lost; of very many the most frequent."""

    added: tuple[Kept, ...] = ()
    removed: tuple[Kept, ...] = ()


class Run(msgspec.Struct, frozen=True):
    """An acquisition, and of how many fields it is now, or was before it was removed."""

    number: int
    name: str
    fields: int


class Runs(msgspec.Struct, frozen=True, omit_defaults=True):
    """Acquisitions that are new or got their first field, lost their last, or are described anew."""

    added: tuple[Run, ...] = ()
    removed: tuple[Run, ...] = ()
    changed: tuple[Run, ...] = ()


class KeyChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A key whose value is another; where it is a layout's, of how many fields or images."""

    key: str
    before: object
    after: object
    fields: int = 0


class Count(msgspec.Struct, frozen=True):
    """How many there were and are."""

    before: int
    after: int


class Differences(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a store differs from what stood there; what is the same is left out, counts apart."""

    counts: Mapping[str, Count]
    store: tuple[KeyChange, ...] = ()
    plate: tuple[KeyChange, ...] = ()
    wells: Members | None = None
    fields: Members | None = None
    images: Members | None = None
    acquisitions: Runs | None = None
    labels: Extras | None = None
    tables: Extras | None = None
    layouts: tuple[KeyChange, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether anything differs besides the counts."""
        return len(self.told()) > 1

    def told(self) -> dict[str, object]:
        """The differences as JSON."""
        told: dict[str, object] = msgspec.to_builtins(self)
        return told


def names_of(total: int, names: Iterable[str]) -> Names:
    """The total, and as many of the names as are told."""
    kept: list[str] = []
    room = MOST_CHARACTERS
    for name in names:
        room -= len(name)
        if room < 0 or len(kept) == FIRST:
            break
        kept.append(name)
    return Names(total, tuple(kept))


def extras_of(gained: Counter[str], lost: Counter[str]) -> Extras | None:
    """Labels or tables by the number of fields that gained or lost them; None if none did."""
    if not gained and not lost:
        return None
    return Extras(_kept(gained), _kept(lost))


def _kept(numbers: Counter[str]) -> tuple[Kept, ...]:
    named = sorted(numbers.items(), key=lambda one: (-one[1], one[0]))
    told = names_of(len(named), (name for name, _ in named)).first
    return tuple(Kept(name, numbers[name]) for name in told)


def key_changes(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[KeyChange, ...]:
    """The keys whose values differ, each with both values as they are told."""
    return tuple(
        KeyChange(key, bounded(before[key]), bounded(after[key]))
        for key in after
        if before[key] != after[key]
    )


def most_frequent(changes: Iterable[KeyChange]) -> tuple[KeyChange, ...]:
    """Changes of keys, those that are the same added up; of very many the most frequent."""
    summed: dict[bytes, KeyChange] = {}
    for change in changes:
        same = msgspec.json.encode((change.key, change.before, change.after))
        known = summed.get(same)
        fields = change.fields + (known.fields if known else 0)
        summed[same] = msgspec.structs.replace(change, fields=fields)
    ordered = sorted(summed.items(), key=lambda one: (-one[1].fields, one[0]))
    return tuple(change for _, change in ordered[:MOST_KEYS])


def bounded(value: object) -> object:
    """A value as it is told: where it is long, the beginning of its text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return value if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"

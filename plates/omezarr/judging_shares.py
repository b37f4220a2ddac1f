"""From shares to the parts of a store that are told to be missing, each once and where it is whole.

A well of which nothing is there is told as that well, not once more for each field and level in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from plates.omezarr.chunk_counts import label_path
from plates.omezarr.declared import DeclaredImage
from plates.omezarr.findings import shown
from plates.omezarr.rules.completeness import PartSeen
from plates.omezarr.shares import Cell, ImageShares, LabelShares, Share, total_of
from plates.omezarr.siblings import Siblings

Key: TypeAlias = tuple[int, int | None]
"""The level and the channel of a cell."""


class Part(NamedTuple):
    """Part of an image: a level, a channel, a channel of a level; all of it where both are None."""

    level: int | None = None
    channel: int | None = None

    def holds(self, cell: Cell) -> bool:
        """Whether a cell belongs to it."""
        return self.level in {None, cell.level} and self.channel in {None, cell.channel}


class Measured(NamedTuple):
    """An image with what is there of it."""

    image: DeclaredImage
    shares: ImageShares
    cells: tuple[Cell, ...]


class TellingPart(NamedTuple):
    """A part to be told, and the path of the node where it is."""

    node: str
    seen: PartSeen


def parts_missing(images: Sequence[Measured]) -> Iterator[TellingPart]:
    """What is clearly missing of the fields of a store, of its other images and of their labels."""
    fields = [one for one in images if one.image.well]
    yield from _Judgement(fields, "field").told()
    yield from _Judgement([one for one in images if not one.image.well], "image").told()
    yield from _labels(images)


class _Judgement:
    """Images that ought to be alike, held against each other cell by cell."""

    def __init__(self, images: Sequence[Measured], noun: str) -> None:
        self._images = [one for one in images if one.cells]
        self._noun = noun
        shares: dict[Key, list[float]] = {}
        self._totals: dict[Key, list[Share]] = {}
        for one in self._images:
            for cell in one.cells:
                if cell.share.share is not None:
                    key = (cell.level, cell.channel)
                    shares.setdefault(key, []).append(cell.share.share)
                    self._totals.setdefault(key, []).append(cell.share)
        self._siblings = {key: Siblings(known) for key, known in shares.items()}
        self._dead = {key for key, known in shares.items() if not any(known)}
        """Of these nothing is there anywhere, so that there is nothing to compare."""

    def told(self) -> Iterator[TellingPart]:
        """What is missing everywhere, then what is missing in single wells and images."""
        yield from self._everywhere()
        parts = [(one, self._parts(one)) for one in self._images]
        if self._noun == "image":
            for one, missing in parts:
                yield from (self._of_image(one, part) for part in missing)
            return
        wells: dict[str, list[tuple[Measured, list[Part]]]] = {}
        for one, missing in parts:
            wells.setdefault(one.image.well, []).append((one, missing))
        for well, members in wells.items():
            yield from self._of_well(well, members)

    def _everywhere(self) -> Iterator[TellingPart]:
        totals = {key: total_of(known) for key, known in self._totals.items()}
        for part in _explained(set(totals), self._dead):
            held = [
                total for key, total in totals.items() if part.holds(Cell(key[0], key[1], total))
            ]
            every = f"all {self._noun}s" if len(self._images) > 1 else f"the {self._noun}"
            name = every if part == Part() else f"{_named(part, self._images[0])} of {every}"
            node = "" if len(self._images) > 1 else self._images[0].image.path
            total = total_of(held)
            yield TellingPart(node, PartSeen(name, total.declared, total.present))

    def _parts(self, one: Measured) -> list[Part]:
        keys, below = set(), set()
        for cell in one.cells:
            key, share = (cell.level, cell.channel), cell.share.share
            if share is not None and key not in self._dead:
                keys.add(key)
                if self._siblings[key].is_below(share):
                    below.add(key)
        return _explained(keys, below)

    def _of_well(
        self, well: str, members: Sequence[tuple[Measured, list[Part]]]
    ) -> Iterator[TellingPart]:
        common = set.intersection(*[set(missing) for _, missing in members])
        if len(members) == 1:
            common &= {Part()}
        for part in sorted(common, key=_order):
            cells = [cell for one, _ in members for cell in one.cells if part.holds(cell)]
            name = "the well" if part == Part() else f"{_named(part, members[0][0])} of the well"
            yield TellingPart(well, self._seen(name, cells))
        for one, missing in members:
            yield from (self._of_image(one, part) for part in missing if part not in common)

    def _of_image(self, one: Measured, part: Part) -> TellingPart:
        node, layout = one.image.path, one.image.layout
        name = f"the {self._noun}" if part == Part() else _named(part, one)
        if part.level is not None and layout is not None:
            node = f"{node}/{layout.level_paths[part.level]}".lstrip("/")
        return TellingPart(node, self._seen(name, [cell for cell in one.cells if part.holds(cell)]))

    def _seen(self, name: str, cells: Sequence[Cell]) -> PartSeen:
        total = total_of(cell.share for cell in cells)
        medians = [
            median
            for cell in cells
            if (own := cell.share.share) is not None
            and (median := self._siblings[cell.level, cell.channel].median(own)) is not None
        ]
        return PartSeen(name, total.declared, total.present, min(medians, default=None))


def _explained(keys: set[Key], below: set[Key]) -> list[Part]:
    """The fewest parts that say which cells of an image are below: it all, levels, channels, cells."""
    if not below:
        return []
    if below == keys:
        return [Part()]
    parts, left = [], set(below)
    for level in sorted({level for level, _ in below}):
        own = {key for key in keys if key[0] == level}
        if own <= below:
            parts.append(Part(level))
            left -= own
    for channel in sorted({channel for _, channel in left if channel is not None}):
        own = {key for key in keys if key[1] == channel}
        if own <= below:
            parts.append(Part(None, channel))
            left -= own
    return parts + sorted([Part(*key) for key in left], key=_order)


def _order(part: Part) -> tuple[int, int]:
    return (
        -1 if part.level is None else part.level,
        -1 if part.channel is None else part.channel,
    )


def _named(part: Part, one: Measured) -> str:
    """How a sentence calls a level or channel."""
    words = []
    if part.channel is not None:
        channels = one.image.layout.channels if one.image.layout else ()
        label = channels[part.channel].label if part.channel < len(channels) else ""
        words.append(f"channel {part.channel}" + (f" ({shown(label)})" if label else ""))
    if part.level is not None:
        words.append(f"level {part.level}")
    return " of ".join(words)


def _labels(images: Sequence[Measured]) -> Iterator[TellingPart]:
    """Levels of labels of which nothing is there, though it has to be.

    A label of a well without cells is rightly empty, so labels are not held against each other. But
    what shows in a smaller level was made from the larger ones.
    """
    for one in images:
        for label, described in zip(
            one.shares.labels,
            one.image.layout.label_layouts if one.image.layout else (),
            strict=True,
        ):
            for level in _hollow(label):
                path = f"{label_path(one.image.path, label.name)}/{described.level_paths[level]}"
                share = label.levels[level]
                seen = PartSeen(f"level {level} of the label", share.declared, share.present)
                yield TellingPart(path, seen)


def _hollow(label: LabelShares) -> Iterable[int]:
    for number, share in enumerate(label.levels):
        if share.declared and not share.present and any(x.present for x in label.levels[number:]):
            yield number

"""What a load has to tell of differences, worked out from snapshots alone, in plain Python."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plates.omezarr.snapshots import Layout, PlateSnapshot, StoreSnapshot

Told = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A field or image as a snapshot shows it."""

    present: bool
    layout: Layout | None
    rest: tuple[object, ...]


@dataclass
class Oracle:
    """A store as all its snapshots so far have left it."""

    wells: dict[str, bool] = field(default_factory=dict)
    fields: dict[str, Part] = field(default_factory=dict)
    images: dict[str, Part] = field(default_factory=dict)
    runs: dict[int, str] = field(default_factory=dict)

    def told(self, seen: StoreSnapshot) -> Told:
        """What differs in a snapshot from what stands here, which it then replaces."""
        plate = seen.plate
        runs = self._runs(plate) if plate else {}
        told = {
            "wells": self._wells(plate),
            "fields": members(self.fields, now := dict(self._fields_of(plate))),
            "images": members(self.images, images := images_of(seen)),
            **extras([*stayed(self.fields, now), *stayed(self.images, images)]),
        }
        if plate:
            told["acquisitions"] = runs | self._moved(now, runs)
        self.fields = remaining(self.fields, now)
        self.images = remaining(self.images, images)
        return {name: value for name, value in told.items() if value}

    def _wells(self, plate: PlateSnapshot | None) -> Told:
        now = {well.label: well.present for well in plate.wells} if plate else {}
        told = {
            "added": {w for w in now if now[w] and w not in self.wells},
            "missing": {w for w in now if not now[w] and w not in self.wells},
            "returned": {w for w in now if now[w] and not self.wells.get(w, True)},
            "vanished": {w for w, was in self.wells.items() if was and not now.get(w)},
        }
        # Who shows a plate again after showing none shows another.
        self.wells = dict.fromkeys(self.wells, False) | now if plate else {}
        return {name: wells for name, wells in told.items() if wells}

    def _runs(self, plate: PlateSnapshot) -> Told:
        listed = {run.number: run.name for run in plate.acquisitions}
        told = {
            "added": {n for n in listed if n not in self.runs},
            "changed": {n for n, name in listed.items() if self.runs.get(n, name) != name},
        }
        self.runs |= listed
        return {name: numbers for name, numbers in told.items() if numbers}

    def _moved(self, now: Mapping[str, Part], runs: Told) -> Told:
        before, after = numbers_of(self.fields), numbers_of(now)
        told = {
            "added": runs.get("added", set()) | {n for n in after if n not in before},
            "removed": {n for n in before if n not in after},
        }
        return {name: numbers for name, numbers in told.items() if numbers}

    def _fields_of(self, plate: PlateSnapshot | None) -> Iterator[tuple[str, Part]]:
        for well in plate.wells if plate else ():
            for one in well.fields:
                run = one.acquisition if one.acquisition in self.runs else None
                place = one.translation if one.layout else None
                yield one.path, Part(one.present, one.layout, (run, place))


def images_of(seen: StoreSnapshot) -> dict[str, Part]:
    """The images by path."""
    return {
        one.path: Part(one.present, one.layout, (one.name or seen.name,)) for one in seen.images
    }


def members(before: Mapping[str, Part], after: Mapping[str, Part]) -> Told:
    """What became of parts."""
    there = {path for path, part in before.items() if part.present}
    here = {path for path, part in after.items() if part.present}
    told = {
        "added": here - before.keys(),
        "returned": here & (before.keys() - there),
        "missing": after.keys() - here - before.keys(),
        "vanished": there - here,
        "changed": {path for path in there & here if before[path] != after[path]},
    }
    return {name: paths for name, paths in told.items() if paths}


def remaining(before: Mapping[str, Part], after: Mapping[str, Part]) -> dict[str, Part]:
    """The parts as rows have them then: what vanished is kept."""
    gone = {path: Part(False, part.layout, part.rest) for path, part in before.items()}  # noqa: FBT003
    return gone | dict(after)


def stayed(
    before: Mapping[str, Part], after: Mapping[str, Part]
) -> Iterator[tuple[Layout | None, Layout | None]]:
    """The layouts of what is there before and after."""
    for path, part in after.items():
        if part.present and path in before and before[path].present:
            yield before[path].layout, part.layout


def extras(pairs: list[tuple[Layout | None, Layout | None]]) -> Told:
    """Labels and tables gained and lost, with the number of fields."""
    told: Told = {"labels": {}, "tables": {}}
    for what in told:
        gained: Counter[str] = Counter()
        lost: Counter[str] = Counter()
        for before, after in pairs:
            gained.update(named(after, what) - named(before, what))
            lost.update(named(before, what) - named(after, what))
        told[what] = {k: dict(v) for k, v in (("added", gained), ("removed", lost)) if v}
    return told


def named(layout: Layout | None, what: str) -> set[str]:
    """The labels or tables of a layout."""
    if layout is None:
        return set()
    return set(layout.labels) if what == "labels" else {table.name for table in layout.tables}


def numbers_of(fields: Mapping[str, Part]) -> set[object]:
    """The acquisitions that have fields which are there."""
    return {one.rest[0] for one in fields.values() if one.present} - {None}

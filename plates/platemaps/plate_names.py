"""Which plates of a dataset a spelling means: tier by tier, and never a guess."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from plates.platemaps.candidates import PlateCandidate
from plates.platemaps.near_names import NearNames
from plates.platemaps.spelling import folded
from plates.platemaps.verdicts import RowVerdict
from plates.states import MatchedBy

_STORE_SUFFIXES: Final = (".zip", ".ozx", ".zarr", ".ome")
_SHOWN: Final = 5
_ROUNDED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}", re.ASCII)
_BOUNDARY: Final = re.compile(r"(?<=[^\W_])(?=[\W_])|(?<=[\W_])(?=[^\W_])")

_Named: TypeAlias = dict[str, dict[int, PlateCandidate]]


@dataclass(frozen=True, slots=True)
class PlateMatch:
    """What a spelling of a plate was found to mean."""

    spelling: str
    plates: tuple[PlateCandidate, ...]
    """One, or several that a person said; none where it is not clear."""
    matched_by: MatchedBy
    verdict: RowVerdict
    """MATCHED, NO_SUCH_PLATE or AMBIGUOUS_PLATE."""
    message: str = ""


def store_stem(name: str) -> str:
    """The name of a store without the endings that say it is OME-Zarr."""
    stem = name.rstrip("/").rsplit("/", 1)[-1]
    for suffix in _STORE_SUFFIXES:
        if stem.casefold().endswith(suffix) and len(stem) > len(suffix):
            stem = stem[: -len(suffix)]
    return stem


class PlateNames:
    """The plates of a dataset by their names, in the tiers that are tried one after the other.

    `said` are the ids of plates that a person said are meant by a spelling.
    """

    def __init__(
        self, candidates: Iterable[PlateCandidate], said: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._said = said
        self._by_id: dict[str, PlateCandidate] = {}
        self._tiers: dict[MatchedBy, _Named] = {tier: {} for tier in _SPELLINGS}
        self._starts: _Named = {}
        self._known: dict[str, PlateMatch] = {}
        for plate in candidates:
            self._by_id[plate.id] = plate
            self._add(plate)
        self._near: NearNames | None = None

    def match(self, spelling: str) -> PlateMatch:
        """The plate that a spelling means, or why it is not clear which; remembered."""
        known = self._known.get(spelling)
        if known is None:
            known = self._known[spelling] = self._match(spelling)
        return known

    def matches(self) -> Iterator[PlateMatch]:
        """Everything that was asked for so far, each spelling once."""
        return iter(self._known.values())

    def _add(self, plate: PlateCandidate) -> None:
        names = [
            name for name in (plate.name, plate.barcode, *map(store_stem, plate.stores)) if name
        ]
        told = {
            MatchedBy.ALIAS: plate.aliases,
            MatchedBy.NAME: [plate.name],
            MatchedBy.BARCODE: [plate.barcode],
            MatchedBy.STORE: [*plate.stores, *map(store_stem, plate.stores)],
            MatchedBy.CASE: names,
            MatchedBy.SPELLING: names,
        }
        for tier, spelt in told.items():
            for name in spelt:
                if key := _SPELLINGS[tier](name):
                    self._tiers[tier].setdefault(key, {})[plate.serial] = plate
        for name in names:
            for start in _starts_of(name.casefold()):
                self._starts.setdefault(start, {})[plate.serial] = plate

    def _match(self, spelling: str) -> PlateMatch:
        if not spelling:
            message = (
                "The row names no plate. Fill its plate column, or say which plate it is about."
            )
            return PlateMatch("", (), MatchedBy.NOTHING, RowVerdict.NO_SUCH_PLATE, message)
        if spelling in self._said:
            return self._said_match(spelling)
        if (plate := self._by_id.get(spelling)) is not None:
            return PlateMatch(spelling, (plate,), MatchedBy.PERSON, RowVerdict.MATCHED)
        for tier, spelt in _SPELLINGS.items():
            if found := self._tiers[tier].get(spelt(spelling)):
                if tier is MatchedBy.ALIAS:
                    found = found | self._called(spelling)
                return _decided(spelling, found, tier)
        if found := self._by_prefix(spelling.casefold()):
            return _decided(spelling, found, MatchedBy.PREFIX)
        return PlateMatch(
            spelling, (), MatchedBy.NOTHING, RowVerdict.NO_SUCH_PLATE, self._unknown(spelling)
        )

    def _called(self, spelling: str) -> dict[int, PlateCandidate]:
        """The plates that are called exactly so: one that came after an alias may be another."""
        found: dict[int, PlateCandidate] = {}
        for tier in (MatchedBy.NAME, MatchedBy.BARCODE, MatchedBy.STORE):
            found |= self._tiers[tier].get(spelling, {})
        return found

    def _said_match(self, spelling: str) -> PlateMatch:
        plates = [self._by_id[id_] for id_ in self._said[spelling] if id_ in self._by_id]
        if plates:
            distinct = tuple({plate.serial: plate for plate in plates}.values())
            return PlateMatch(spelling, distinct, MatchedBy.PERSON, RowVerdict.MATCHED)
        message = (
            f"The plate that {spelling!r} was said to be is not in this dataset any more. Choose "
            "another, or take the answer away."
        )
        return PlateMatch(spelling, (), MatchedBy.NOTHING, RowVerdict.NO_SUCH_PLATE, message)

    def _by_prefix(self, spelling: str) -> dict[int, PlateCandidate]:
        """Plates with a name that starts with the spelling, or that starts it, at a separator."""
        found = dict(self._starts.get(spelling, {}))
        whole = self._tiers[MatchedBy.CASE]
        for start in _starts_of(spelling):
            found.update(whole.get(start, {}))
        return found

    def _unknown(self, spelling: str) -> str:
        if self._near is None:
            names = (
                name
                for plate in self._by_id.values()
                for name in (plate.name, plate.barcode, *map(store_stem, plate.stores))
            )
            self._near = NearNames(name for name in names if name)
        message = f"No plate of this dataset is called {_quoted(spelling)}."
        if _ROUNDED.fullmatch(spelling):
            return (
                f"{message} A spreadsheet made a rounded number of it: format the column as text, "
                "and paste the names again."
            )
        if near := self._near.near(spelling):
            return f"{message} Did you mean {' or '.join(map(_quoted, near))}?"
        return message


def _decided(spelling: str, found: dict[int, PlateCandidate], tier: MatchedBy) -> PlateMatch:
    if len(found) == 1:
        return PlateMatch(spelling, tuple(found.values()), tier, RowVerdict.MATCHED)
    titles = [_told_apart(plate) for plate in found.values()]
    more = f" and {len(titles) - _SHOWN} more" if len(titles) > _SHOWN else ""
    message = (
        f"{_quoted(spelling)} may be any of {len(titles)} plates: {', '.join(titles[:_SHOWN])}{more}. "
        "Say which of them is meant; it may be several."
    )
    return PlateMatch(spelling, (), MatchedBy.NOTHING, RowVerdict.AMBIGUOUS_PLATE, message)


def _told_apart(plate: PlateCandidate) -> str:
    """A plate by all that tells it from another of the same name."""
    barcode = f"barcode {plate.barcode[:80]}, " if plate.barcode else ""
    store = f"in {plate.stores[0][:80]}, " if plate.stores else ""
    return f"{_quoted(plate.title)} ({barcode}{store}{plate.id})"


def _as_it_is(name: str) -> str:
    return name


_SPELLINGS: Final[Mapping[MatchedBy, Callable[[str], str]]] = {
    MatchedBy.ALIAS: folded,
    MatchedBy.NAME: _as_it_is,
    MatchedBy.BARCODE: _as_it_is,
    MatchedBy.STORE: _as_it_is,
    MatchedBy.CASE: str.casefold,
    MatchedBy.SPELLING: folded,
}
"""The tiers in their order, and how names are compared in each."""


def _starts_of(name: str) -> Iterator[str]:
    """The beginnings of a name that end where a separator begins or ends, itself left out."""
    for boundary in _BOUNDARY.finditer(name):
        yield name[: boundary.start()]


def _quoted(name: str) -> str:
    return repr(name[:80])

"""Rules about the wells, rows and columns of the plate document."""

import re
from collections.abc import Iterator
from typing import Final

from plates.omezarr.comparing import repeated, whole_of
from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonObject, list_of, text_of
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.seen import PlateSeen
from plates.omezarr.versions.numbers import as_number

plates: Final = RuleBook[PlateSeen]()

_TWO_NAMES: Final = re.compile(r"([A-Za-z0-9]+)/([A-Za-z0-9]+)", re.ASCII)
# Empty parts, parts of one or two dots, backslashes, control characters, addresses.
_ODD_PATH: Final = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|[\x00-\x1f\x7f\\]|://")
_FIRST_WITH_INDICES: Final = (0, 4)
_MAX_NODE: Final = 1_024
_SAID: Final = {"rows": "row", "columns": "column"}


class _Side:
    """The rows or the columns of a plate, by place and by name."""

    def __init__(self, key: str, names: list[str | None]) -> None:
        self.word = _SAID[key]
        self.index_key = f"{self.word}Index"
        self.names = names
        self.places: dict[str, int] = {}
        self.alike: dict[str, str] = {}
        for place, name in enumerate(names):
            if name is not None:
                self.places.setdefault(name, place)
                self.alike.setdefault(_spelling(name), name)
        # Without names, or with one missing, the structure speaks; the wells cannot be judged.
        self.is_whole = bool(names) and None not in names

    def lacks(self, name: str) -> bool:
        """Whether there is certainly no such name."""
        return self.is_whole and name not in self.places

    def meant(self, name: str) -> str | None:
        """The name that is meant: the same, or with other zeros in front or other case."""
        return name if name in self.places else self.alike.get(_spelling(name))


def _spelling(name: str) -> str:
    return name.lstrip("0").casefold()


def _sides(seen: PlateSeen) -> tuple[_Side, _Side]:
    return _Side("rows", seen.rows()), _Side("columns", seen.columns())


def _names_in(well: JsonObject) -> tuple[str, str] | tuple[None, None]:
    """The names of row and column in a well's path; None where it has not that form."""
    path = well.get("path")
    match = _TWO_NAMES.fullmatch(path) if isinstance(path, str) else None
    return (None, None) if match is None else (match[1], match[2])


def _has_indices(seen: PlateSeen) -> bool:
    """Whether the version knows rowIndex and columnIndex, and paths of just two names."""
    return (as_number(seen.version) or _FIRST_WITH_INDICES) >= _FIRST_WITH_INDICES


def node_of(path: str | None) -> str:
    """A path as the node of a fault; empty if it does not lead plainly down, or is absurd."""
    if path is None or len(path) > _MAX_NODE or _ODD_PATH.search(path.removesuffix("/")):
        return ""
    return path


def _node(well: JsonObject) -> str:
    return node_of(text_of(well.get("path")))


# 0.4: "The path MUST consist of a name in the rows list, a file separator (/), and a name from
# the columns list, in that order. The path MUST NOT contain additional leading or trailing
# directories." Before, the path only "identif[ies] the path to the well subgroup", and the
# specification's own example is 2020-10-10/A/1.
# A path that is not even two names is told by the structure of the document, under this id.
@plates.rule("HCS-WELL-PATH", section="plate-md", levels={"0.1": WARNING, "0.4": ERROR})
def well_path_is_row_then_column(seen: PlateSeen) -> Iterator[Fault]:
    """The path of a well is the name of a row, a slash, and the name of a column."""
    if not _has_indices(seen):
        yield from _odd_paths(seen)
        return
    rows, columns = _sides(seen)
    for number, well in seen.wells():
        row, column = _names_in(well)
        if row is None or column is None:
            continue
        if rows.lacks(row) or columns.lacks(column):
            yield _off_the_plate(number, row, column, rows, columns)


def _off_the_plate(number: int, row: str, column: str, rows: _Side, columns: _Side) -> Fault:
    path = f"{row}/{column}"
    if column in rows.places and row in columns.places:
        message = f"The path {shown(path)} names the column before the row."
        expected = shown(f"{column}/{row}")
    else:
        absent = [
            f"no {side.word} is called {shown(name)}"
            for side, name in ((rows, row), (columns, column))
            if side.lacks(name)
        ]
        message = f"The path {shown(path)} leads off the plate: {' and '.join(absent)}."
        meant = rows.meant(row), columns.meant(column)
        expected = (
            "a row's name, a slash, a column's name"
            if None in meant
            else shown(f"{meant[0]}/{meant[1]}")
        )
    return Fault(pointer_of("wells", number, "path"), message, expected, shown(path), node_of(path))


def _odd_paths(seen: PlateSeen) -> Iterator[Fault]:
    for number, well in seen.wells():
        path = well.get("path")
        if isinstance(path, str) and _ODD_PATH.search(path.removesuffix("/")):
            message = f"The path {shown(path)} identifies no group below the plate."
            pointer = pointer_of("wells", number, "path")
            yield Fault(pointer, message, "a path such as A/1", shown(path))


# 0.4: "rowIndex and columnIndex MUST be 0-based. The rowIndex, columnIndex, and path MUST all
# refer to the same row/column pair."
# Names are compared, not places: two columns of one name are that name's fault alone.
@plates.rule("HCS-WELL-INDEX", section="plate-md", levels={"0.1": None, "0.4": ERROR})
def well_indices_agree_with_path(seen: PlateSeen) -> Iterator[Fault]:
    """The rowIndex and columnIndex of a well count from 0, exist, and mean what its path says."""
    rows, columns = _sides(seen)
    for number, well in seen.wells():
        row, column = _names_in(well)
        for side, name in ((rows, row), (columns, column)):
            if _is_off(side, well, name):
                yield _index_fault(side, number, well, name)


def _is_off(side: _Side, well: JsonObject, name: str | None) -> bool:
    """Whether an index leads nowhere, or elsewhere than the name in the path.

    The structure tells of one that is negative or no number; HCS-WELL-PATH of an unknown name.
    """
    index = whole_of(well.get(side.index_key))
    if index is None or index < 0 or not side.names:
        return False
    if name is not None and name not in side.places:
        return False
    if index >= len(side.names):
        return True
    return name is not None and side.names[index] not in {name, None}


def _index_fault(side: _Side, number: int, well: JsonObject, name: str | None) -> Fault:
    index = whole_of(well.get(side.index_key)) or 0
    if index >= len(side.names):
        message = (
            f"`{side.index_key}` is {shown(index)}, but the plate lists {len(side.names)} "
            f"{side.word}s, which count from 0."
        )
    else:
        message = (
            f"`{side.index_key}` {index} is the {side.word} {shown(side.names[index])}, but the "
            f"path says {shown(name)}; indices count from 0."
        )
    expected = f"0 to {len(side.names) - 1}" if name is None else str(side.places[name])
    pointer = pointer_of("wells", number, side.index_key)
    return Fault(pointer, message, expected, shown(index), _node(well))


# No sentence of its own: it follows from "the rowIndex, columnIndex, and path MUST all refer to
# the same row/column pair" and from names being unique.
@plates.rule("HCS-WELL-UNIQUE", section="plate-md", levels={"0.1": ERROR})
def well_is_listed_once(seen: PlateSeen) -> Iterator[Fault]:
    """No two wells have the same path, or the same row and column."""
    for number, path, first in repeated(seen.wells(), _path_of):
        message = f"The well {shown(path)} is listed already, as number {first} of `wells`."
        pointer = pointer_of("wells", number, "path")
        yield Fault(pointer, message, "each well once", shown(path), node_of(path))
    if _has_indices(seen):
        yield from _shared_positions(seen)


def _path_of(well: JsonObject) -> str | None:
    path = well.get("path")
    return path if isinstance(path, str) else None


def _shared_positions(seen: PlateSeen) -> Iterator[Fault]:
    """Wells of other paths at one position, if no index is to blame: HCS-WELL-INDEX tells that."""
    rows, columns = _sides(seen)
    holders: dict[tuple[int, int], str] = {}
    paths: set[str] = set()
    for number, well in seen.wells():
        path, (row, column) = _path_of(well), _names_in(well)
        place = whole_of(well.get("rowIndex")), whole_of(well.get("columnIndex"))
        if path is None or path in paths or place[0] is None or place[1] is None:
            continue
        if _is_off(rows, well, row) or _is_off(columns, well, column):
            continue
        paths.add(path)
        holder = holders.setdefault((place[0], place[1]), path)
        if holder != path:
            message = f"The wells {shown(holder)} and {shown(path)} have the same row and column."
            pointer = pointer_of("wells", number)
            found = f"row {shown(place[0])}, column {shown(place[1])}"
            yield Fault(pointer, message, "each position once", found, node_of(path))


# 0.4: "The name MUST contain only alphanumeric characters, MUST be case-sensitive, and MUST NOT
# be a duplicate of any other name in the rows list." And the same for columns.
@plates.rule("HCS-NAME-UNIQUE", section="plate-md", levels={"0.1": None, "0.4": ERROR})
def names_are_unique(seen: PlateSeen) -> Iterator[Fault]:
    """No two rows, and no two columns, have the same name."""
    for key, word in _SAID.items():
        for number, name, first in repeated(_members(seen, key), _name_of):
            message = f"The {word} number {first} is called {shown(name)} already."
            yield Fault(pointer_of(key, number, "name"), message, "each name once", shown(name))


# 0.4: "Care SHOULD be taken to avoid collisions on case-insensitive filesystems (e.g. avoid
# using both Aa and aA)."
@plates.rule(
    "HCS-NAME-CASE", section="plate-md", levels={"0.1": None, "0.4": WARNING}, force=Force.SHOULD
)
def names_differ_by_more_than_case(seen: PlateSeen) -> Iterator[Fault]:
    """No names of rows, or of columns, differ only in upper and lower case."""
    for key, word in _SAID.items():
        spelled: dict[str, str] = {}
        met: set[str] = set()
        for number, member in _members(seen, key):
            name = _name_of(member)
            if name is None or name in met:
                continue
            met.add(name)
            first = spelled.setdefault(name.casefold(), name)
            if first != name:
                message = (
                    f"The {word}s {shown(first)} and {shown(name)} are one folder where file "
                    "names ignore case."
                )
                yield Fault(pointer_of(key, number, "name"), message, found=shown(name))


def _members(seen: PlateSeen, key: str) -> Iterator[tuple[int, JsonObject]]:
    for number, member in enumerate(list_of(seen.plate.get(key))):
        if isinstance(member, dict):
            yield number, member


def _name_of(member: JsonObject) -> str | None:
    return text_of(member.get("name"))

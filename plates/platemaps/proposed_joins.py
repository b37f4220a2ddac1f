"""How the tables of an import belong together, by their headers and by cells that are equal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from plates.platemaps.map_names import table_name
from plates.platemaps.mappings import Join, Place
from plates.platemaps.sights import Part, Sight, bare_header, of_part
from plates.platemaps.spelling import folded

_SHARE = 0.5
_FEWEST = 3
_INSTRUMENTS = frozenset({"microscope", "excitation", "emission", "objective", "cellprofiler"})


@dataclass(slots=True)
class Bonds:
    """The joins that tie the tables of an import, and those that stay apart."""

    joins: list[Join] = field(default_factory=list)
    aside: dict[int, str] = field(default_factory=dict)
    """Tables of which nothing is used -> why, as a sentence."""

    @property
    def joined(self) -> frozenset[int]:
        """The tables that others are joined to."""
        return frozenset(join.table for join in self.joins)


def bind(sights: Sequence[Sight]) -> Bonds:
    """The joins from plates to their maps, and from wells to facts of what is in them."""
    bonds = Bonds()
    wells = _without_repetition(list(of_part(sights, Part.WELLS)), bonds)
    plates = list(of_part(sights, Part.PLATES))
    main = _bind_maps(plates, wells, bonds)
    for other in plates:
        if other is not main:
            _bind_plates(other, main, wells, bonds)
    facts = [sight for sight in of_part(sights, Part.FACTS) if not _is_of_instruments(sight)]
    named = [sight for sight in (*wells, *plates) if sight.number not in bonds.aside]
    while named:
        named = _bind_facts(named, facts, bonds)
        facts = [sight for sight in facts if sight.number not in bonds.joined]
    for sight in of_part(sights, Part.FACTS):
        if sight.number not in bonds.joined:
            bonds.aside[sight.number] = _why_apart(sight, sights)
    return bonds


def _without_repetition(wells: list[Sight], bonds: Bonds) -> list[Sight]:
    """Tables of wells without those of which another says all, and more, of the same plates."""
    for sight in wells:
        for other in wells:
            if other is not sight and other.number not in bonds.aside and _covers(other, sight):
                bonds.aside[sight.number] = (
                    f"{other.table.name} has the same plates, wells and columns."
                )
    return [sight for sight in wells if sight.number not in bonds.aside]


def _covers(other: Sight, sight: Sight) -> bool:
    if sight.plate is None or other.plate is None or not sight.keys <= other.keys:
        return False
    if sight.keys == other.keys and _rank(sight) <= _rank(other):
        return False
    if sight.distinct_cells(sight.plate) != other.distinct_cells(other.plate):
        return False
    subjects = (tuple(sight.subject), tuple(other.subject))
    return _texts(sight, subjects[0]) == _texts(other, subjects[1])


def _rank(sight: Sight) -> tuple[bool, int]:
    """Of tables that say the same a library counts least: the annotation was made from it."""
    return "library" in sight.table.name.casefold(), sight.number


def _texts(sight: Sight, columns: Sequence[int]) -> set[tuple[str, ...]]:
    chosen = [sight.plate or 0, *columns]
    return {
        tuple(row.cells[column] if column < len(row.cells) else "" for column in chosen)
        for row in sight.rows
    }


def _bind_maps(plates: Sequence[Sight], wells: Sequence[Sight], bonds: Bonds) -> Sight | None:
    """Joins the table of plates that names maps to those; that table, or else the widest."""
    for sight in plates:
        column = _column_of_maps(sight, wells)
        joins = [] if column is None else list(_map_joins(Place(sight.number, column), wells))
        bonds.joins.extend(joins)
        if joins or (column is not None and not wells):
            return sight
    possible = [sight for sight in plates if not wells and not sight.lists_plates]
    return max(
        possible or ([] if wells else plates), key=lambda sight: len(sight.headers), default=None
    )


def _column_of_maps(sight: Sight, wells: Sequence[Sight]) -> int | None:
    if sight.map_name is not None:
        return sight.map_name
    names = {table_name(other.table.name) for other in wells if other.plate is None}
    for column in range(len(sight.headers)):
        if column != sight.plate and names & sight.distinct_cells(column):
            return column
    return None


def _map_joins(left: Place, wells: Sequence[Sight]) -> Iterator[Join]:
    for sight in wells:
        if sight.plate is None:
            named = None if sight.map_name is None else Place(sight.number, sight.map_name)
            yield Join(left, named, sight.number)


def _bind_plates(other: Sight, main: Sight | None, wells: Sequence[Sight], bonds: Bonds) -> None:
    """Joins a table of plates to rows that name the same plates, or leaves it aside."""
    if other.lists_plates and (wells or main):
        bonds.aside[other.number] = (
            "It lists plates and the paths from which they came, and nothing of wells: import it "
            "by itself to say which plates are expected."
        )
        return
    if main is not None and _bind_by_plate(main, other, bonds):
        return
    for sight in wells:
        if sight.plate is not None and _bind_by_plate(sight, other, bonds):
            return
    if main is not None or wells:
        bonds.aside[other.number] = "None of its plates is named in the other tables."


def _bind_by_plate(left: Sight, right: Sight, bonds: Bonds) -> bool:
    if left.plate is None or right.plate is None:
        return False
    if not left.distinct_cells(left.plate) & right.all_cells(right.plate):
        return False
    bonds.joins.append(
        Join(Place(left.number, left.plate), Place(right.number, right.plate), right.number)
    )
    return True


def _bind_facts(named: Sequence[Sight], facts: Sequence[Sight], bonds: Bonds) -> list[Sight]:
    """Joins tables of facts to columns that name their rows; the tables that were joined."""
    joined: dict[int, Sight] = {}
    for left in named:
        covered: dict[int, set[str]] = {}
        said = set(left.keys)
        for right in _best_first(left, facts):
            place = _common(left, right)
            if place is None:
                continue
            column, other = place
            new = (left.distinct_cells(column) & right.all_cells(other)) - covered.get(
                column, set()
            )
            if new or not right.keys <= said:
                covered.setdefault(column, set()).update(new)
                said |= right.keys
                joined[right.number] = right
                bonds.joins.append(
                    Join(Place(left.number, column), Place(right.number, other), right.number)
                )
    return list(joined.values())


def _best_first(left: Sight, facts: Sequence[Sight]) -> list[Sight]:
    """Tables of facts, those first that have most of what a table names."""

    def had(right: Sight) -> int:
        place = _common(left, right)
        return len(left.distinct_cells(place[0]) & right.all_cells(place[1])) if place else 0

    return sorted(facts, key=had, reverse=True)


def _common(left: Sight, right: Sight) -> tuple[int, int] | None:
    """The column of one table that names rows of another, and the column that has the names."""
    for other in right.identifying:
        header = folded(bare_header(right.table.columns[other]))
        for column in range(len(left.headers)):
            same = folded(bare_header(left.table.columns[column])) == header
            if same and left.distinct_cells(column) & right.all_cells(other):
                return column, other
    for other in right.identifying:
        for column in range(len(left.headers)):
            if _names(left, column, right, other):
                return column, other
    return None


def _names(left: Sight, column: int, right: Sight, other: int) -> bool:
    """Whether cells under different headers are the same names: most of them, and no numbers."""
    if column == left.plate or column in left.subject or left.headers[column].known:
        return False
    cells = {text for text in left.distinct_cells(column) if not text.isdigit()}
    some = any(text in right.distinct_cells(other) for text in cells)
    return (
        some
        and len(cells) >= _FEWEST
        and len(cells & right.all_cells(other)) >= _SHARE * len(cells)
    )


def _is_of_instruments(sight: Sight) -> bool:
    words = {word for key in sight.keys for word in key.split()}
    return bool(words & _INSTRUMENTS)


def _why_apart(sight: Sight, sights: Sequence[Sight]) -> str:
    if _is_of_instruments(sight):
        return "It is about instruments or programs, not about what is in plates and wells."
    found = ", ".join(f'"{header[:40]}"' for header in sight.table.columns[:4]) or "no columns"
    others = "no other table names its rows" if len(sights) > 1 else "it is alone"
    return f"It names neither plates nor wells (its columns: {found}), and {others}."

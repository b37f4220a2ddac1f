"""What a person should know of an import as a whole: which plates, what is unused, what is left over."""

from collections.abc import Iterator, Sequence

from plates.platemaps.detecting import left_aside
from plates.platemaps.join_reports import JoinReport, Left
from plates.platemaps.map_names import table_name
from plates.platemaps.mappings import ColumnKind, Mapping, Place, roots
from plates.platemaps.remarks import Remark, RemarkKind
from plates.platemaps.study_files import describes_in_groups, describes_in_rows
from plates.platemaps.tables import Table

_SHOWN = 5
_LONGEST = 60


def import_remarks(
    tables: Sequence[Table], mapping: Mapping, leftovers: JoinReport, *, plate: str = ""
) -> tuple[str, ...]:
    """What was decided without a person, and what of the files is told of no well; a sentence each.

    `plate` is the one that a person named with the files. What tables say of themselves in their
    remarks is not said again.
    """
    return (
        *_on_plates(tables, mapping, plate),
        *_on_unused(tables, mapping),
        *_on_maps(leftovers),
        *_on_reagents(tables, leftovers),
    )


def remarks_on_counts(
    tables: Sequence[Table], mapping: Mapping, *, rows: int, named: int, found: int
) -> Iterator[str]:
    """What makes all of an import useless: no rows, or several plates of which none is found."""
    if not rows:
        names = " and ".join(tables[number].name for number in roots(mapping))
        yield f"There are no rows below the header of {names}. Fill them in, and upload it again."
    if named > 1 and not found:
        yield f"None of its {named:,} plates is in this dataset. Is it about another one?"


def _on_plates(tables: Sequence[Table], mapping: Mapping, plate: str) -> Iterator[str]:
    named = [column.name for column in mapping.columns if column.kind is ColumnKind.PLATE]
    if plate and named:
        yield (
            f'The plate "{plate[:_LONGEST]}" that was named with the files is not used: the column '
            f'"{named[0][:_LONGEST]}" says which plate a row is about.'
        )
    names = _file_names(tables) - {"", plate}
    guessed = [name for name in (mapping.plate, *mapping.file_plates.values()) if name in names]
    if guessed:
        yield (
            f"No column names the plate: it is taken from the file's name, {_listed(guessed)}. Say "
            "which plate it is where that is wrong."
        )


def _file_names(tables: Sequence[Table]) -> set[str]:
    """The names of tables, but for those that say themselves that they propose one."""
    return {
        table_name(table.name)
        for table in tables
        if not any(
            isinstance(remark, Remark) and remark.kind is RemarkKind.PLATE_NAME
            for remark in table.remarks
        )
    }


def _on_unused(tables: Sequence[Table], mapping: Mapping) -> Iterator[str]:
    used = {
        column.place.table for column in mapping.columns if column.kind is not ColumnKind.IGNORED
    }
    unused = [number for number in range(len(tables)) if number not in used]
    if not unused:
        return
    reasons = {aside.table: f" {aside.reason}" for aside in left_aside(tables)}
    for number in unused:
        table = tables[number]
        if not describes_in_groups(table) and not describes_in_rows(table):
            yield f"Nothing of {table.name} is used.{reasons.get(number, '')}"


def _on_maps(leftovers: JoinReport) -> Iterator[str]:
    if leftovers.unused_maps:
        yield (
            f"No plate of the files has the plate map {_listed(leftovers.unused_maps)}: what is in "
            "it is left out."
        )
    for spelt, name in leftovers.forgiven[:_SHOWN]:
        yield f'The plate map "{spelt[:_LONGEST]}" is taken to be "{name[:_LONGEST]}".'


def _on_reagents(tables: Sequence[Table], leftovers: JoinReport) -> Iterator[str]:
    for orphans, before, after in (
        (leftovers.without_reagent, "In no table that they are joined to:", "named in"),
        (leftovers.unused_reagents, "Of no well:", "in"),
        (leftovers.repeated, "Said again, and counted once:", "in"),
        (leftovers.contradictions, "Said differently in several rows:", "in"),
    ):
        for where, count in orphans.counts:
            yield (
                f"{before} {_named(orphans.of(where), count)}, {after} the column "
                f'"{_header(tables, where)}" of {tables[where.table].name}.'
            )


def _named(examples: Sequence[Left], count: int) -> str:
    shown = ", ".join(map(_example, examples[:_SHOWN]))
    more = count - min(_SHOWN, len(examples))
    return f"{shown} and {more:,} more" if more else shown


def _example(left: Left) -> str:
    return f'"{left.text[:_LONGEST]}" (row {left.row})'


def _header(tables: Sequence[Table], place: Place) -> str:
    return tables[place.table].columns[place.column][:_LONGEST]


def _listed(names: Sequence[str]) -> str:
    """Some names, quoted, and how many more there are."""
    shown = [f'"{name[:_LONGEST]}"' for name in names[:_SHOWN]]
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(shown) + more

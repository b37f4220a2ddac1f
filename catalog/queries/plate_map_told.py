"""What came of an import, as JSON and as lines that a person can act on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from catalog.queries.plates_named import PlateNamed, plates_named
from plates.models import PlateMap
from plates.platemaps.mappings import SUBJECTS, ColumnKind
from plates.platemaps.verdicts import MEANINGS, RowVerdict, fate_of
from plates.states import MatchedBy, PlateMapState

SHOWN_PROBLEMS: Final = 20
SHOWN_PLATES: Final = 20
SHOWN_COLUMNS: Final = 100
SHOWN_REMARKS: Final = 30
ROUNDABOUT: Final = frozenset(
    {MatchedBy.CASE.value, MatchedBy.SPELLING.value, MatchedBy.PREFIX.value}
)
"""Ways to find a plate that a person should see: it is not called what the file says."""


def outcome_of(plate_map: PlateMap) -> dict[str, Any]:
    """The contract's JSON of an import."""
    report: Mapping[str, Any] = plate_map.report
    columns: list[dict[str, Any]] = report.get("columns", [])
    return {
        "import": str(plate_map.id),
        "format": plate_map.format,
        "state": plate_map.state,
        "applied": plate_map.state == PlateMapState.APPLIED.value,
        "rows": report.get("rows", 0),
        "plates": plates_meant(report),
        "wells": report.get("wells", 0),
        "terms": values_in(report),
        "verdicts": report.get("verdicts", {}),
        "columns": columns,
        "problems": report.get("problems", []),
        "problems_total": report.get("problems_total", 0),
        "plates_named": [asdict(one) for one in plates_named(plate_map)],
        "conflicts": report.get("conflicts", {}).get("keys", []),
        "remarks": remarks_told(plate_map),
        "study": report.get("study", {}),
        "mapping": plate_map.mapping,
    }


def plates_meant(report: Mapping[str, Any]) -> int:
    """How many plates the rows are about, each once however many ways it is spelt.

    Of more than the dry run tells one by one it is the number of spellings that were found.
    """
    told = report.get("plates", [])
    if report.get("plates_named", 0) > len(told):
        return int(report["plates_found"])
    return len({plate["id"] for named in told for plate in named["plates"]})


def values_in(report: Mapping[str, Any]) -> int:
    """How many different values stand in the columns."""
    return sum(column["distinct"] for column in report.get("columns", ()))


def remarks_told(plate_map: PlateMap) -> list[str]:
    """What is said of the import as a whole, then of each of its tables; a sentence each."""
    several = len(plate_map.tables) > 1
    return [
        *plate_map.report.get("remarks", ()),
        *(
            f"{table['name']}: {remark}" if several else remark
            for table in plate_map.tables
            for remark in table["remarks"]
        ),
    ]


def subject_noun(columns: Sequence[Mapping[str, Any]]) -> str:
    """What the rows are about: a well, or an image."""
    kinds = {ColumnKind(one["kind"]) for one in columns} & SUBJECTS
    return "image" if kinds == {ColumnKind.IMAGE} else "well"


def all_matched(plate_map: PlateMap) -> bool:
    """Whether every row was simply matched."""
    verdicts: Mapping[str, int] = plate_map.report.get("verdicts", {})
    return not any(rows for word, rows in verdicts.items() if word != RowVerdict.MATCHED.value)


def sentences_of(plate_map: PlateMap) -> Iterator[str]:
    """What came of an import, line by line: counts, columns, what is wrong, what to do."""
    told = outcome_of(plate_map)
    names = ", ".join(file.name for file in plate_map.files.order_by("number"))
    yield f"{names}: {told['format']}"
    numbers = (
        (told["rows"], "row"),
        (told["plates"], "plate"),
        (told["wells"], subject_noun(told["columns"])),
    )
    values = counted(told["terms"], "different value")
    yield f"{', '.join(counted(*one) for one in numbers)}, {values}"
    yield from verdict_lines(told["verdicts"])
    tables = [table["name"] for table in plate_map.tables]
    yield from column_lines(told["columns"], tables)
    yield from remark_lines(told["remarks"])
    yield from study_lines(told["study"])
    yield from conflict_lines(told["conflicts"])
    named = plates_named(plate_map)
    yield from plate_lines(named)
    yield from problem_lines(told["problems"], named, tables)
    yield from last_lines(plate_map)


def verdict_lines(verdicts: Mapping[str, int]) -> Iterator[str]:
    """How many rows have each verdict, and what that means."""
    if verdicts:
        yield ""
    for word, rows in sorted(verdicts.items(), key=lambda one: -one[1]):
        verdict = RowVerdict(word)
        fate = "" if verdict is RowVerdict.MATCHED else f"; {fate_of(verdict)}"
        yield f"  {word:<17}{rows:>12,}   {MEANINGS[verdict]}{fate}"


def column_lines(columns: list[dict[str, Any]], tables: list[str]) -> Iterator[str]:
    """What each column becomes, table by table; of tables of which nothing is used only that."""
    if columns:
        yield ""
        yield "What the columns become"
    width = min(40, max((len(one["name"]) for one in columns), default=0))
    shown = 0
    for table, told in groupby(columns, key=itemgetter("table")):
        of_table = list(told)
        if len(tables) > 1:
            yield f"  {tables[table]}"
        if all(one["kind"] == ColumnKind.IGNORED.value for one in of_table):
            yield f"  {counted(len(of_table), 'column')} ignored"
            continue
        for one in of_table[: max(0, SHOWN_COLUMNS - shown)]:
            yield f"  {one['name'][:40]:<{width}}  {column_told(one)}"
        shown += len(of_table)
    if shown > SHOWN_COLUMNS:
        yield f"  and {shown - SHOWN_COLUMNS} more; --format json tells all"


def column_told(column: Mapping[str, Any]) -> str:
    """What a column becomes, with the units that its numbers are kept in."""
    becomes = f" {column['becomes']}" if column["becomes"] else ""
    group = f" {column['group']}" if column["group"] else ""
    units = ", ".join(unit for unit in column["units"] or [column["unit"]] if unit)
    return f"{column['kind']}{becomes}{group}" + (f" in {units}" if units else "")


def remark_lines(remarks: list[str]) -> Iterator[str]:
    """What is said of the import and its tables."""
    if remarks:
        yield ""
        yield "Please note"
    for remark in remarks[:SHOWN_REMARKS]:
        yield f"  {remark}"
    if len(remarks) > SHOWN_REMARKS:
        yield f"  and {len(remarks) - SHOWN_REMARKS} more; --format json tells all"


def study_lines(study: Mapping[str, Any]) -> Iterator[str]:
    """What is filled in about the study."""
    if study:
        yield ""
        yield "About the study"
    for name, value in study_told(study):
        yield f"  {name:<13} {value[:200]}"


def study_told(study: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is filled in about the study, as text: field by field."""
    return [(name, field_told(value)) for name, value in study.items()]


def field_told(value: object) -> str:
    """The value of a field; of people their names, of publications their titles."""
    if isinstance(value, list):
        return "; ".join(map(field_told, value))
    if isinstance(value, dict):
        return str(value.get("name") or value.get("title") or "")
    return str(value)


def conflict_lines(conflicts: list[dict[str, Any]]) -> Iterator[str]:
    """What is said otherwise of the same wells already."""
    if conflicts:
        yield ""
        yield "Said otherwise already (both are kept)"
    for one in conflicts[:SHOWN_PROBLEMS]:
        yield f"  {one['key']} in {counted(one['rows'], 'row')}"
        for example in one["examples"][:2]:
            where = f"{example['plate']} {example['subject']}".strip()
            was = ", ".join(example["was"])
            yield f"    row {example['row']}, {where}: {was} there, {example['becomes']} here"


def plate_lines(named: Sequence[PlateNamed]) -> Iterator[str]:
    """The plates that were not found, with what may have been meant, and those found elsehow."""
    lost = [one for one in named if not one.plates]
    yield from headed(
        f"Plates that are not here, or not clear ({len(lost):,})",
        [
            f"{one.spelling or '(no name)'}, {counted(one.rows, 'row')}. {one.message}"
            for one in lost
        ],
    )
    taken = [one for one in named if one.plates and one.matched_by in ROUNDABOUT]
    yield from headed(
        f"Plates that are not spelt as they are called ({len(taken):,})",
        [f"{one.spelling} is taken for {names_of(one)} ({one.matched_by})" for one in taken],
    )


def headed(title: str, lines: Sequence[str]) -> Iterator[str]:
    """The first lines below a title; nothing where there are none."""
    if lines:
        yield ""
        yield title
    for line in lines[:SHOWN_PLATES]:
        yield f"  {line}"
    if len(lines) > SHOWN_PLATES:
        yield f"  and {len(lines) - SHOWN_PLATES:,} more; --format json tells all"


def names_of(named: PlateNamed) -> str:
    """The plates that a spelling means."""
    return ", ".join(name for _, name in named.plates)


def counted(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def problem_lines(
    problems: list[dict[str, Any]], named: Sequence[PlateNamed], tables: Sequence[str]
) -> Iterator[str]:
    """The first rows of each verdict, with row and column; not what the plates told already."""
    told = {one.message for one in named if one.spelling}
    left = [one for one in problems if one["message"] not in told]
    if left:
        yield ""
        yield "Rows to look at, the first of them"
    for one in first_of_each(left, SHOWN_PROBLEMS):
        column = f", {one['column']}" if one.get("column") else ""
        file = f"{tables[one['table']]} " if len(tables) > 1 else ""
        yield f"  {file}row {one['row']}{column}: {one['verdict']}. {one['message']}"


def first_of_each(problems: Sequence[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """About so many problems, the first of each verdict, in the order of the rows."""
    kinds = len({one["verdict"] for one in problems})
    seen = Counter[str]()
    shown = []
    for one in problems:
        if seen[one["verdict"]] * kinds < most:
            shown.append(one)
        seen[one["verdict"]] += 1
    return shown


def last_lines(plate_map: PlateMap) -> Iterator[str]:
    """What was done, and what can be done next."""
    yield ""
    if plate_map.state == PlateMapState.APPLIED.value:
        yield (
            f"Applied {counted(plate_map.placed_count, 'row')}. To take them back: "
            f"platemap --undo {plate_map.id}"
        )
        return
    yield (
        "Nothing was applied. To change what columns become, or to say which plates are meant, print "
        "--format json, edit its `mapping` (what a spelling means stands in `plates`, as "
        '{"spelling": ["id"]}) and give it with --mapping; to apply it, leave out --dry-run.'
    )

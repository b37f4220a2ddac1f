"""How well the proposed mappings agree with those written by hand, over all of the corpus.

`pytest -s` on this file prints a line for each file, with each column in which the two differ.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from plates.platemaps.detecting import detect, left_aside
from plates.platemaps.mapping_checks import check_mapping
from plates.platemaps.mapping_documents import document_of, mapping_of
from plates.platemaps.mappings import ColumnKind, Mapping
from plates.platemaps.proposing import propose, understand
from plates.platemaps.tables import Table
from tests.plates.platemaps.corpus_sets import ABSENT, REASON, ImportSet, import_sets
from tests.plates.platemaps.handwritten import Meant

pytestmark = pytest.mark.skipif(ABSENT, reason=REASON)

PRECISION_FLOOR = 0.98
RECALL_FLOOR = 0.98
FLOOR_OF_A_FILE = 0.9
_WIDTH = 60

Decision = tuple[str, str, Meant]


@dataclass
class Agreement:
    """Columns that were proposed, written by hand, and both in the same words."""

    proposed: set[Decision]
    wanted: set[Decision]

    @property
    def precision(self) -> float:
        return len(self.proposed & self.wanted) / max(1, len(self.proposed))

    @property
    def recall(self) -> float:
        return len(self.proposed & self.wanted) / max(1, len(self.wanted))

    def lines(self, name: str) -> Iterator[str]:
        """A row of the table, and below it what was proposed or written alone."""
        yield (
            f"{name:<{_WIDTH}} {len(self.wanted):7} {len(self.proposed):8} "
            f"{self.precision:9.3f} {self.recall:6.3f}\n"
        )
        for told, decisions in (
            ("proposed", self.proposed - self.wanted),
            ("by hand", self.wanted - self.proposed),
        ):
            for _, header, meant in sorted(decisions):
                yield f"    {told:8} {header}: {meant}\n"

    def of(self, table: str) -> "Agreement":
        """The columns of one table."""
        return Agreement(
            {decision for decision in self.proposed if decision[0] == table},
            {decision for decision in self.wanted if decision[0] == table},
        )


def decided(mapping: Mapping, tables: Sequence[Table], where: str) -> set[Decision]:
    """What a mapping says of each column, in the words of those written by hand."""
    return {
        (
            f"{where}: {tables[column.place.table].name}",
            column.name,
            Meant(
                column.kind,
                column.becomes,
                column.unit,
                column.group,
                tables[column.of.table].columns[column.of.column] if column.of else "",
            ),
        )
        for column in mapping.columns
        if column.kind is not ColumnKind.IGNORED and column.becomes != "control_as_written"
    }


def wanted(case: ImportSet, tables: Sequence[Table]) -> set[Decision]:
    return {
        (f"{case.name}: {table.name}", header, meant)
        for table in tables
        for header, meant in case.meaning(table.name).items()
        if header in table.columns
    }


def agreement(case: ImportSet) -> Agreement:
    tables = case.open()
    return Agreement(decided(propose(tables, case.format), tables, case.name), wanted(case, tables))


def test_proposals_agree_with_what_a_curator_says() -> None:
    whole = Agreement(set(), set())
    header = f"{'file':<{_WIDTH}} {'by hand':>7} {'proposed':>8} {'precision':>9} {'recall':>6}\n"
    lines = ["\n", header]
    for case in import_sets():
        one = agreement(case)
        for table in sorted({place for place, *_ in one.proposed | one.wanted}):
            lines += one.of(table).lines(table)
        whole.proposed |= one.proposed
        whole.wanted |= one.wanted
    sys.stdout.writelines([*lines, next(whole.lines("all"))])
    assert whole.precision >= PRECISION_FLOOR
    assert whole.recall >= RECALL_FLOOR


@pytest.mark.parametrize("case", import_sets(), ids=lambda case: case.name)
def test_no_file_hides_behind_the_others(case: ImportSet) -> None:
    one = agreement(case)
    for table in {place for place, *_ in one.proposed | one.wanted}:
        assert one.of(table).precision >= FLOOR_OF_A_FILE, table
        assert one.of(table).recall >= FLOOR_OF_A_FILE, table


@pytest.mark.parametrize("case", import_sets(), ids=lambda case: case.name)
def test_a_set_of_files_is_recognised(case: ImportSet) -> None:
    tables = case.open()
    assert detect(tables) is case.format
    assert detect(tables[::-1]) is case.format
    aside = Counter(table.name for table in left_aside(tables))
    assert aside == Counter(table.name for table in tables if not case.meaning(table.name))


@pytest.mark.parametrize("case", import_sets(), ids=lambda case: case.name)
def test_a_proposal_holds_together_and_comes_back_from_its_document(case: ImportSet) -> None:
    tables = case.open()
    mapping = understand(tables).mapping
    check_mapping(mapping, tables)
    assert mapping == propose(tables, case.format)
    assert mapping_of(document_of(mapping, tables), tables) == mapping
    assert propose(tables, case.format, saved=mapping) == mapping

"""How well the proposed mappings agree with those written by hand, over all of the corpus."""

import sys
from collections import Counter
from collections.abc import Sequence
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

    def line(self, name: str) -> str:
        return (
            f"{name:20} {len(self.wanted):4} by hand, {len(self.proposed):4} proposed, "
            f"precision {self.precision:.3f}, recall {self.recall:.3f}\n"
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


def test_proposals_agree_with_what_a_curator_says() -> None:
    proposed: set[Decision] = set()
    by_hand: set[Decision] = set()
    lines = []
    for case in import_sets():
        tables = case.open()
        one = Agreement(
            decided(propose(tables, case.format), tables, case.name), wanted(case, tables)
        )
        lines.append(one.line(case.name))
        lines += [f"    proposed {decision}\n" for decision in sorted(one.proposed - one.wanted)]
        lines += [f"    by hand  {decision}\n" for decision in sorted(one.wanted - one.proposed)]
        proposed |= one.proposed
        by_hand |= one.wanted
    whole = Agreement(proposed, by_hand)
    sys.stdout.writelines([*lines, whole.line("all")])
    assert whole.precision >= PRECISION_FLOOR
    assert whole.recall >= RECALL_FLOOR


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

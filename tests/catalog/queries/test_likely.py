"""Parts of a query that are likely to have enough hits: told by kept counts, proven by counting."""

import pytest

from catalog.queries import hit_counts, hits, likely
from catalog.queries.hits import Search
from catalog.queries.likely import Part, likely_part
from catalog.queries.spread import needed_terms
from catalog.queries.visible import Viewer
from catalog.search.meanings import AllOf
from plates.models import Carrier, TermScope
from tests import factories
from tests.catalog.search.worlds import RowPlan, build

pytestmark = pytest.mark.django_db

TREATED = {"Compound": "taxol", "Cell_Line": "HeLa", "Score": "3"}
RICH = [RowPlan(plate, well, TREATED) for plate in (0, 1) for well in (3, 4, 5)]
POOR = [RowPlan(2, 3, TREATED), RowPlan(3, 4, {"Compound": "taxol"})]
BOTH = "compound:taxol cell_line:HeLa"


@pytest.fixture
def everybody(monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """Who sees a dataset with six wells that have all, and one with a single such well."""
    build([RICH, POOR])
    monkeypatch.setattr(likely, "_WORTH", 1)
    return Viewer(factories.user(superuser=True))


def part_of(text: str, viewer: Viewer, enough: int) -> Part | None:
    return likely_part(Search(text, viewer).resolved.meaning, viewer.scopes, enough)


def test_the_richest_scopes_do_where_they_have_enough(
    everybody: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likely, "_MOST_OF_IT", 0.9)
    part = part_of(BOTH, everybody, 2)
    assert part is not None
    assert part.scopes == everybody.scopes[:1]
    assert part_of(BOTH, everybody, 5_000) is None, "nowhere are there so many"
    monkeypatch.setattr(likely, "_WORTH", 50)
    assert part_of(BOTH, everybody, 2) is None, "all are soon gathered"
    monkeypatch.setattr(likely, "_WORTH", 1)
    monkeypatch.setattr(likely, "_MOST_OF_IT", 0.5)
    assert part_of(BOTH, everybody, 2) is None, "most of all hits lie there"


@pytest.mark.parametrize(
    "text", ["cell_line:HeLa", f"{BOTH} row:A", f"{BOTH} -score:3", "compound:none cell_line:HeLa"]
)
def test_where_other_things_than_terms_are_asked_no_scope_is_likelier(
    everybody: Viewer, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likely, "_MOST_OF_IT", 1.0)
    assert part_of(text, everybody, 1) is None


@pytest.mark.parametrize(("subjects", "positions"), [(1, 2_000_000_000), (2_000_000_000, 1)])
def test_as_many_terms_as_anybody_may_write_are_no_fault(
    everybody: Viewer, subjects: int, positions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likely, "_MOST_OF_IT", 1.0)
    Carrier.objects.update(positions=positions)
    (leaf,) = needed_terms(Search("compound:taxol", everybody).resolved.meaning)
    TermScope.objects.filter(term__in=leaf.terms).update(subjects=subjects)
    part = likely_part(AllOf((leaf,) * 60), everybody.scopes, 2)
    assert (part is not None) == (subjects > 1)


@pytest.mark.parametrize(("most", "told"), [(3, (3, False)), (6, (6, False)), (7, (7, True))])
def test_a_count_stops_at_a_part_only_where_that_has_more_than_are_counted(
    everybody: Viewer, most: int, told: tuple[int, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likely, "_MOST_OF_IT", 1.0)
    monkeypatch.setattr(hit_counts, "COUNTED_UP_TO", most)
    monkeypatch.setattr(hit_counts, "_SAFELY", 0.1)
    monkeypatch.setattr(hit_counts, "_AS_MANY", 10**9)
    monkeypatch.setattr(hits, "_FEW", -1)
    search = Search(BOTH, everybody)
    assert search.count() == told
    assert search.counted.is_part_enough is (most < 6)

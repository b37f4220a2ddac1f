import pytest
from django.db.models import Count, Sum

from catalog.services.term_counts import fold_term_counts
from plates.models import TermScope
from tests.catalog.search.worlds import RowPlan, apply_in, build

pytestmark = pytest.mark.django_db


def sums() -> dict[tuple[int, int], int]:
    rows = TermScope.objects.order_by().values_list("scope", "term_id").annotate(n=Sum("subjects"))
    return {(scope, term): n for scope, term, n in rows if n}


def test_folding_leaves_one_row_of_each_count_and_changes_none() -> None:
    world = build([[RowPlan(0, 1, {"Compound": "taxol"})]])
    apply_in(
        world.seen, [RowPlan(0, 2, {"Compound": "taxol"}), RowPlan(1, 0, {"Compound": "DMSO"})]
    )
    before = sums()
    assert TermScope.objects.count() > len(before)
    assert fold_term_counts() > 0
    assert sums() == before
    most = TermScope.objects.order_by().values("scope", "term_id").annotate(n=Count("id"))
    assert {row["n"] for row in most} == {1}
    assert fold_term_counts() == 0

"""The conversation about a plate map: what may be done in which state, and by whom."""

from copy import deepcopy
from typing import Any

import pytest

from catalog.errors import NotAllowed, NotUnderstood, PlateMapIsBusy, PlateMapNotReady
from catalog.models import Dataset, History, Job
from catalog.services.plate_maps import (
    edit_mapping,
    request_apply,
    request_check,
    request_undo,
)
from catalog.services.steering import cancel_job
from catalog.words import Role
from plates.models import AnnotationRow, KeyAlias, PlateMap
from tests import factories
from tests.catalog.services.mapped import applied, checked, undone, uploaded, worked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plate(plate_folder: object, open_dataset: Dataset) -> None:
    """The plate that the layout is about."""
    factories.harvested(str(plate_folder), into=open_dataset)


def edited(plate_map: PlateMap, column: int, **said: object) -> dict[str, Any]:
    """The mapping with another word on one column of the first table."""
    document: dict[str, Any] = deepcopy(plate_map.mapping)
    document["tables"][0]["columns"][column] |= said
    return document


def test_from_upload_to_dry_run_to_wells_and_back(open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    assert (plate_map.state, plate_map.row_count) == ("checked", 3)
    assert plate_map.report["verdicts"] == {"matched": 3}
    assert not AnnotationRow.objects.exists()
    plate_map = applied(open_dataset)
    assert (plate_map.state, plate_map.placed_count) == ("applied", 3)
    assert AnnotationRow.objects.count() == 3
    plate_map = undone(plate_map)
    assert plate_map.state == "undone"
    assert not AnnotationRow.objects.exists()
    verbs = History.objects.filter(noun="platemap").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["upload", "apply", "undo"]


def test_an_edited_mapping_is_tried_at_once_and_remembered_for_the_next_files(
    open_dataset: Dataset,
) -> None:
    plate_map = checked(open_dataset)
    job = edit_mapping(
        plate_map=plate_map, document=edited(plate_map, 2, becomes="drug x"), by=None
    )
    assert PlateMap.objects.get(pk=plate_map.pk).state == "uploaded"
    worked(job)
    plate_map.refresh_from_db()
    assert (plate_map.state, plate_map.edited) == ("checked", True)
    assert plate_map.report["columns"][2]["becomes"] == "drug x"
    worked(request_apply(plate_map=plate_map, by=None))
    text = "Plate,Well,Compound,Concentration (uM),Control type\nsmall,A1,Aspirin,1,\n"
    assert checked(open_dataset, text).report["columns"][2]["becomes"] == "drug x"


def test_what_nobody_edited_is_proposed_anew_by_another_dry_run(open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset, "Plate,Well,Wirkstoff\nsmall,A1,x\n")
    assert plate_map.report["columns"][2]["becomes"] == "Wirkstoff"
    KeyAlias.objects.create(spelling="Wirkstoff", folded="wirkstoff", key="compound")
    worked(request_check(plate_map=plate_map, by=None))
    plate_map.refresh_from_db()
    assert plate_map.report["columns"][2]["becomes"] == "compound"
    worked(edit_mapping(plate_map=plate_map, document=edited(plate_map, 2, becomes="y"), by=None))
    worked(request_check(plate_map=plate_map, by=None))
    plate_map.refresh_from_db()
    assert plate_map.report["columns"][2]["becomes"] == "y"


def test_a_mapping_that_does_not_fit_is_refused_with_the_column(open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    with pytest.raises(NotUnderstood, match="Concentration"):
        edit_mapping(plate_map=plate_map, document=edited(plate_map, 3, unit="parsec"), by=None)
    with pytest.raises(NotUnderstood, match="JSON object"):
        edit_mapping(plate_map=plate_map, document=["no"], by=None)
    assert PlateMap.objects.get(pk=plate_map.pk).state == "checked"


def test_nothing_can_be_edited_before_the_files_were_read(open_dataset: Dataset) -> None:
    plate_map = uploaded(open_dataset).plate_map
    with pytest.raises(NotUnderstood, match="No dry run"):
        edit_mapping(plate_map=plate_map, document={}, by=None)


def test_what_a_state_does_not_allow_is_refused_by_name(open_dataset: Dataset) -> None:
    plate_map = uploaded(open_dataset).plate_map
    with pytest.raises(PlateMapIsBusy, match="dry run"):
        request_apply(plate_map=plate_map, by=None)
    plate_map = checked(open_dataset)
    with pytest.raises(PlateMapNotReady, match="cannot be undone"):
        request_undo(plate_map=plate_map, by=None)
    plate_map = applied(open_dataset)
    for ask in (request_apply, request_check):
        with pytest.raises(PlateMapNotReady, match="is applied"):
            ask(plate_map=plate_map, by=None)
    with pytest.raises(PlateMapNotReady, match="is applied"):
        edit_mapping(plate_map=plate_map, document=plate_map.mapping, by=None)
    plate_map = undone(plate_map)
    with pytest.raises(PlateMapNotReady, match="is undone"):
        request_apply(plate_map=plate_map, by=None)


def test_asked_twice_there_is_one_job(open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    jobs = {request_apply(plate_map=plate_map, by=None).pk for _ in range(2)}
    assert len(jobs) == 1
    with pytest.raises(PlateMapIsBusy, match="import"):
        edit_mapping(plate_map=plate_map, document=plate_map.mapping, by=None)
    worked(Job.objects.get(pk=jobs.pop()))


def test_a_cancelled_import_can_be_asked_for_again(open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    job = request_apply(plate_map=plate_map, by=None)
    cancel_job(job=job, by=None)
    again = request_apply(plate_map=plate_map, by=None)
    assert again != job
    assert worked(again).state == "done"


@pytest.mark.parametrize("ask", [request_check, request_apply, request_undo])
@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_only_curators_work_on_plate_maps(
    open_dataset: Dataset, ask: Any, role: Role | None
) -> None:
    plate_map = checked(open_dataset)
    person = factories.user()
    if role:
        factories.access(person, role, open_dataset)
    with pytest.raises(NotAllowed, match="curators"):
        ask(plate_map=plate_map, by=person)
    with pytest.raises(NotAllowed, match="curators"):
        edit_mapping(plate_map=plate_map, document=plate_map.mapping, by=person)

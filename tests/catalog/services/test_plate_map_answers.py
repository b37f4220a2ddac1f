"""A person says which plates are meant; what they type names one plate each, or is refused."""

from pathlib import Path

import pytest

from catalog.errors import NotUnderstood
from catalog.models import Dataset
from catalog.services.plate_map_answers import answered_document
from catalog.services.plate_maps import edit_mapping, request_apply
from plates.models import AnnotationRow, Plate, PlateAlias, PlateMap
from tests import factories, stores
from tests.catalog.services.mapped import LAYOUT, checked, worked

pytestmark = pytest.mark.django_db

WRONG = LAYOUT.replace("small", "the blue one")


@pytest.fixture
def plates(tmp_path: Path, open_dataset: Dataset) -> list[Plate]:
    """A plate, and two that are twins by name."""
    for folder, name in (("one", "one"), ("left", "twin"), ("right", "twin")):
        written = stores.plate(
            tmp_path / f"{folder}.zarr", wells=["A/1", "A/2", "B/3"], name=name, distinct=True
        )
        factories.harvested(str(written), into=open_dataset)
    return list(Plate.objects.order_by("serial"))


def test_an_answer_matches_the_rows_and_is_kept_as_an_alias(
    plates: list[Plate], open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset, WRONG)
    assert plate_map.report["verdicts"] == {"no_such_plate": 3}
    document = answered_document(plate_map=plate_map, answers={"the blue one": " one "})
    worked(edit_mapping(plate_map=plate_map, document=document, by=None))
    worked(request_apply(plate_map=plate_map, by=None))
    assert AnnotationRow.objects.count() == 3
    assert PlateAlias.objects.get().spelling == "the blue one"
    assert PlateMap.objects.get().placed_count == 3


def test_twins_are_said_with_a_semicolon_between_their_ids(
    plates: list[Plate], open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset, WRONG)
    twins = [str(plate.id) for plate in plates[1:]]
    document = answered_document(plate_map=plate_map, answers={"the blue one": "; ".join(twins)})
    assert document["plates"] == {"the blue one": twins}


def test_what_names_no_plate_or_several_is_refused(
    plates: list[Plate], open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset, WRONG)
    with pytest.raises(NotUnderstood, match="No plate of this dataset is called 'two'"):
        answered_document(plate_map=plate_map, answers={"the blue one": "two"})
    with pytest.raises(NotUnderstood, match=f"Several.*{plates[1].id}"):
        answered_document(plate_map=plate_map, answers={"the blue one": "twin"})
    with pytest.raises(NotUnderstood, match="at least one"):
        answered_document(plate_map=plate_map, answers={"the blue one": ""})


def test_a_plate_of_another_dataset_is_none(plates: list[Plate], open_dataset: Dataset) -> None:
    plate_map = checked(factories.dataset(), WRONG)
    with pytest.raises(NotUnderstood, match="No plate"):
        answered_document(plate_map=plate_map, answers={"the blue one": str(plates[0].id)})

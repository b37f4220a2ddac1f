"""Other names at the desk: what is there already is said, not answered with an error."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset
from plates.models import KeyAlias, PlateAlias
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(factories.user(superuser=True))
    return client


def test_another_name_of_a_plate_is_said_once(
    desk: Client, plate_folder: Path, open_dataset: Dataset
) -> None:
    plate = factories.harvested(str(plate_folder), into=open_dataset).plate
    assert plate is not None
    add = reverse("admin:plates_platealias_add")
    for spelling in ("Blue One", "blue-one"):
        answer = desk.post(add, {"spelling": spelling, "plate": plate.pk})
    assert "said already" in answer.content.decode()
    (alias,) = PlateAlias.objects.all()
    assert (
        desk.post(
            reverse("admin:plates_platealias_change", args=[alias.pk]),
            {"spelling": "blue  one", "plate": plate.pk},
        ).status_code
        == 302
    )
    assert PlateAlias.objects.get().spelling == "blue  one"


def test_a_header_means_one_key(desk: Client) -> None:
    add = reverse("admin:plates_keyalias_add")
    for spelling in ("Wirk Stoff", "wirk_stoff"):
        answer = desk.post(add, {"spelling": spelling, "key": "compound"})
    assert "said already" in answer.content.decode()
    assert KeyAlias.objects.get().spelling == "Wirk Stoff"


@pytest.mark.parametrize("name", ["keyalias", "platealias"])
def test_a_name_has_a_letter_or_digit(
    desk: Client, name: str, plate_folder: Path, open_dataset: Dataset
) -> None:
    plate = factories.harvested(str(plate_folder), into=open_dataset).plate
    assert plate is not None
    told = {"spelling": "---", "key": "compound", "plate": plate.pk}
    answer = desk.post(reverse(f"admin:plates_{name}_add"), told)
    assert "letter or digit" in answer.content.decode()

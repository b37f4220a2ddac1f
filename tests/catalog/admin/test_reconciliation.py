"""The pages that compare what was expected with what came."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset, Holding, Source
from catalog.queries.reconciliation import Gap
from plates.models import Plate
from tests import factories
from tests.catalog.queries.test_reconciliation import shown
from tests.plates.queries.exporting import imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(factories.user(superuser=True))
    return client


@pytest.fixture
def dataset() -> Dataset:
    made = factories.dataset()
    store = shown(made.serial, "P1", {"A/1": 2, "A/2": 2, "A/3": 1, "H/12": 2})
    source = Source.objects.create(name="microscope", url="s3://bucket")
    Holding.objects.create(store=store, dataset=made, source=source)
    imported(made.serial, "Plate,Well,Cell Line\nP1,A1,MCF7\nP1,A2,MCF-7\nP1,B2,<i>\nP2,A1,x\n")
    return made


def page(row: Dataset | Plate | Source) -> str:
    name = f"{row._meta.app_label}_{row._meta.model_name}"
    return reverse(f"admin:{name}_reconciliation", args=[row.pk])


def test_numbers_lead_to_lists_and_lists_to_plates(desk: Client, dataset: Dataset) -> None:
    plate = Plate.objects.get()
    for row in (dataset, plate, Source.objects.get()):
        change = page(row).replace("/reconciliation/", "/change/")
        assert page(row) in desk.get(change).content.decode()
        text = desk.get(page(row)).content.decode()
        assert f'href="?gap={Gap.IMAGED_NOT_ANNOTATED.value}">2<' in text
        shown_list = desk.get(page(row) + "?gap=imaged_not_annotated").content.decode()
        assert reverse("admin:plates_plate_change", args=[plate.pk]) in shown_list
        assert "A03" in shown_list
        assert "H12" in shown_list
    typos = desk.get(page(dataset) + "?gap=likely_typo").content.decode()
    assert "perhaps MCF7" in typos or "perhaps MCF-7" in typos


def test_nothing_to_compare_says_what_to_do(desk: Client) -> None:
    text = desk.get(page(factories.dataset())).content.decode()
    assert "nothing to compare yet" in text
    assert reverse("admin:plates_platemap_import") in text


def test_an_unknown_list_is_the_page_itself(desk: Client, dataset: Dataset) -> None:
    assert "What differs" in desk.get(page(dataset) + "?gap=%00").content.decode()
    assert desk.get(page(dataset).replace(str(dataset.pk), "999999")).status_code == 404

"""Reconciliation and plate maps as files, over REST."""

import csv
from email.message import Message

import pytest
from django.test import Client

from catalog.models import Dataset, Holding, Source
from catalog.queries.reconciliation import Gap
from plates.models import Plate
from tests import factories
from tests.catalog.queries.test_reconciliation import shown
from tests.plates.queries.exporting import exported, imported

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def dataset() -> Dataset:
    made = factories.dataset("screen")
    store = shown(made.serial, "P1", {"A/1": 1, "A/2": 1, "H/12": 1})
    source = Source.objects.create(name="microscope", url="s3://bucket")
    Holding.objects.create(store=store, dataset=made, source=source)
    imported(made.serial, "Plate,Well,Compound\nP1,A1,=x\nP1,B2,y\nP2,A1,x\n")
    return made


def test_figures_and_the_beginning_of_each_list(client: Client, dataset: Dataset) -> None:
    told = client.get(f"{API}/datasets/screen/reconciliation/").json()
    assert told["figures"]["expected"] == 2
    assert told["figures"]["arrived"] == 1
    assert [one["gap"] for one in told["gaps"]] == [gap.value for gap in Gap]
    gaps = {one["gap"]: one for one in told["gaps"]}
    assert gaps["no_store"]["first"][0]["plate"] == "P2"
    assert gaps["imaged_not_annotated"]["count"] == 2
    lines = list(
        csv.DictReader(
            client.get(gaps["imaged_not_annotated"]["csv"]).getvalue().decode().splitlines()
        )
    )
    assert [line["well"] for line in lines] == ["A02", "H12"]
    assert lines[0]["plate_id"] == str(Plate.objects.get().id)


def test_a_plate_and_a_source_have_theirs(client: Client, dataset: Dataset) -> None:
    plate = client.get(f"{API}/plates/{Plate.objects.get().id}/reconciliation/").json()
    assert plate["figures"]["expected"] == 1
    source = f"{API}/sources/{Source.objects.get().id}/reconciliation"
    assert client.get(f"{source}/").status_code == client.get(f"{source}.csv").status_code == 404
    client.force_login(factories.operator())
    assert client.get(f"{source}/").json()["figures"]["expected"] == 2
    whole = client.get(f"{source}.csv").getvalue().decode().splitlines()
    assert sum(line.startswith("imaged_not_annotated,") for line in whole) == 2


@pytest.mark.parametrize("name", ['the "new" one', "Mikroskop Süd", "two\nlines", "a; b"])
def test_a_source_may_be_called_anything(client: Client, dataset: Dataset, name: str) -> None:
    Source.objects.update(name=name)
    client.force_login(factories.operator())
    answer = client.get(f"{API}/sources/{Source.objects.get().id}/reconciliation.csv")
    assert answer.status_code == 200
    message = Message()
    message["Content-Disposition"] = answer["Content-Disposition"]
    wanted = f"{name}-reconciliation.csv".replace("\n", "\\n")
    assert message.get_filename() == wanted


@pytest.mark.parametrize("asked", ["gap=nonsense", "gap=", "list=no_store", "gap=%00"])
def test_what_is_not_understood_is_said(client: Client, dataset: Dataset, asked: str) -> None:
    assert client.get(f"{API}/datasets/screen/reconciliation.csv?{asked}").status_code == 400


def test_a_plate_map_comes_as_it_is_exported(client: Client, dataset: Dataset) -> None:
    answer = client.get(f"{API}/datasets/screen/platemap.csv")
    assert answer.getvalue().decode() == exported(dataset.serial)
    assert answer["Content-Disposition"] == 'attachment; filename="screen-platemap.csv"'
    one = client.get(f"{API}/plates/{Plate.objects.get().id}/platemap.csv")
    assert one.getvalue().decode() == exported(dataset.serial)
    assert "1,P1,A01,,'=x\n" in exported(dataset.serial)

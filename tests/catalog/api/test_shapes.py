"""What the routes answer: the shapes of the contract, for a plate of each version."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Dataset
from plates.models import Store
from tests import factories, stores
from tests.catalog.services.counted import counted
from tests.catalog.services.previewed import previewed
from tests.catalog.services.validated import validated

pytestmark = pytest.mark.django_db
API = "/api/v1"


def get(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture(params=["0.4", "0.5"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def plate(tmp_path: Path, version: Any, open_dataset: Dataset, client: Client) -> Any:
    folder = stores.plate(
        tmp_path / "dose.zarr",
        version=version,
        shape=96,
        wells=["A/1", "B/03"],
        fields=2,
        levels=3,
        channels=["DAPI", "GFP", "Cy5"],
        missing=["B/03/1"],
        name="dose",
        barcode="BC1",
    )
    store = factories.harvested(str(folder), into=open_dataset)
    assert store.plate is not None
    return get(client, f"{API}/plates/{store.plate.id}/")


def test_a_plate_has_the_shape_of_the_contract(plate: Any, version: str) -> None:
    assert plate["name"] == "dose"
    assert plate["barcode"] == "BC1"
    assert plate["dataset"]["slug"] == "open"
    assert (plate["wells"], plate["fields"]) == (2, 4)
    assert plate["shape"] == [8, 12]
    (store,) = plate["stores"]
    assert store["version"] == version
    assert store["zarr_format"] == (2 if version == "0.4" else 3)
    assert store["reach"] == "ok"
    assert store["verdict"] == "incomplete"
    assert store["url"].endswith("/dose.zarr")


def test_wells_come_in_row_major_order_with_their_fields(plate: Any, client: Client) -> None:
    wells = get(client, plate["links"]["wells"])
    assert [well["label"] for well in wells["results"]] == ["A01", "B03"]
    assert [(well["row"], well["column"]) for well in wells["results"]] == [(0, 0), (1, 2)]
    assert [well["fields"] for well in wells["results"]] == [2, 1]
    assert wells["count"] == 2
    assert wells["count_is_exact"] is True


@pytest.mark.parametrize("label", ["B03", "b3", "B3", "b03"])
def test_a_well_is_found_under_any_spelling(plate: Any, client: Client, label: str) -> None:
    well = get(client, f"{API}/plates/{plate['id']}/wells/{label}/")
    assert well["label"] == "B03"
    assert well["plate"] == {"id": plate["id"], "name": "dose"}


def test_a_field_has_the_shape_of_the_contract(plate: Any, client: Client) -> None:
    store = plate["stores"][0]["id"]
    path = get(client, f"{API}/stores/{store}/fields/?well=B03")["results"][0]["path"]
    field = get(client, f"{API}/stores/{store}/fields/{path}/")
    assert field["store"] == store
    assert field["url"].endswith(f"/dose.zarr/{path}")
    assert [axis["name"] for axis in field["axes"]][-2:] == ["y", "x"]
    assert field["shape"][-2:] == [16, 16]
    assert field["dtype"] == "uint16"
    assert field["levels"] == 3
    assert [channel["label"] for channel in field["channels"]] == ["DAPI", "GFP", "Cy5"]
    assert field["pixel_size"]["unit"] == "micrometer"
    assert len(field["translation"]) == len(field["axes"])
    assert field["present"] is True
    assert get(client, field["links"]["well"])["label"] == "B03"


def test_a_listed_field_that_is_absent_is_told_as_such(plate: Any, client: Client) -> None:
    fields = get(client, f"{API}/plates/{plate['id']}/wells/B03/fields/")["results"]
    assert [(field["path"], field["present"]) for field in fields] == [
        ("B/03/0", True),
        ("B/03/1", False),
    ]
    assert fields[1]["shape"] == []


def test_an_image_stands_alone(tmp_path: Path, open_dataset: Dataset, client: Client) -> None:
    factories.harvested(str(stores.image(tmp_path / "section.zarr")), into=open_dataset)
    (image,) = get(client, f"{API}/images/")["results"]
    assert image["path"] == ""
    assert image["url"].endswith("/section.zarr")
    assert get(client, image["links"]["self"]) == image


def test_links_lead_somewhere(plate: Any, client: Client) -> None:
    counted(validated(Store.objects.get()))
    previewed(Store.objects.get())
    for thing in (plate, get(client, f"{API}/stores/")["results"][0]):
        for url in thing["links"].values():
            assert client.get(url).status_code == 200, url
    dataset = get(client, f"{API}/datasets/open/")
    for url in dataset["links"].values():
        assert client.get(url).status_code == 200


def test_any_text_for_an_id_is_nothing(client: Client, open_dataset: Dataset) -> None:
    for path in (
        "plates/1/",
        "stores/x/fields/",
        "jobs/-/",
        "images/%F0%9F%90%B1/",
        "plates/x/wells/B03/",
    ):
        answer = client.get(f"{API}/{path}")
        assert answer.status_code == 404, path
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_wrong_password_is_a_problem_and_no_page(client: Client) -> None:
    answer = client.get(f"{API}/plates/", headers={"Authorization": "Basic eDp5"})
    assert answer.status_code == 401
    assert answer.json()["title"] == "Unauthorized"


def test_nothing_can_be_written_here(client: Client) -> None:
    answer = client.post(f"{API}/plates/", {})
    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_documentation_names_no_other_host(client: Client) -> None:
    page = client.get(f"{API}/docs/").content.decode()
    assert "https://" not in page.replace("https://testserver", "")
    assert "cdn" not in page


def test_a_list_takes_as_many_statements_for_many_rows_as_for_few(
    tmp_path: Path, open_dataset: Dataset
) -> None:
    client = Client()
    client.force_login(factories.user(superuser=True))

    def harvest(name: str) -> str:
        folder = stores.plate(tmp_path / f"{name}.zarr", wells=["A/1", "B/3"], fields=len(name))
        store = factories.harvested(str(folder), into=open_dataset)
        factories.harvested(str(stores.image(tmp_path / f"i{name}.zarr")), into=open_dataset)
        assert store.plate is not None
        return f"plates/{store.plate.id}/wells/|stores/{store.id}/fields/"

    def statements(lists: list[str]) -> list[int]:
        counts = []
        for path in lists:
            with CaptureQueriesContext(connection) as made:
                assert client.get(f"{API}/{path}").status_code == 200
            counts.append(len(made))
        return counts

    nouns = ["datasets/", "stores/", "plates/", "images/", "jobs/"]
    few = statements([*nouns, *harvest("x").split("|")])
    for number in range(3):
        factories.dataset(f"d{number}")
        more = harvest("y" * (number + 2))
    assert statements([*nouns, *more.split("|")]) == few


def test_text_that_no_database_holds_names_nothing(plate: Any, client: Client) -> None:
    store = plate["stores"][0]["id"]
    for path in (
        "datasets/%00/",
        f"plates/{plate['id']}/wells/%00/",
        f"plates/{plate['id']}/wells/%00/fields/",
        f"stores/{store}/fields/A%00/",
    ):
        assert client.get(f"{API}/{path}").status_code == 404, path
    # A user name of NUL and the password b.
    answer = client.get(f"{API}/plates/", headers={"Authorization": "Basic ADpi"})
    assert answer.status_code == 401


def test_every_error_below_the_api_is_a_problem(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    answers = [
        strict.delete(f"{API}/nowhere/"),
        strict.post(f"{API}/nowhere/"),
        client.get(f"{API}/plates"),
        client.get(f"{API}/plates/", headers={"Host": "elsewhere.org"}),
        client.put(f"{API}/plates/"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 400, 405]
    for answer in answers:
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert "slash" in answers[2].json()["detail"]

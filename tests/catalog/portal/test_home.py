"""The pages: what is here, what is not, and nothing from another host."""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset
from catalog.words import Visibility
from tests import factories, stores
from tests.catalog.services.previewed import previewed

pytestmark = pytest.mark.django_db


def test_an_empty_catalog_says_how_to_begin(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "manage.py harvest" in page
    assert "make demo" in page


def test_home_tells_what_is_here(client: Client, tmp_path: Path, open_dataset: Dataset) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2"], fields=3)
    factories.harvested(str(folder), into=open_dataset)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/").content.decode()))
    assert re.search(r"Wells 2 |2 Wells", page)
    assert re.search(r"Fields 6 |6 Fields", page)
    assert open_dataset.title in page


def test_a_dataset_is_pictured_by_wells_spread_over_a_plate(
    client: Client, tmp_path: Path, open_dataset: Dataset, settings: Any
) -> None:
    settings.PICTURES = tmp_path / "pictures"
    wells = [f"{row}/{column}" for row in "ABCD" for column in range(1, 7)]
    folder = stores.plate(tmp_path / "p.zarr", wells=wells, fields=2, chunks=True, missing=["A/1"])
    store = factories.harvested(str(folder), into=open_dataset)
    assert "card-strip" not in client.get("/").content.decode()
    previewed(store)
    for page in ("/", "/datasets/"):
        html = client.get(page).content.decode()
        strip = html[html.index("card-strip") :].partition("</a>")[0]
        paths = re.findall(r"/fields/([^\"]+)/thumbnail", strip)
        assert len(paths) == len({path[:4] for path in paths}) == 6
        assert paths[0] == "A/02/0"
        assert strip.count('loading="lazy"') == 6
        assert all(
            client.get(url).status_code == 200 for url in re.findall(r'src="([^"]+)"', strip)
        )


def test_a_dataset_without_plates_is_pictured_by_its_images(
    client: Client, tmp_path: Path, open_dataset: Dataset
) -> None:
    factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)
    html = client.get("/").content.decode()
    assert len(re.findall(r"/api/v1/images/[^\"]+/thumbnail", html)) == 1


def test_home_takes_the_same_few_statements_for_many_datasets(
    client: Client, open_dataset: Dataset, django_assert_num_queries: object
) -> None:
    for _ in range(8):
        factories.dataset()
    with django_assert_num_queries(10):  # type: ignore[operator]
        client.get("/")


def test_a_name_from_outside_is_text_and_no_markup(client: Client) -> None:
    dataset = factories.dataset(visibility=Visibility.PUBLIC)
    dataset.title = "<script>alert(1)</script>"
    dataset.save()
    assert b"<script>alert" not in client.get("/").content


def test_nothing_at_an_address_is_a_page_for_people_and_a_problem_for_programs(
    client: Client,
) -> None:
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert page.headers["Content-Type"].startswith("text/html")
    answer = client.get("/api/v2/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_no_page_asks_another_host_for_anything(client: Client, open_dataset: Dataset) -> None:
    for path in ("/", "/nowhere", "/api/v1/docs/", "/admin/login/"):
        page = client.get(path).content.decode()
        assert not re.findall(r"(?:src|href)=[\"']https?://(?!testserver)", page), path
        assert not re.findall(r"(?:src|href)=[\"']//", page), path


def test_the_institute_is_named(client: Client, settings: object) -> None:
    settings.INSTITUTE = "Institute of Plates"  # type: ignore[attr-defined]
    assert "Institute of Plates" in client.get("/").content.decode()


def test_static_files_are_served_by_the_web_itself(client: Client) -> None:
    for path in ("portal/tokens.css", "admin/css/base.css"):
        with closing(client.get(f"/static/{path}")) as answer:
            assert answer.status_code == 200

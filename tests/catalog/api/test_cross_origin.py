"""Pages of other sites read exports that everybody may see, and nothing of anybody else."""

import base64
import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from catalog.models import Dataset
from catalog.words import Visibility
from tests import factories, stores

pytestmark = pytest.mark.django_db

EXPORTS = [f"/api/v1/export/wells.{form}" for form in ("csv", "parquet", "ndjson")]
ORIGIN = {"Origin": "https://bff.allencell.org"}
LEAVE = "Access-Control-Allow-Origin"


@pytest.fixture
def _plates(open_dataset: Dataset, tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2"], name="P")
    factories.harvested(str(folder), into=open_dataset)


@pytest.mark.usefixtures("_plates")
@pytest.mark.parametrize("path", EXPORTS)
def test_anonymous_answers_are_for_all_pages_and_those_of_persons_for_none(
    client: Client, path: str
) -> None:
    person = Client()
    person.force_login(factories.user())
    for method in ("get", "head"):
        answer = getattr(client, method)(path, headers=ORIGIN)
        assert (answer.status_code, answer[LEAVE]) == (200, "*")
        assert {"Cookie", "Authorization"} <= set(re.split(r", *", answer["Vary"]))
        assert "Access-Control-Allow-Credentials" not in answer
        theirs = getattr(person, method)(path, headers=ORIGIN)
        assert LEAVE not in theirs
        # A stream that nobody reads would keep its view of the database.
        assert bool(answer.getvalue()) == bool(theirs.getvalue()) == (method == "get")
    named = {"Authorization": "Basic " + base64.b64encode(b"nobody:wrong").decode()}
    refused = client.get(path, headers=ORIGIN | named)
    assert refused.status_code == 401
    assert LEAVE not in refused
    mistaken = client.get(path, {"q": "nothing:x"}, headers=ORIGIN)
    assert (mistaken.status_code, mistaken[LEAVE]) == (400, "*")


@pytest.mark.parametrize("path", EXPORTS)
def test_a_browser_that_asks_first_is_told_what_it_may(client: Client, path: str) -> None:
    asks = ORIGIN | {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "range",
    }
    answer = client.options(path, headers=asks)
    assert (answer.status_code, answer[LEAVE]) == (204, "*")
    assert "Range" in answer["Access-Control-Allow-Headers"]
    assert "Authorization" not in answer["Access-Control-Allow-Headers"]
    assert "POST" not in answer["Access-Control-Allow-Methods"]
    assert client.options(path).status_code == 200


@pytest.mark.usefixtures("_plates")
def test_no_other_route_is_open_to_pages(client: Client, open_dataset: Dataset) -> None:
    for path in ("/", "/api/v1/wells/", "/api/v1/datasets/", "/api/v1/export/download.json"):
        answer = client.get(path, headers=ORIGIN)
        assert LEAVE not in answer, path


@pytest.mark.usefixtures("_plates")
def test_what_is_public_opens_in_biofile_finder_and_what_is_not_does_not(
    client: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    hidden = factories.dataset("hidden", visibility=Visibility.INSTITUTE)
    folder = stores.plate(tmp_path / "h.zarr", wells=["A/1"], name="H")
    factories.harvested(str(folder), into=hidden)
    person = Client()
    person.force_login(factories.user())
    public = ("/search/?q=plate:P", f"/datasets/{open_dataset.slug}/")
    for path in public:
        for somebody in (client, person):
            assert finder_in(somebody, path), path
    for path in ("/search/?q=plate:H", "/search/", "/datasets/hidden/"):
        assert finder_in(person, path) is None, path
    assert finder_in(client, "/search/")
    assert finder_in(client, "/search/?q=plate:H") is None


@pytest.mark.usefixtures("_plates")
def test_the_address_that_biofile_finder_is_given_answers_fields_with_their_paths(
    client: Client,
) -> None:
    uri = finder_in(client, "/search/?q=plate:P%20well:A02")
    assert uri is not None
    parts = urlsplit(uri)
    answer = client.get(f"{parts.path}?{parts.query}", headers=ORIGIN)
    (told,) = csv.DictReader(io.StringIO(answer.getvalue().decode(), newline=""))
    assert told["File Path"].endswith("p.zarr/A/02/0")


def finder_in(client: Client, path: str) -> str | None:
    """The address that a page's link gives to BioFile Finder."""
    html = client.get(path, headers={"Host": "localhost"}).content.decode()
    found = re.findall(r'href="https://bff\.allencell\.org/app\?([^"]+)"', html)
    if not found:
        return None
    return str(json.loads(parse_qs(found[0])["source"][0])["uri"])

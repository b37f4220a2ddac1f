"""Pictures over REST: what was drawn, what is rendered, what is refused, what is kept."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from numpy.typing import NDArray
from PIL import Image as Picture
from pytest_django import Settings

from catalog.models import Dataset
from catalog.services.pictures_kept import kept_pictures
from catalog.words import Visibility
from plates.models import Image, Preview, Store
from tests import factories, stores
from tests.catalog.services.previewed import previewed, previews_of
from tests.stores import Style

pytestmark = pytest.mark.django_db
API = "/api/v1"
COLORS = Style(dtype="uint8")


@pytest.fixture(autouse=True)
def _pictures(settings: Settings, tmp_path: Path) -> None:
    settings.PICTURES = tmp_path / "pictures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stores.plate(
        tmp_path / "p.zarr",
        wells=["A/1", "B/03"],
        fields=2,
        chunks=True,
        levels=3,
        size=(200, 240),
        planes=3,
        acquisitions=({"id": 1}, {"id": 7}),
    )


@pytest.fixture
def store(folder: Path, open_dataset: Dataset) -> Store:
    return factories.harvested(str(folder), into=open_dataset)


def seen(client: Client, path: str, kind: str = "image/jpeg") -> NDArray[np.uint8]:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, kind), answer.content[:300]
    return np.asarray(Picture.open(io.BytesIO(answer.content)).convert("RGB"))


def refused(client: Client, path: str, status: int = 400) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == status, answer.content[:300]
    return dict(json.loads(answer.content))


def field(store: Store, what: str) -> str:
    return f"{API}/stores/{store.id}/fields/B/03/0/{what}"


def test_a_thumbnail_is_the_same_whether_it_was_drawn_before_or_is_rendered_now(
    store: Store, client: Client
) -> None:
    preview = previewed(store)
    drawn = client.get(field(store, "thumbnail")).content
    kept_pictures().pack_of(store.id.hex, preview.mark).unlink()
    rendered = client.get(field(store, "thumbnail"))
    assert rendered.content == drawn
    assert seen(client, field(store, "thumbnail")).shape == (133, 160, 3)


def test_a_thumbnail_is_there_before_anything_was_drawn(store: Store, client: Client) -> None:
    assert seen(client, field(store, "thumbnail")).shape == (133, 160, 3)


def test_a_picture_is_fresh_for_a_while_and_then_told_by_its_etag(
    store: Store, client: Client
) -> None:
    first = client.get(field(store, "picture?width=64"))
    assert first["Cache-Control"] == "public, max-age=600"
    again = client.get(field(store, "picture?width=64"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(field(store, "picture?width=65"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert other.status_code == 200
    previewed(store)
    redrawn = client.get(field(store, "picture?width=64"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert redrawn.status_code == 200


def test_a_private_picture_is_for_browsers_alone_and_nothing_to_others(folder: Path) -> None:
    owner = factories.user()
    secret = factories.dataset(visibility=Visibility.OWNER, owner=owner)
    store = factories.harvested(str(folder), into=secret)
    previewed(store)
    client = Client()
    first = Client()
    first.force_login(owner)
    answer = first.get(field(store, "thumbnail"))
    assert answer["Cache-Control"] == "private, max-age=600"
    for path in (field(store, "thumbnail"), field(store, "picture")):
        assert client.get(path, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 404


def test_a_view_is_what_was_asked_for(store: Store, client: Client) -> None:
    # Chunk number n of a level is all (n + 1) * 100: channel by channel, plane by plane.
    def color(query: str) -> list[int]:
        picture = seen(client, field(store, f"picture?{query}"))
        return [round(float(value)) for value in picture.reshape(-1, 3).mean(axis=0)]

    assert color("channels=0:FF0000:0-1000&z=0&level=2") == pytest.approx([26, 0, 0], abs=2)
    assert color("channels=0:FF0000:0-1000&z=2&level=2") == pytest.approx([77, 0, 0], abs=2)
    assert color("channels=1:00FF00:0-1000&level=0") == pytest.approx([0, 128, 0], abs=2)
    assert color("channels=1:0000FF:0-1000&z=max&width=32") == pytest.approx([0, 0, 153], abs=2)
    both = color("channels=0:FF0000:0-1000,1:FF00FF:0-1000&z=0")
    assert both == pytest.approx([128, 0, 102], abs=3)
    part = seen(client, field(store, "picture?region=10,20,30,40&level=0"))
    assert part.shape == (40, 30, 3)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("channels=red", "channels"),
        ("channels=5", "channels"),
        ("z=9", "z"),
        ("t=1", "t"),
        ("level=7", "level"),
        ("level=1&width=5", "level"),
        ("width=99999", "width"),
        ("region=500,0,9,9", "region"),
        ("chanels=0", "chanels"),
        ("channels=%00", "channels"),
    ],
)
def test_the_absurd_is_refused_in_a_sentence(
    store: Store, client: Client, query: str, parameter: str
) -> None:
    told = refused(client, field(store, f"picture?{query}"))
    assert told["parameter"] == parameter
    assert told["detail"].endswith(".")


def test_missing_chunks_are_hatched_and_a_missing_field_too(
    folder: Path, open_dataset: Dataset, client: Client, tmp_path: Path
) -> None:
    for path in (folder / "B/03/0").rglob("c"):
        path.rename(path.with_name("gone"))
    store = factories.harvested(str(folder), into=open_dataset)
    hatched = seen(client, field(store, "thumbnail"))
    assert hatched.max() < 130
    assert hatched.std() > 5
    listed = stores.plate(tmp_path / "q.zarr", wells=["B/03"], missing=["B/03/0"], name="q")
    other = factories.harvested(str(listed), into=open_dataset)
    assert seen(client, field(other, "thumbnail")).std() > 5


def test_what_cannot_be_drawn_is_said(store: Store, folder: Path, client: Client) -> None:
    for document in (folder / "B/03/0").glob("*/zarr.json"):
        told = json.loads(document.read_text()) | {"codecs": [{"name": "jpegxl"}]}
        document.write_text(json.dumps(told))
    assert "jpegxl" in refused(client, field(store, "picture"), 422)["detail"]
    assert "jpegxl" in refused(client, field(store, "thumbnail"), 422)["detail"]


def test_a_store_that_is_away_is_said_to_be(store: Store, folder: Path, client: Client) -> None:
    folder.rename(folder.with_name("elsewhere"))
    told = refused(client, field(store, "picture"), 503)
    assert "There is nothing at" in told["detail"]


def test_an_image_has_pictures_too(tmp_path: Path, open_dataset: Dataset, client: Client) -> None:
    folder = stores.image(tmp_path / "i.zarr", size=(40, 80), chunks=True, style=COLORS)
    image = Image.objects.get(store=factories.harvested(str(folder), into=open_dataset))
    assert seen(client, f"{API}/images/{image.id}/thumbnail").shape == (40, 80, 3)
    part = seen(client, f"{API}/images/{image.id}/picture?region=0,0,20,20&width=100")
    assert part.shape == (100, 100, 3)


def test_a_contact_sheet_has_every_well_where_its_map_says(store: Store, client: Client) -> None:
    previewed(store)
    assert store.plate is not None
    base = f"{API}/plates/{store.plate.id}/contact-sheet"
    told = json.loads(client.get(f"{base}.json").content)
    assert (told["acquisition"], told["acquisitions"]) == (1, [1, 7])
    assert told["wells"]["B03"]["field"] == "B/03/0"
    for url in told["images"].values():
        picture = seen(client, url, "image/webp")
        assert picture.shape == (told["height"], told["width"], 3)
    later = json.loads(client.get(f"{base}.json?acquisition=7").content)
    assert later["wells"]["B03"]["field"] == "B/03/1"
    grey = seen(client, told["images"]["1"], "image/webp").astype(int)
    tile = told["wells"]["A01"]
    inside = grey[tile["y"] + 4 : tile["y"] + 60, tile["x"] + 4 : tile["x"] + 60]
    assert inside.std() < 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("channel=2", 400),
        ("channel=x", 400),
        ("acquisition=99", 404),
        ("acquisition=-1", 400),
        ("store=nonsense", 404),
        ("colour=red", 400),
    ],
)
def test_a_sheet_that_there_is_not_is_refused(
    store: Store, client: Client, query: str, status: int
) -> None:
    previewed(store)
    assert store.plate is not None
    refused(client, f"{API}/plates/{store.plate.id}/contact-sheet?{query}", status)


def test_a_sheet_that_had_to_make_room_is_drawn_again(store: Store, client: Client) -> None:
    preview = previewed(store)
    assert store.plate is not None
    path = f"{API}/plates/{store.plate.id}/contact-sheet"
    kept_pictures().pack_of(store.id.hex, preview.mark).unlink()
    assert "being drawn again" in refused(client, path, 503)["detail"]
    assert len(previews_of(store)) == 1
    Preview.objects.update(drawn_at=timezone.now() - timedelta(hours=1))
    refused(client, path, 503)
    refused(client, path, 503)
    assert len(previews_of(store)) == 2


def test_what_was_drawn_of_a_store_is_told(store: Store, client: Client) -> None:
    path = f"{API}/stores/{store.id}/previews/"
    assert "not drawn yet" in refused(client, path, 404)["detail"]
    preview = previewed(store)
    told = json.loads(client.get(path).content)
    assert (told["mark"], told["images"], told["outdated"]) == (preview.mark, 4, False)
    assert told["channels"][0]["by"] in {"omero", "percentiles"}
    Store.objects.update(digest="0" * 64)
    assert json.loads(client.get(path).content)["outdated"]

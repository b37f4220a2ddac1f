import gzip
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset
from plates.models import PlateMap, Store
from plates.services.load import load_snapshot
from plates.services.stores import store_at
from tests import factories
from tests.catalog.search.worlds import RowPlan, World, apply_in, build
from tests.plates.services.annotating import image_snapshot, plate_snapshot

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def world() -> World:
    return build([[RowPlan(0, 1, {"Compound": "taxol"})]])


def changed(answer: Any) -> datetime:
    return parsedate_to_datetime(answer["Last-Modified"])


def things(world: World) -> list[str]:
    plate = world.plates[0]
    store = Store.objects.get(plate=plate)
    return [
        f"{API}/datasets/{world.seen.slug}/",
        f"{API}/plates/{plate.id}/",
        f"{API}/plates/{plate.id}/wells/A2/",
        f"{API}/stores/{store.id}/",
    ]


def test_what_a_client_has_is_not_sent_again(client: Client, world: World) -> None:
    for url in things(world):
        first = client.get(url)
        assert first.status_code == 200, url
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.head(url)["Last-Modified"] == first["Last-Modified"]


def test_what_changed_is_sent_whole(client: Client, world: World) -> None:
    url = f"{API}/plates/{world.plates[0].id}/wells/A2/"
    first = client.get(url)
    apply_in(world.seen, [RowPlan(0, 1, {"Cell_Line": "HeLa"})])
    asked = {"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]}
    second = client.get(url, headers=asked)
    assert second.status_code == 200
    assert "cell_line" in second.json()["annotation"]
    # More is told than the time is about, so that it does not decide.
    asked = {"If-Modified-Since": second["Last-Modified"]}
    assert client.get(url, headers=asked).status_code == 200


def test_a_thing_tells_when_it_last_changed(client: Client, world: World) -> None:
    later = datetime(2031, 5, 1, tzinfo=UTC)
    PlateMap.objects.filter(scope=world.seen.serial).update(undone_at=later)
    dataset, plate, well, store = (client.get(url) for url in things(world))
    assert changed(well) == later
    created = world.seen.created_at.replace(microsecond=0)
    for answer in (dataset, plate, store):
        assert created <= changed(answer) < later


def test_an_image_changes_with_its_store(client: Client, open_dataset: Dataset) -> None:
    store = store_at("s3://somewhere/images.zarr", scope=open_dataset.serial)[0]
    load_snapshot(store, image_snapshot("one"), layouts={})
    (image,) = client.get(f"{API}/images/").json()["results"]
    answer = client.get(f"{API}/images/{image['id']}/")
    assert changed(answer) == store.created_at.replace(microsecond=0)


def test_a_long_list_travels_compressed(client: Client, open_dataset: Dataset) -> None:
    for number in range(8):
        store = store_at(f"s3://somewhere/{number}.zarr", scope=open_dataset.serial)[0]
        load_snapshot(store, plate_snapshot(f"plate {number}", "A/1"), layouts={})
    plain = client.get(f"{API}/plates/")
    packed = client.get(f"{API}/plates/", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 3 < len(plain.content)


def test_a_page_of_the_desk_is_not_cached_by_its_etag_for_others(
    client: Client, world: World
) -> None:
    url = f"{API}/datasets/{world.hidden.slug}/"
    client.force_login(factories.operator())
    seen = client.get(url)
    client.logout()
    assert client.get(url, headers={"If-None-Match": seen["ETag"]}).status_code == 404

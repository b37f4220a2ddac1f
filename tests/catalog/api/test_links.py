"""Links over REST: the address, the viewers and the snippets of each kind of thing."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, LinkTest
from catalog.services.sources import create_source
from catalog.words import Visibility
from plates.models import Store
from tests import factories, stores
from tests.catalog.data.asking import asked
from tests.catalog.links.shared import Kept, kept

pytestmark = pytest.mark.django_db

API = "/api/v1"


@pytest.fixture
def world(tmp_path: Path) -> Kept:
    return kept(tmp_path)


@pytest.fixture
def owner(world: Kept) -> Client:
    client = Client()
    client.force_login(world.owner)
    return client


def links(client: Client, path: str) -> dict[str, Any]:
    answer = client.get(f"{API}/{path}links/")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def viewer(told: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in told["viewers"] if one["name"] == name)
    return dict(found)


def below(told: dict[str, Any]) -> str:
    return str(told["address"]["url"]).partition("/data/")[2]


def paths_of(world: Kept) -> dict[str, tuple[str, str]]:
    """Where links are told by kind, and the path in the store that they lead to."""
    image = world.image_store.images.get()
    return {
        f"stores/{world.store.id}/": ("plate", ""),
        f"plates/{world.plate.id}/": ("plate", ""),
        f"plates/{world.plate.id}/wells/B03/": ("well", "B/03"),
        f"stores/{world.store.id}/fields/B/03/0/": ("image", "B/03/0"),
        f"images/{image.id}/": ("image", ""),
    }


def test_every_kind_of_thing_tells_an_address_that_opens_it(world: Kept, owner: Client) -> None:
    for path, (opens, inside) in paths_of(world).items():
        told = links(owner, path)
        assert (told["opens"], told["path"]) == (opens, inside)
        assert told["address"]["way"] == "signed"
        assert asked(f"{below(told)}/zarr.json").status_code == 200
        assert links(owner, path)["address"] == told["address"], "it can be compared"
        thing = owner.get(f"{API}/{path}").json()
        assert thing["links"]["open"].endswith(f"{API}/{path}links/")


def test_a_signed_link_opens_its_part_for_as_long_as_its_person_may_see_it(
    world: Kept, owner: Client
) -> None:
    told = links(owner, f"plates/{world.plate.id}/wells/B03/")
    ticket = below(told).split("/")[1]
    for path, status in (("B/03/0/zarr.json", 200), ("C/04/zarr.json", 404), ("zarr.json", 404)):
        assert asked(f"t/{ticket}/{world.store.id}/{path}").status_code == status
    assert asked(f"t/{ticket}/{world.image_store.id}/zarr.json").status_code == 404
    assert asked(f"t/{ticket[:-1]}/{world.store.id}/B/03/zarr.json").status_code == 404
    Dataset.objects.filter(pk=world.dataset.pk).update(owner=factories.user())
    assert asked(f"{below(told)}/zarr.json").status_code == 404


def test_a_signed_link_ends(world: Kept, owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told = links(owner, f"stores/{world.store.id}/")
    monkeypatch.setattr("catalog.links.tickets.time.time", lambda: 4e9)
    assert asked(f"{below(told)}/zarr.json").status_code == 404


def test_what_is_public_is_opened_without_a_key(tmp_path: Path, open_dataset: Dataset) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["B/03"])
    store = factories.harvested(str(folder), into=open_dataset)
    told = links(Client(), f"stores/{store.id}/")
    assert told["address"] == {
        "url": f"http://data.testserver/data/{store.id}",
        "way": "open",
        "expires_at": None,
    }
    assert asked(f"{store.id}/zarr.json").status_code == 200


def test_bytes_come_from_the_webs_own_address_where_no_other_is_set(
    world: Kept, owner: Client, settings: Any
) -> None:
    settings.DATA_URL = ""
    told = links(owner, f"stores/{world.store.id}/")
    assert told["address"]["url"].startswith("http://testserver/data/t/")


def test_a_store_on_the_web_is_opened_at_its_own_address(world: Kept, owner: Client) -> None:
    move(world.store, "https://example.org/screen%201/p.zarr")
    told = links(owner, f"stores/{world.store.id}/fields/B/03/0/")
    address = "https://example.org/screen%201/p.zarr/B/03/0"
    assert (told["address"]["url"], told["address"]["way"]) == (address, "direct")
    vizarr = viewer(told, "vizarr")
    assert (vizarr["answer"], "CORS" in vizarr["reason"]) == ("unknown", True)
    LinkTest.objects.create(
        store=world.store,
        tested_at=world.store.created_at,
        checks=[{"name": "document", "passed": False, "sentence": "It lets no page read."}],
    )
    told = links(owner, f"stores/{world.store.id}/fields/B/03/0/")
    vizarr = viewer(told, "vizarr")
    assert (vizarr["answer"], vizarr["reason"]) == ("no", "It lets no page read.")
    assert viewer(told, "napari")["answer"] == "yes"


@pytest.mark.parametrize("anonymous", [True, False])
def test_what_lies_in_s3_is_opened_there_if_public_and_through_us_if_not(
    world: Kept, owner: Client, monkeypatch: pytest.MonkeyPatch, *, anonymous: bool
) -> None:
    monkeypatch.setenv("PLATECAT_CREDENTIALS_LAB_KEY", "key")
    monkeypatch.setenv("PLATECAT_CREDENTIALS_LAB_SECRET", "secret")
    options = {"region": "eu-central-1", "anonymous": anonymous}
    source = create_source(
        by=None, name="lab", url="s3://bucket", options=options, credentials="lab"
    )
    world.store.locations.update(url="s3://bucket/p.zarr")
    holding_of(world.store).update(source=source)
    told = links(owner, f"stores/{world.store.id}/")
    if anonymous:
        assert told["address"]["url"] == "https://bucket.s3.eu-central-1.amazonaws.com/p.zarr"
        assert told["presigned"] is None
        return
    assert told["address"]["way"] == "signed"
    assert told["presigned"]["url"].startswith(
        "https://s3.eu-central-1.amazonaws.com/bucket/p.zarr/zarr.json?X-Amz-"
    )
    assert "secret" not in str(told)
    sent = asked(f"{below(told)}/B/03/0/0/c/0/0/0/0", "HEAD", Range="bytes=0-0")
    assert sent.status_code == 307
    assert "/bucket/p.zarr/B/03/0/0/c/0/0/0/0?X-Amz-" in sent.headers["Location"]
    assert sent.headers["Access-Control-Allow-Origin"] == "*"
    assert sent.headers["Cache-Control"] == "no-store"


def test_a_plate_in_several_stores_is_opened_in_the_newest_or_in_the_one_asked_for(
    world: Kept, owner: Client, tmp_path: Path
) -> None:
    twin = stores.plate(
        tmp_path / "twin.zarr", version="0.4", wells=["B/03"], name="p", chunks=True
    )
    other = factories.harvested(str(twin), into=world.dataset)
    Store.objects.filter(pk=other.pk).update(plate=world.plate)
    told = links(owner, f"plates/{world.plate.id}/")
    assert told["store"] == str(other.id)
    assert [one["id"] for one in told["stores"]] == [str(other.id), str(world.store.id)]
    asked_for = owner.get(f"{API}/plates/{world.plate.id}/links/?store={world.store.id}").json()
    assert asked_for["store"] == str(world.store.id)
    nothing = f"{API}/plates/{world.plate.id}/links/?store={world.image_store.id}"
    assert owner.get(nothing).status_code == 404


def test_a_store_that_lies_nowhere_any_more_is_opened_by_nothing(
    world: Kept, owner: Client
) -> None:
    world.store.locations.update(gone_at=world.store.created_at)
    told = links(owner, f"stores/{world.store.id}/")
    assert told["address"] == {"url": "", "way": "nowhere", "expires_at": None}
    opened = [one for one in (*told["viewers"], *told["snippets"]) if one["answer"] != "no"]
    assert opened == []


def test_the_webs_own_address_of_bytes_leads_to_who_sends_them(world: Kept, owner: Client) -> None:
    there = owner.get(f"/data/{world.store.id}/B/03/zarr.json")
    assert there.status_code == 307
    assert there.headers["Location"].startswith("http://data.testserver/data/t/")
    assert asked(there.headers["Location"].partition("/data/")[2]).status_code == 200
    nobody = Client().get(f"/data/{world.store.id}/B/03/zarr.json")
    nothing = Client().get("/data/01900000-0000-7000-8000-000000000000/B/03/zarr.json")
    assert (nobody.status_code, nobody.content) == (404, nothing.content)
    for path in ("x", "../etc/passwd", "s/x/y/z", f"{world.store.id}/../x"):
        assert owner.get(f"/data/{path}").status_code == 404
    Dataset.objects.filter(pk=world.dataset.pk).update(visibility=Visibility.PUBLIC.value)
    open_to_all = Client().get(f"/data/{world.store.id}/zarr.json", headers={"origin": "https://a"})
    address = f"http://data.testserver/data/{world.store.id}/zarr.json"
    assert open_to_all.headers["Location"] == address
    assert open_to_all.headers["Access-Control-Allow-Origin"] == "*"
    assert Client().options(f"/data/{world.store.id}/zarr.json").status_code == 204
    assert owner.post(f"/data/{world.store.id}/zarr.json").status_code == 405


def test_the_web_itself_sends_no_bytes(world: Kept, owner: Client, settings: Any) -> None:
    settings.DATA_URL = ""
    answer = owner.get(f"/data/{world.store.id}/zarr.json")
    assert answer.status_code == 503
    assert b"PLATECAT_DATA_URL" in answer.content


def move(store: Store, url: str) -> None:
    store.locations.update(url=url)
    holding_of(store).update(guarded=False)


def holding_of(store: Store) -> Any:
    return Dataset.objects.get(pk=store.scope).holdings.filter(store=store)

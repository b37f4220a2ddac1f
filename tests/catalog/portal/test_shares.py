"""Shares on the portal: made, copied, listed and revoked by forms alone, and what one opens."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset, History, Share
from catalog.services.shares import NOTED_EVERY, create_share
from catalog.words import Role, Visibility
from tests import factories
from tests.catalog.data.asking import asked
from tests.catalog.links.shared import Kept, kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> Kept:
    return kept(tmp_path)


@pytest.fixture
def owner(world: Kept) -> Client:
    client = Client()
    client.force_login(world.owner)
    return client


def places(world: Kept) -> dict[str, str]:
    """The pages on which things are shared."""
    image = world.image_store.images.get()
    return {
        "store": f"/shares/?store={world.store.id}",
        "plate": f"/shares/?plate={world.plate.id}",
        "well": f"/shares/?plate={world.plate.id}&well=b3",
        "field": f"/shares/?store={world.store.id}&field=B/03/0",
        "image": f"/shares/?image={image.id}",
    }


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def copied(html: str, name: str) -> str:
    (found,) = re.findall(rf'<code id="given-{name}">([^<]+)</code>', html)
    return str(found)


@pytest.mark.parametrize("kind", ["store", "plate", "well", "field", "image"])
def test_a_form_makes_a_link_that_opens_one_thing(world: Kept, owner: Client, kind: str) -> None:
    answer = owner.post(places(world)[kind], {"days": "1"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    html = answer.content.decode()
    share = Share.objects.get()
    assert share.kind == kind
    assert share.expires_at - timezone.now() < timedelta(days=1, minutes=1)
    data = copied(html, "data").partition("/data/")[2]
    assert asked(f"{data}/zarr.json").status_code == 200
    page = copied(html, "page").partition("testserver")[2]
    assert "was shared with you" in Client().get(page).content.decode()


def test_a_link_counts_until_the_end_of_the_day_that_is_chosen(world: Kept, owner: Client) -> None:
    day = (timezone.now() + timedelta(days=3)).date()
    owner.post(places(world)["plate"], {"days": "7", "until": day.isoformat()})
    until = Share.objects.get().expires_at
    assert (until.date(), until.hour, until.minute) == (day, 23, 59)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"days": "2"}, "Choose for how long"),
        ({"days": "1e9"}, "Choose for how long"),
        ({"days": "365"}, "at most 90 days"),
        ({"until": "soon"}, "Write the last day"),
        ({"until": "2026-02-31"}, "Write the last day"),
        ({"until": "2020-01-01"}, "at most 90 days"),
    ],
)
def test_a_span_that_cannot_be_is_said_beside_the_form(
    world: Kept, owner: Client, form: dict[str, str], said: str
) -> None:
    answer = owner.post(places(world)["plate"], form)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Share.objects.exists()


def test_the_page_of_a_thing_lists_its_links_and_those_of_its_parts(
    world: Kept, owner: Client
) -> None:
    for kind in ("plate", "well", "store"):
        owner.post(places(world)[kind], {"days": "7"})
    of_plate = words(owner.get(places(world)["plate"]).content.decode())
    assert "Plate p" in of_plate
    assert "Well B03 of p" in of_plate
    assert "never" in of_plate
    assert "by owner" in of_plate
    assert "Store p" not in of_plate
    of_well = words(owner.get(places(world)["well"]).content.decode())
    assert "Plate p" not in of_well
    everything = words(owner.get("/shares/").content.decode())
    assert all(what in everything for what in ("Plate p", "Well B03 of p", "Store p"))


def test_a_link_is_shut_by_a_button_and_the_list_comes_back(world: Kept, owner: Client) -> None:
    html = owner.post(places(world)["well"], {"days": "7"}).content.decode()
    data, page = copied(html, "data"), copied(html, "page").partition("testserver")[2]
    share = Share.objects.get()
    thing = {"plate": str(world.plate.id), "well": "B03"}
    answer = owner.post(f"/shares/{share.id}/revoke/", thing)
    assert answer.status_code == 302
    assert answer["Location"] == f"/shares/?plate={world.plate.id}&well=B03"
    assert "revoked" in owner.get(answer["Location"]).content.decode()
    assert asked(f"{data.partition('/data/')[2]}/zarr.json").status_code == 404
    assert Client().get(page).status_code == 404
    verbs = History.objects.filter(noun="share").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["share", "revoke"]
    assert owner.post(f"/shares/{share.id}/revoke/")["Location"] == "/shares/"
    assert owner.get(f"/shares/{share.id}/revoke/").status_code == 405


def test_forms_are_refused_from_elsewhere(world: Kept) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.owner)
    assert careful.post(places(world)["plate"], {"days": "1"}).status_code == 403
    assert not Share.objects.exists()


def test_what_a_share_opens_is_shown_and_nothing_beside_it(world: Kept, owner: Client) -> None:
    html = owner.post(places(world)["field"], {"days": "1"}).content.decode()
    answer = Client().get(copied(html, "page").partition("testserver")[2])
    told = answer.content.decode()
    assert copied(html, "data") in told
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    for secret in (world.dataset.slug, str(world.plate.id), str(world.store.locations.get().url)):
        assert secret not in told
    for nothing in ("/s/nothing/", "/s/%00/", f"/s/{'x' * 200}/"):
        assert Client().get(nothing).status_code == 404


def test_it_is_seen_whether_a_link_is_in_use(world: Kept, owner: Client) -> None:
    made = create_share(thing=world.store, by=world.owner)
    path = f"s/{made.token}/{world.store.id}/zarr.json"
    asked(path)
    first = Share.objects.get().used_at
    assert first is not None
    asked(path)
    assert Share.objects.get().used_at == first, "not with each request"
    Share.objects.update(used_at=first - 2 * NOTED_EVERY)
    asked(path)
    again = Share.objects.get().used_at
    assert again is not None
    assert again > first
    assert "never" not in words(owner.get("/shares/").content.decode())


def test_only_who_may_share_is_led_to_sharing(world: Kept, owner: Client) -> None:
    Dataset.objects.filter(pk=world.dataset.pk).update(visibility=Visibility.PUBLIC.value)
    viewer = Client()
    person = factories.user()
    factories.access(person, Role.VIEWER, world.dataset)
    viewer.force_login(person)
    pages = (
        f"/plates/{world.plate.id}/",
        f"/plates/{world.plate.id}/wells/B03/",
        f"/stores/{world.store.id}/fields/B/03/0/",
        f"/images/{world.image_store.images.get().id}/",
    )
    for page in pages:
        (link, *_) = re.findall(r'href="(/shares/\?[^"]+)"', owner.get(page).content.decode())
        assert owner.get(link.replace("&amp;", "&")).status_code == 200
        for other in (viewer, Client()):
            assert "/shares/?" not in other.get(page).content.decode()
    for place in places(world).values():
        for other in (viewer, Client()):
            answer = other.get(place)
            assert answer.status_code == 403
            assert "Only curators" in answer.content.decode()
            assert other.post(place, {"days": "1"}).status_code == 403
    assert not Share.objects.exists()


def test_what_names_no_one_thing_is_nothing(world: Kept, owner: Client) -> None:
    for query in ("well=B03", f"store={world.store.id}&image=x", "plate=nonsense", "store=%00"):
        assert owner.get(f"/shares/?{query}").status_code == 404, query

"""The leak matrix of bytes, shares and links: who gets them, and that others cannot tell."""

from uuid import UUID

import pytest
from django.test import Client

from catalog.links.tickets import ticket_for
from catalog.services.shares import create_share
from catalog.words import Visibility
from plates.models import Image
from tests.catalog.data.asking import asked
from tests.catalog.leaks.rows import SEEN_BY, Nothing, answer
from tests.catalog.secret import PEOPLE, SECRET, World, body, signed_in

NOWHERE = UUID("01900000-0000-7000-8000-000000000000")
DOCUMENTS = ("zarr.json", "B/03/zarr.json", "B/03/0/0/zarr.json", "none", "../plate.zarr/zarr.json")


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_bytes_are_for_who_may_see_the_store_and_nothing_to_others(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    own = {"Cookie": cookies} if cookies else {}
    for store in (world.store, world.image_store):
        for path in DOCUMENTS:
            found = asked(f"{store.id}/{path}", **own)
            web = answer(client, f"/data/{store.id}/{path}")
            if person in SEEN_BY[visibility]:
                is_there = path == "zarr.json" or (store == world.store and path.endswith(".json"))
                is_there = is_there and ".." not in path
                assert found.status_code == (200 if is_there else 404), path
                assert web.status == (404 if ".." in path else 307)
            else:
                assert found == asked(f"{NOWHERE}/{path}", **own), path
                assert found.status_code == 404
                assert web == answer(client, f"/data/{NOWHERE}/{path}")


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_ticket_is_worth_no_more_than_the_person_it_stands_for(
    world: World, visibility: Visibility, person: str
) -> None:
    user = world.people[person]
    ticket, _ = ticket_for(user.pk if user else 0, world.store.id, "", lasting_s=60)
    found = asked(f"t/{ticket}/{world.store.id}/zarr.json")
    sees = user is not None and person in SEEN_BY[visibility]
    assert found.status_code == (200 if sees else 404)
    assert asked(f"t/{ticket}/{world.image_store.id}/zarr.json").status_code == 404
    if not sees:
        nothing, _ = ticket_for(user.pk if user else 0, NOWHERE, "", lasting_s=60)
        assert found == asked(f"t/{nothing}/{NOWHERE}/zarr.json")


@pytest.mark.parametrize("visibility", [Visibility.OWNER, Visibility.GROUPS])
def test_a_share_opens_one_thing_to_anybody_and_tells_nothing_of_the_rest(
    world: World, visibility: Visibility
) -> None:
    owner = world.people["owner"]
    assert owner is not None
    made = create_share(thing=Image.objects.get(pk=world.image.pk), by=owner)
    nobody = Client()
    shown = answer(nobody, f"/s/{made.token}/")
    page = answer(nobody, f"/api/v1/shared/{made.token}/")
    assert (page.status, shown.status) == (200, 200)
    told = page.body.decode() + shown.body.decode()
    marks = [world.dataset.id, world.dataset.slug, world.plate.id, world.store.id, world.source.id]
    assert [mark for mark in (*map(str, marks), SECRET) if mark in told] == []
    assert asked(f"s/{made.token}/{world.image_store.id}/zarr.json").status_code == 200
    for store in (world.store.id, NOWHERE):
        assert asked(f"s/{made.token}/{store}/zarr.json").status_code == 404
    others = answer(nobody, "/api/v1/shared/none/")
    unknown = answer(nobody, "/s/none/")
    assert (others.status, unknown.status) == (404, 404)
    made.share.delete()
    assert answer(nobody, f"/api/v1/shared/{made.token}/") == others
    assert answer(nobody, f"/s/{made.token}/") == unknown


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_secret_is_shared_by_who_curates_it_and_is_nothing_to_others(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    curates = person in {"curator", "publisher", "owner", "operator", "superuser"}
    sees = person in SEEN_BY[visibility]
    things = {
        "store": world.store.id,
        "plate": world.plate.id,
        "image": world.image.id,
    }
    for noun, thing in things.items():
        found, nothing = (
            client.post("/api/v1/shares/", {noun: str(one)}, content_type="application/json")
            for one in (thing, NOWHERE)
        )
        assert nothing.status_code == 404
        if not sees:
            assert (found.status_code, body(found)) == (404, body(nothing))
        else:
            assert found.status_code == (201 if curates else 403), found.content


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_the_page_that_shares_a_secret_is_nothing_to_who_does_not_see_it(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    curates = person in {"curator", "publisher", "owner", "operator", "superuser"}
    for query in (
        "plate={0.plate.id}",
        "plate={0.plate.id}&well=B03",
        "store={0.store.id}",
        "store={0.store.id}&field=B/03/0",
        "image={0.image.id}",
    ):
        path, nowhere = f"/shares/?{query}".format(world), f"/shares/?{query}".format(Nothing())
        for method in ("get", "post"):
            found = answer(client, path, method=method)
            if person in SEEN_BY[visibility]:
                assert found.status == (200 if curates else 403), (query, method)
            else:
                assert found.status == 404, (query, method)
                assert found == answer(client, nowhere, method=method), (query, method)

"""Stores at the desk: validated, counted, harvested again, moved; and what is told of each."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from catalog.jobs import Job as Kind
from catalog.models import Change, Dataset, Job, Proposal
from plates.models import Location, Store
from tests import factories, stores
from tests.catalog.admin.at_the_desk import page
from tests.catalog.services.counted import counted
from tests.catalog.services.validated import validated
from tests.plates.omezarr.counting import drop

pytestmark = pytest.mark.django_db


def test_a_store_is_harvested_again_from_the_desk(rows: None, desk: Client) -> None:
    holding = Dataset.objects.get().holdings.first()
    assert holding is not None
    before = Job.objects.count()
    url = page(type(holding))
    desk.post(url, {"action": "harvest_again", "_selected_action": [str(holding.pk)]})
    assert Job.objects.count() == before + 1


@pytest.mark.parametrize(
    ("action", "depth"), [("validate", "labels"), ("validate_with_pixels", "sample")]
)
def test_stores_are_validated_from_the_desk(
    rows: None, desk: Client, action: str, depth: str
) -> None:
    stores_of_all = [str(pk) for pk in Store.objects.values_list("pk", flat=True)]
    answer = desk.post(
        page(Store), {"action": action, "_selected_action": stores_of_all}, follow=True
    )
    assert "validations are queued" in answer.content.decode()
    asked = Job.objects.filter(kind=Kind.VALIDATE.value, options__depth=depth, state="queued")
    assert asked.count() == 2


def test_stores_are_counted_from_the_desk_and_their_pages_say_what_is_there(
    tmp_path: Path, open_dataset: Dataset, desk: Client
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2"], chunks=True)
    store = factories.harvested(str(folder), into=open_dataset)
    url = page(Store, "change", store.pk)
    assert "not counted yet" in desk.get(url).content.decode()
    chosen = {"action": "count", "_selected_action": [str(store.pk)]}
    answer = desk.post(page(Store), chosen, follow=True)
    assert "1 count is queued" in answer.content.decode()
    assert Job.objects.get(kind=Kind.COUNT.value).store == store
    drop(folder, "A/02")
    counted(store)
    shown = desk.get(url).content.decode()
    assert "4 of 8 chunk objects (50 %)" in shown
    assert "still arriving" in shown
    assert "arriving, 50 %" in desk.get(page(Store) + "?completeness=arriving").content.decode()
    for word, number in {"arriving": 1, "whole": 0, "uncounted": 0, "odd": 1}.items():
        found = desk.get(f"{page(Store)}?completeness={word}").context["cl"].queryset
        assert found.count() == number, word


def test_the_page_of_a_store_says_what_is_wrong_with_it(
    tmp_path: Path, open_dataset: Dataset, desk: Client
) -> None:
    name = "<script>alert(1)</script>"
    folder = stores.plate(
        tmp_path / "p.zarr", wells=["A/1", "A/2"], missing=["A/2"], plate_keys={"field_count": name}
    )
    store = factories.harvested(str(folder), into=open_dataset)
    before = desk.get(page(Store, "change", store.pk)).content.decode()
    assert "not validated yet" in before
    validated(store)
    after = desk.get(page(Store, "change", store.pk)).content.decode()
    assert "HCS-WELL-EXISTS" in after
    assert "A/02" in after
    assert f"/api/v1/stores/{store.id}/report.csv" in after
    assert name not in after


def test_moves_and_copies_are_decided_at_the_desk(
    tmp_path: Path, open_dataset: Dataset, desk: Client
) -> None:
    for name in ("one", "two", "three"):
        factories.harvested(str(stores.image(tmp_path / name, name="twin")), into=open_dataset)
    board = desk.get(reverse("admin:index")).context["board"]
    assert {card.name: card.number for card in board.cards}["Proposed moves"] == 2
    first, second = Proposal.objects.order_by("id")
    shown = desk.get(page(Proposal, "change", first.pk)).content.decode()
    assert str(tmp_path / "one") in shown
    assert str(tmp_path / "two") in shown
    assert "no sampled chunk" in shown.lower()
    desk.post(page(Proposal), {"action": "accept", "_selected_action": [str(first.pk)]})
    first.refresh_from_db()
    assert first.state == "accepted"
    desk.post(page(Proposal), {"action": "refuse", "_selected_action": [str(second.pk)]})
    again = {"action": "accept", "_selected_action": [str(first.pk)]}
    told = desk.post(page(Proposal), again, follow=True).content.decode()
    assert "accepted already" in told
    assert desk.get(page(Proposal, "change", first.pk)).status_code == 200
    board = desk.get(reverse("admin:index")).context["board"]
    assert {card.name: card.number for card in board.cards}["Proposed moves"] == 0
    mirror = Location.objects.get(url=str(tmp_path / "two"))
    for sentence in ("is a store of its own", "only place"):
        asked = {"action": "separate", "_selected_action": [str(mirror.pk)]}
        assert sentence in desk.post(page(Location), asked, follow=True).content.decode()


def test_what_happened_to_a_store_is_told_on_its_page_and_in_the_list(
    rows: None, desk: Client
) -> None:
    store = Store.objects.get(kind="plate")
    shown = desk.get(page(Store, "change", store.pk)).content.decode()
    assert "What happened" in shown
    assert "2 wells, 4 fields" in shown
    assert f"{page(Change)}?q={store.id}" in shown
    listed = desk.get(page(Change), {"q": str(store.id), "verb__exact": "appeared"})
    assert [change.store for change in listed.context["cl"].queryset] == [store]
    text = listed.content.decode()
    assert page(Store, "change", store.pk) in text
    assert page(Job, "change", Job.objects.get(store=store, kind=Kind.HARVEST.value).pk) in text

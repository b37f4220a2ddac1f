"""The board: its numbers lead to worklists with as many rows, and it stays quick."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.desk_board import Board, Line, age_of
from catalog.models import Dataset, Holding, Job, Source
from catalog.services.reviews import send_for_review
from plates.models import Store
from tests import factories, stores
from tests.catalog.services.mapped import applied
from tests.catalog.services.validated import validated

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(factories.user("steward", superuser=True))
    return client


@pytest.fixture
def plates(tmp_path: Path, open_dataset: Dataset) -> None:
    lab = Source.objects.create(name="lab", url="s3://lab", default_dataset=open_dataset)
    for name in "pqr":
        folder = stores.plate(tmp_path / f"{name}.zarr", wells=["A/1"], name=name)
        store = factories.harvested(str(folder), into=open_dataset, source=lab)
        if name == "p":
            validated(store)
    applied(open_dataset, "Plate,Well,Drug\np,A1,x\nwaited,A1,x\nanother,A1,x\n")


def board(desk: Client, asked: str = "") -> Board:
    told = desk.get(reverse("admin:index") + asked).context["board"]
    assert isinstance(told, Board)
    return told


def numbers(line: Line) -> dict[str, tuple[int, int]]:
    return {cell.name: (cell.done, cell.left) for cell in line.cells}


def listed(desk: Client, url: str) -> int:
    return int(desk.get(url).context["cl"].queryset.count())


def test_a_dataset_is_told_step_by_step(plates: None, desk: Client) -> None:
    (line,) = board(desk).datasets
    assert numbers(line) == {
        "expected": (3, 0),
        "arrived": (3, 2),
        "valid": (1, 2),
        "annotated": (1, 2),
        "previewed": (0, 3),
        "published": (0, 3),
    }


def test_a_source_is_told_step_by_step(plates: None, desk: Client) -> None:
    (line,) = board(desk).sources
    assert numbers(line)["arrived"] == (3, 2)
    assert numbers(line)["valid"] == (1, 2)
    assert "published" not in numbers(line)


def test_each_number_leads_to_a_list_with_as_many_rows(plates: None, desk: Client) -> None:
    told = board(desk)
    for line in (*told.datasets, *told.sources):
        for cell in line.cells:
            if cell.left and "reconciliation" not in cell.url:
                assert listed(desk, cell.url) == cell.left, (line.name, cell)
            if "reconciliation" in cell.url:
                assert desk.get(cell.url).status_code == 200


def test_each_card_leads_to_a_list_with_as_many_rows(
    plates: None, desk: Client, open_dataset: Dataset
) -> None:
    send_for_review(dataset=open_dataset, by=None)
    Store.objects.filter(name="q").update(reach="unreachable")
    Job.objects.filter(state="done").update(state="failed", error="no")
    Source.objects.update(next_scan_at="2020-01-01T00:00Z")
    cards = board(desk).cards
    found = {card.name: card.number for card in cards}
    assert found["Waiting for review"] == found["Overdue scans"] == 1
    assert found["New stores"] == 3
    assert found["Unannotated"] == 2
    for card in cards:
        if card.number is not None:
            assert listed(desk, card.url) == card.number, card
        assert desk.get(card.url).status_code == 200


def test_rules_lead_to_their_findings(plates: None, desk: Client) -> None:
    for rule in board(desk).rules:
        assert listed(desk, rule.url) == rule.number


def test_it_is_narrowed_to_mine_and_by_name(plates: None, desk: Client) -> None:
    mine = factories.dataset("mine")
    Dataset.objects.filter(pk=mine.pk).update(owner=User.objects.get(username="steward"))
    assert [line.name for line in board(desk, "?mine=1").datasets] == ["mine"]
    assert [line.name for line in board(desk, "?q=OPE").datasets] == ["open"]
    assert [line.owner for line in board(desk, "?mine=1").datasets] == ["steward"]
    shown = desk.get(reverse("admin:index") + "?q=nothing").content.decode()
    assert "has “nothing” in its slug or title" in shown


def test_it_comes_in_pages(desk: Client) -> None:
    for number in range(27):
        factories.dataset(f"d{number:02}")
    first = board(desk)
    assert len(first.datasets) == 25
    rest = board(desk, first.next_url)
    assert [line.name for line in rest.datasets] == ["d25", "d26"]
    assert rest.next_url == ""
    assert board(desk, "?page=x").page == board(desk, "?page=0").page == 1


def test_it_takes_as_many_statements_for_many_plates_as_for_few(
    plates: None, tmp_path: Path, desk: Client, open_dataset: Dataset
) -> None:
    desk.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse("admin:index"))
    for number in range(3):
        made = factories.dataset(f"more{number}")
        folder = stores.plate(tmp_path / f"m{number}.zarr", wells=["A/1"], name=f"m{number}")
        factories.harvested(str(folder), into=made, source=Source.objects.get())
    with CaptureQueriesContext(connection) as many:
        desk.get(reverse("admin:index"))
    assert len(many) == len(few)
    assert not [
        q["sql"] for q in many.captured_queries if re.search("plates_(well|field)\\b", q["sql"])
    ]


def test_an_empty_catalog_says_what_to_do(desk: Client) -> None:
    shown = desk.get(reverse("admin:index")).content.decode()
    assert "There is no dataset yet" in shown
    assert reverse("admin:catalog_source_add") in shown


def test_the_board_tells_no_plate_of_a_vanished_store(plates: None, desk: Client) -> None:
    Store.objects.filter(name__startswith="r").update(vanished_at=timezone.now())
    assert numbers(board(desk).datasets[0])["arrived"] == (2, 3)
    assert Holding.objects.count() == 3


def test_ages_are_told_in_one_unit() -> None:
    now = timezone.now()
    agos = (timedelta(minutes=5), timedelta(hours=5), timedelta(days=40), timedelta(days=800))
    told = [age_of(now - ago) for ago in agos]
    assert told == ["5 min", "5 h", "40 d", "2 y"]
    assert age_of(None) == ""

"""Plate maps over REST: upload, mapping, dry run, apply, undo, and what wells tell then."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from catalog.models import Dataset, Job
from catalog.words import Role
from plates.models import Plate, PlateMap
from tests import factories, stores
from tests.catalog.services.mapped import LAYOUT, applied, checked, sent, worked

pytestmark = pytest.mark.django_db
URL = "/api/v1/platemaps/"

MESSY = LAYOUT + "small,Z99,x,1,\nsmall,A1,x,abc,\nelsewhere,A1,x,1,\nsmall,C,x,1,\n"


@pytest.fixture
def curator(client: Client, plate_folder: Path, open_dataset: Dataset) -> Client:
    """A curator of a dataset with the plate that the layout is about."""
    factories.harvested(str(plate_folder), into=open_dataset)
    person = factories.user()
    factories.access(person, Role.CURATOR, open_dataset)
    client.force_login(person)
    return client


def upload(client: Client, text: str = LAYOUT, **fields: str) -> Any:
    file = SimpleUploadedFile("layout.csv", text.encode())
    return client.post(URL, {"dataset": "open", "files": file, **fields})


def the_job(answer: Any) -> Job:
    return Job.objects.get(pk=answer.json()["job"]["id"])


def test_the_whole_conversation(curator: Client) -> None:
    answer = upload(curator)
    assert answer.status_code == 202
    told = answer.json()
    assert (told["new"], told["platemap"]["state"]) == (True, "uploaded")
    assert told["job"]["kind"] == "check_plate_map"
    assert told["job"]["links"]["platemap"] == told["platemap"]["links"]["self"]
    worked(the_job(answer))
    one = curator.get(told["platemap"]["links"]["self"]).json()
    assert (one["state"], one["rows"], one["report"]["verdicts"]) == ("checked", 3, {"matched": 3})
    assert one["tables"][0]["examples"][2] == ["DMSO", "Nutlin-3a", "Etoposide"]
    assert one["job"]["state"] == "done"

    mapping = one["mapping"]
    mapping["tables"][0]["columns"][2]["becomes"] = "substance"
    edited = curator.patch(
        one["links"]["self"], json.dumps({"mapping": mapping}), content_type="application/json"
    )
    assert (edited.status_code, edited.json()["platemap"]["edited"]) == (202, True)
    worked(the_job(edited))

    asked = curator.post(one["links"]["apply"])
    assert (asked.status_code, asked.json()["job"]["kind"]) == (202, "apply_plate_map")
    worked(the_job(asked))
    assert curator.get(one["links"]["self"]).json()["state"] == "applied"
    well = curator.get(f"/api/v1/plates/{Plate.objects.get().id}/wells/B03/").json()
    (substance,) = well["annotation"]["substance"]
    assert substance["value"] == "Etoposide"
    assert substance["source"] == {
        "platemap": one["id"],
        "file": "layout.csv",
        "row": 4,
        "column": "Compound",
    }
    (dose,) = well["annotation"]["concentration"]
    assert (dose["value"], dose["unit"]) == ("2.5 uM", "mol/L")
    assert dose["number"] == pytest.approx(2.5e-6)

    taken = curator.post(one["links"]["undo"])
    assert taken.status_code == 202
    worked(the_job(taken))
    well = curator.get(f"/api/v1/plates/{Plate.objects.get().id}/wells/B03/").json()
    assert well["annotation"] == {}


def test_the_same_files_again_are_answered_with_the_first_import(curator: Client) -> None:
    first = upload(curator)
    worked(the_job(first))
    again = upload(curator)
    assert again.status_code == 200
    told = again.json()
    assert (told["new"], told["job"]) == (False, None)
    assert told["platemap"]["id"] == first.json()["platemap"]["id"]


def test_several_files_are_one_import_and_come_back_as_they_were(curator: Client) -> None:
    files = [SimpleUploadedFile(f"ö {number}.csv", LAYOUT.encode()) for number in range(2)]
    told = curator.post(URL, {"dataset": "open", "files": files}).json()["platemap"]
    assert [file["name"] for file in told["files"]] == ["ö 0.csv", "ö 1.csv"]
    answer = curator.get(told["files"][1]["url"])
    assert answer.getvalue() == LAYOUT.encode()
    assert "attachment" in answer["Content-Disposition"]
    assert curator.get(told["files"][1]["url"].replace("/1/", "/7/")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"dataset": ""}, "dataset"),
        ({"plates": "small"}, "plates"),
        ({"plate": "x" * 300}, "plate"),
    ],
)
def test_a_form_that_is_not_understood_is_refused_by_name(
    curator: Client, fields: dict[str, str], parameter: str
) -> None:
    answer = upload(curator, **fields)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    curator: Client, settings: Settings
) -> None:
    settings.PLATE_MAP_BYTES = 10
    answer = upload(curator, LAYOUT * 20_000)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "files")
    assert curator.post(URL, {"dataset": "open"}).json()["parameter"] == "files"
    assert curator.post(URL, "{}", content_type="application/json").status_code == 415


def test_strangers_and_viewers_cannot_upload(curator: Client, open_dataset: Dataset) -> None:
    viewer = factories.user()
    factories.access(viewer, Role.VIEWER, open_dataset)
    for person in (factories.user(), viewer):
        client = Client()
        client.force_login(person)
        assert upload(client).status_code == 403
    hidden = Client()
    hidden.force_login(factories.user())
    assert upload(hidden, dataset="nowhere").status_code == 404
    assert not PlateMap.objects.exists()


def test_what_nobody_signed_in_sends_is_not_even_read(
    open_dataset: Dataset, settings: Settings
) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["there.is.none"]
    assert upload(Client()).status_code == 403


def test_refusals_are_problems(curator: Client, open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    answer = curator.post(f"{URL}{plate_map.id}/undo/")
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert "cannot be undone" in answer.json()["detail"]
    answer = curator.patch(
        f"{URL}{plate_map.id}/", json.dumps({"mapping": {}}), content_type="application/json"
    )
    assert (answer.status_code, answer.json()["parameter"]) == (400, "mapping")


@pytest.mark.parametrize("letter", ["\\u0000", "\\ud800"])
def test_a_mapping_with_what_no_text_has_is_refused(
    curator: Client, open_dataset: Dataset, letter: str
) -> None:
    plate_map = checked(open_dataset)
    body = json.dumps({"mapping": plate_map.mapping}).replace('"compound"', f'"{letter}"')
    answer = curator.patch(f"{URL}{plate_map.id}/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "mapping")


def test_rows_that_were_not_matched_are_told_page_by_page_and_as_csv(
    curator: Client, open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset, MESSY)
    page = curator.get(f"{URL}{plate_map.id}/rows/?limit=2").json()
    assert (page["count"], page["count_is_exact"], page["previous"]) == (4, True, None)
    rest = curator.get(page["next"]).json()
    assert rest["next"] is None
    rows = page["results"] + rest["results"]
    assert [(row["row"], row["verdict"]) for row in rows] == [
        (5, "no_such_well"),
        (6, "unreadable_value"),
        (7, "no_such_plate"),
        (8, "unreadable_well"),
    ]
    assert rows[1] | {"message": ""} == {
        "file": "layout.csv",
        "row": 6,
        "column": "Concentration (uM)",
        "plate": "small",
        "subject": "A1",
        "verdict": "unreadable_value",
        "message": "",
    }
    assert curator.get(rest["previous"]).json()["results"] == page["results"]
    only = curator.get(f"{URL}{plate_map.id}/rows/?verdict=no_such_plate").json()
    assert [row["row"] for row in only["results"]] == [7]
    assert only["count"] == 1
    whole = curator.get(f"{URL}{plate_map.id}/rows.csv").getvalue().decode()
    assert [int(row["row"]) for row in csv.DictReader(io.StringIO(whole))] == [5, 6, 7, 8]
    assert curator.get(f"{URL}{plate_map.id}/rows/?verdict=no").status_code == 400
    assert curator.get(f"{URL}{plate_map.id}/rows/?plate=no").status_code == 400


def test_plates_are_told_with_how_they_were_found(curator: Client, open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset, MESSY)
    (lost, found) = curator.get(f"{URL}{plate_map.id}/plates/").json()["results"]
    assert (lost["spelling"], lost["plates"], lost["rows"]) == ("elsewhere", [], 1)
    assert found["matched_by"] == "name"
    assert found["plates"] == [{"id": str(Plate.objects.get().id), "name": "small"}]
    applied(open_dataset, MESSY)
    after = curator.get(f"{URL}{plate_map.id}/plates/").json()["results"]
    assert [one["spelling"] for one in after] == ["elsewhere", "small"]


def test_lists_are_narrowed_by_dataset_state_and_format(
    curator: Client, open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset)
    for query, number in (
        ("dataset=open", 1),
        ("dataset=nowhere", 0),
        ("state=checked", 1),
        ("state=applied", 0),
        ("format=table", 1),
    ):
        assert curator.get(f"{URL}?{query}").json()["count"] == number, query
    with CaptureQueriesContext(connection) as statements:
        curator.get(URL)
    assert not any('."report"' in one["sql"] for one in statements), "lists tell no reports"
    jobs = curator.get(f"/api/v1/jobs/?platemap={plate_map.id}").json()
    assert [job["kind"] for job in jobs["results"]] == ["check_plate_map"]


def test_a_page_of_wells_takes_as_many_statements_however_much_is_in_them(
    curator: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    def statements(plate: Plate) -> int:
        with CaptureQueriesContext(connection) as found:
            assert curator.get(f"/api/v1/plates/{plate.id}/wells/").status_code == 200
        return len(found)

    small = Plate.objects.get()
    statements(small)
    applied(open_dataset)
    few = statements(small)
    big = factories.harvested(
        str(stores.plate(tmp_path / "big.zarr", name="big")), into=open_dataset
    )
    assert big.plate is not None
    rows = "".join(
        f"big,{row}{column},c{column},{row}\n" for row in "ABCDEFGH" for column in range(1, 13)
    )
    applied(open_dataset, sent("Plate,Well,Compound,Note\n" + rows))
    applied(open_dataset, sent("Plate,Well,Gene\nbig,A1,TP53\n"))
    assert statements(big.plate) == few


def test_an_image_tells_its_annotation(
    curator: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    factories.harvested(str(stores.image(tmp_path / "cells.zarr")), into=open_dataset)
    (image,) = curator.get("/api/v1/images/").json()["results"]
    assert image["annotation"] == {}
    applied(open_dataset, sent(f"Image Name,Organism\n{image['name'] or 'cells'},Homo sapiens\n"))
    (image,) = curator.get("/api/v1/images/").json()["results"]
    assert image["annotation"]["organism"][0]["value"] == "Homo sapiens"
    alone = curator.get(image["links"]["self"]).json()
    assert alone["annotation"] == image["annotation"]

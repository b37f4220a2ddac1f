"""What differs between expectation, pictures and plate maps, against plain loops over all rows."""

import csv
from collections import defaultdict

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Holding, Source
from catalog.queries.reconciliation import Gap, Reconciliation, of_dataset, of_plate, of_source
from catalog.queries.visible import Viewer
from catalog.words import Visibility
from plates.models import Plate, Store
from plates.omezarr.snapshots import FieldSnapshot, PlateSnapshot, WellSnapshot
from plates.services.load import load_snapshot
from plates.services.stores import store_at
from tests import factories
from tests.plates.platemaps.corpus_sets import ABSENT, CORPUS, REASON
from tests.plates.queries.exporting import imported
from tests.snapshots import address_of, snapshot

pytestmark = pytest.mark.django_db


def shown(scope: int, name: str, wells: dict[str, int], *, url: str = "") -> Store:
    """A store with a plate, each well with so many fields."""
    snapshots = tuple(
        WellSnapshot(
            path,
            row,
            column,
            address_of(path),
            present=True,
            fields=tuple(
                FieldSnapshot(f"{path}/{number}", None, present=True, layout=None, translation=None)
                for number in range(fields)
            ),
        )
        for path, fields in wells.items()
        for row, column in [path.split("/")]
    )
    plate = PlateSnapshot(
        name=name,
        barcode="",
        rows=(),
        columns=(),
        field_count=None,
        acquisitions=(),
        wells=snapshots,
    )
    store = store_at(url or f"/{scope}/{name}", scope=scope)[0]
    load_snapshot(store, snapshot(plate), layouts={})
    return store


def listed(told: Reconciliation, gap: Gap) -> list[tuple[str, str]]:
    """Plates and wells of a list, which is as long as its count."""
    lines = list(told.lines(gap))
    assert told.counts()[gap] == len(lines)
    assert list(told.lines(gap, 1)) == lines[:1]
    return [(line.plate, line.well) for line in lines]


def test_plates_and_wells_are_compared_with_what_maps_say() -> None:
    dataset = factories.dataset()
    scope = dataset.serial
    shown(scope, "P1", {"A/1": 2, "A/2": 2, "A/3": 1, "B/1": 0, "H/12": 2})
    shown(scope, "P2", {"A/1": 1})
    imported(
        scope,
        "Plate,Well,Compound,Comments\nP1,A1,x,\nP1,A2,,no image: lost\nP1,A4,y,\nP1,A5,,no image\n"
        "P1,H12,z,\nP3,A1,x,\np3,A2,x,\n",
    )
    Store.objects.filter(name="store", plate__name="P2").update(verdict="valid")
    told = of_dataset(dataset)
    assert told.figures() == {
        "expected": 2,
        "arrived": 2,
        "valid": 1,
        "annotated": 1,
        "wells_imaged": 6,
        "wells_annotated": 5,
    }
    assert listed(told, Gap.NO_STORE) == [("P3", "")]
    assert listed(told, Gap.NOT_NAMED) == [("P2", "")]
    assert listed(told, Gap.NOT_IN_BARCODE_FILE) == []
    assert listed(told, Gap.NOT_VALID) == [("P1", "")]
    assert listed(told, Gap.NOT_ANNOTATED) == [("P2", "")]
    assert listed(told, Gap.IMAGED_NOT_ANNOTATED) == [("P1", "A03"), ("P1", "B01"), ("P2", "A01")]
    assert listed(told, Gap.ANNOTATED_NOT_IMAGED) == [("P1", "A04"), ("P1", "A05")]
    assert listed(told, Gap.SAID_TO_BE_EMPTY) == [("P1", "A02"), ("P1", "A05")]
    assert listed(told, Gap.UNEXPLAINED) == [("P1", "A04")]
    assert listed(told, Gap.FEWER_FIELDS)[0] == ("P1", "A03")
    one = of_plate(Plate.objects.get(name="P1"))
    assert one.figures()["expected"] == 1
    assert listed(one, Gap.NO_STORE) == []


def test_a_barcode_file_says_which_plates_are_expected() -> None:
    dataset = factories.dataset()
    for name in ("BR1", "BR9"):
        shown(dataset.serial, name, {"A/1": 1})
    made, _ = imported(
        dataset.serial,
        "Assay_Plate_Barcode,Plate_Map_Name\nBR1,map\nBR2,map\n",
        name="barcode_platemap.csv",
    )
    made.format = "barcodes"
    made.save()
    told = of_dataset(dataset)
    assert listed(told, Gap.NO_STORE) == [("BR2", "")]
    assert listed(told, Gap.NOT_IN_BARCODE_FILE) == [("BR9", "")]


def test_keys_in_part_and_likely_typos() -> None:
    dataset = factories.dataset()
    for name in ("P1", "P2"):
        shown(dataset.serial, name, {"A/1": 1})
    lines = ["P1,A1,MCF7,x,Homo sapiens", "P1,A2,MCF-7,,Homo sapiens", "P1,A3,MCF7,,Homo sapeins"]
    lines += ["P2,A1,HeLa,x,Homo sapiens", "P2,A2,HeLa,y,Homo sapiens"]
    imported(dataset.serial, "\n".join(["Plate,Well,Cell Line,Compound,Organism", *lines, ""]))
    told = of_dataset(dataset)
    assert [(key.key, key.wells, key.of, key.plates, key.plates_in_part) for key in told.keys] == [
        ("compound", 3, 5, 2, 1)
    ]
    assert {(typo.key, typo.found.values, typo.wells) for typo in told.typos} == {
        ("cell_line", ("MCF7", "MCF-7"), (2, 1)),
        ("organism", ("Homo sapiens", "Homo sapeins"), (4, 1)),
    }
    notes = [(line.value, line.note) for line in told.lines(Gap.LIKELY_TYPO)]
    assert ("MCF-7", "perhaps MCF7 (2 wells): spelling") in notes


def test_a_dataset_without_anything_differs_in_nothing() -> None:
    told = of_dataset(factories.dataset())
    assert set(told.figures().values()) == {0}
    assert set(told.counts().values()) == {0}
    assert [line for gap in Gap for line in told.lines(gap)] == []


def test_statements_do_not_grow_with_the_plates() -> None:
    counts = []
    for number in (1, 7):
        dataset = factories.dataset()
        for plate in range(number):
            shown(dataset.serial, f"P{plate}", {"A/1": 1, "B/2": 0})
        with CaptureQueriesContext(connection) as statements:
            told = of_dataset(dataset)
            told.figures()
            told.counts()
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8


def test_a_source_is_reconciled_as_far_as_its_viewer_sees() -> None:
    source = Source.objects.create(name="microscope", url="s3://bucket")
    for visibility in (Visibility.PUBLIC, Visibility.OWNER):
        dataset = factories.dataset(visibility=visibility, owner=factories.user())
        store = shown(dataset.serial, visibility.value, {"A/1": 1})
        Holding.objects.create(store=store, dataset=dataset, source=source)
        imported(dataset.serial, f"Plate,Well,Compound\nlost {visibility.value},A1,x\n")
    shown(factories.dataset().serial, "of another source", {"A/1": 1})
    seen = of_source(source, Viewer(AnonymousUser()))
    assert [plate.title for plate in seen.plates] == ["public"]
    assert listed(seen, Gap.NO_STORE) == [("lost public", "")]
    whole = of_source(source, Viewer(factories.operator()))
    assert len(whole.plates) == len(whole.awaited) == 2


SCREEN = "annotations/idr0011/idr0011-screenD-annotation.csv"
IMAGED = [42, 39, 31, 35, 45, 32, 32, 38]
"""The wells of each plate in IDR's public catalogue."""


@pytest.mark.skipif(ABSENT, reason=REASON)
def test_a_screen_of_idr_agrees_with_its_public_catalogue() -> None:
    content = (CORPUS / SCREEN).read_text()
    named: dict[str, set[str]] = defaultdict(set)
    empty: dict[str, set[str]] = defaultdict(set)
    for line in csv.DictReader(content.splitlines()):
        named[line["Plate"]].add(line["Well"])
        if "no image" in line["Comments"] or line["Control Type"] == "empty well":
            empty[line["Plate"]].add(line["Well"])
    dataset = factories.dataset()
    for plate, wells in named.items():
        # Field by field as in earnest: what is said to be empty was not imaged.
        imaged = {f"{well[0]}/{well[1:]}": 1 for well in sorted(wells - empty[plate])}
        shown(dataset.serial, plate, imaged)
    imported(dataset.serial, content, name="idr0011-screenD-annotation.csv")
    counted = {}
    for row in Plate.objects.filter(scope=dataset.serial):
        told = of_plate(row).wells
        counted[row.name] = told.annotated - told.said_to_be_empty
        assert told.annotated == len(named[row.name])
        assert told.said_to_be_empty == len(empty[row.name])
        assert told.imaged == counted[row.name]
        assert told.unexplained == told.imaged_not_annotated == 0
    assert list(map(counted.__getitem__, named)) == IMAGED

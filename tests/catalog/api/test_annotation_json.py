"""Annotation as JSON that is put together of pieces is what it is value by value."""

import json
from pathlib import Path

import msgspec
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.api.shapes.annotation import annotation_told
from catalog.api.shapes.annotation_json import annotation_at
from catalog.models import Dataset
from plates.models import Plate
from plates.queries.annotation import annotation_of
from tests import factories
from tests.catalog.services.mapped import applied

pytestmark = pytest.mark.django_db

HOSTILE = """\
Plate,Well,Compound 1,Dose 1 (uM),Compound 2,Dose 2 (uM),"My ""row"":0 key",Note
small,A1,DMSO,,"say ""row"":0,",1,"a ""quoted"" word","\u00e9\u4e2d\u2028"
small,A1,DMSO,,Nutlin-3a,10,plain,
small,A2,Nutlin-3a,10,DMSO,,plain,"back\\slash"
small,B3,Nutlin-3a,10,Nutlin-3a,0.1,plain,
"""
LATER = "Plate,Well,Compound\nsmall,A1,Etoposide\nsmall,B3,DMSO\n"


@pytest.fixture
def plate(plate_folder: Path, open_dataset: Dataset) -> Plate:
    """A plate of which two imports speak."""
    plate = factories.harvested(str(plate_folder), into=open_dataset).plate
    assert plate is not None
    applied(open_dataset, HOSTILE)
    applied(open_dataset, LATER)
    return plate


def test_it_is_the_same_as_value_by_value(plate: Plate) -> None:
    spots = [(plate.carrier_id, position) for position in range(plate.rows * plate.columns)]
    told = annotation_at(spots)["annotation"]
    one_by_one = annotation_of(spots)
    assert len(one_by_one) == 3
    for spot in spots:
        expected = msgspec.json.encode(annotation_told(one_by_one, spot))
        assert json.loads(bytes(told.at(spot))) == json.loads(expected)  # type: ignore[attr-defined]


def test_it_takes_three_statements(plate: Plate) -> None:
    with CaptureQueriesContext(connection) as statements:
        annotation_at([(plate.carrier_id, position) for position in range(96)])
    assert len(statements) == 3


def test_an_answer_with_line_breaks_says_the_same(plate: Plate, client: Client) -> None:
    path = f"/api/v1/plates/{plate.id}/wells/A01/"
    plain = client.get(path)
    broken = client.get(path, headers={"Accept": "application/json; indent=4"})
    assert broken.content.count(b"\n    ") > 10
    assert broken.json() == plain.json()
    assert plain.json()["annotation"]["compound"][-1]["value"] == "Etoposide"

"""What an upgrade writes of the decades of layers is what imports write."""

from importlib import import_module

import pytest
from django.db import connection

from plates.models import DecadeMask
from tests.catalog.search.worlds import RowPlan, build

pytestmark = pytest.mark.django_db

DOSES = ("0.5", "1", "1", "2", "10", "0")


def test_decades_are_made_of_the_masks_that_there_are() -> None:
    rows = [
        RowPlan(
            plate, well, {"Compound": "taxol", "Dose": dose, "Compound_2": "DMSO", "Dose_2": "3"}
        )
        for plate in (0, 1)
        for well, dose in enumerate(DOSES[plate:])
    ]
    build([rows])
    told = list(DecadeMask.objects.order_by("pk").values())
    assert {row["power"] for row in told} == {-7, -6, -5}
    assert {row["bits"] is None for row in told} == {False, True}
    DecadeMask.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("plates.migrations.0008_doses_by_decade").FILLED)
    assert list(DecadeMask.objects.order_by("pk").values()) == told

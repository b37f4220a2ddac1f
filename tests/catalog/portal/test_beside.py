"""What is pictured beside a well: controls and replicates of its plate; and the strips of a value."""

import re
from pathlib import Path

import pytest
from django.test import Client

from catalog.models import Dataset
from plates.models import Plate
from tests import factories, stores
from tests.catalog.services.mapped import applied

pytestmark = pytest.mark.django_db

WELLS = [f"{row}/{column}" for row in "ABCD" for column in range(1, 7)]
LAYOUT = "Plate,Well,Compound,Concentration (uM),Control type\n" + "".join(
    f"P,{line}\n"
    for line in (
        *(f"{row}1,DMSO,,negative control" for row in "ABCD"),
        *(f"{row}6,Bleomycin,60,positive control" for row in "ABCD"),
        *(f"{row}{column},taxol,{10**column},none" for row in "AB" for column in (2, 3, 4)),
        *(f"{row}{column},taxol,100,none" for row in "CD" for column in (2, 3, 4)),
    )
)


@pytest.fixture
def plate(tmp_path: Path, open_dataset: Dataset) -> Plate:
    folder = stores.plate(tmp_path / "p.zarr", wells=WELLS, name="P")
    factories.harvested(str(folder), into=open_dataset)
    applied(open_dataset, LAYOUT)
    return Plate.objects.get()


def sections(html: str, start: str) -> dict[str, list[str]]:
    """The labels of the tiles below each heading of a part of a page."""
    part = html[html.index(start) :].partition("</section>")[0]
    found = re.split(r"<(?:h3|p)[^>]*>", part)[1:]
    return {
        re.sub(r"<[^>]+>", "", re.split("</(?:h3|p)>", text)[0]).strip(): re.findall(
            r"<code>([^<]+)</code>", text
        )
        for text in found
    }


def test_a_well_is_shown_beside_the_nearest_controls_and_its_replicates(
    client: Client, plate: Plate
) -> None:
    html = client.get(f"/plates/{plate.id}/wells/C3/").content.decode()
    beside = sections(html, 'class="comparing"')
    assert beside["Negative controls"] == ["C01", "B01", "D01", "A01"]
    assert beside["Positive controls"] == ["C06", "B06", "D06", "A06"]
    (replicates,) = (labels for name, labels in beside.items() if name.startswith("Replicates"))
    assert replicates == ["C02", "C04", "D03", "B02"]
    assert "the nearest 4 of 7" in html
    field = client.get(re.findall(r'href="(/stores/[^"]+)"', html)[0]).content.decode()
    assert sections(field, 'class="comparing"') == beside


def test_a_control_is_shown_beside_the_other_controls_and_not_beside_itself(
    client: Client, plate: Plate
) -> None:
    html = client.get(f"/plates/{plate.id}/wells/A1/").content.decode()
    beside = sections(html, 'class="comparing"')
    assert beside["Negative controls"] == ["B01", "C01", "D01"]
    assert not [name for name in beside if name.startswith("Replicates")]


def test_pictures_beside_a_well_are_of_its_own_store(
    client: Client, plate: Plate, open_dataset: Dataset, tmp_path: Path
) -> None:
    again = stores.plate(tmp_path / "again.zarr", wells=WELLS, name="P")
    factories.harvested(str(again), into=open_dataset)
    other = plate.stores.get(name="again.zarr") if plate.stores.count() > 1 else None
    html = client.get(f"/plates/{plate.id}/wells/C3/").content.decode()
    shown = set(re.findall(r"/api/v1/stores/([^/]+)/fields/[^\"]+/thumbnail", html))
    beside = html[html.index('class="comparing"') :]
    stores_beside = set(re.findall(r"/api/v1/stores/([^/]+)/fields/[^\"]+/thumbnail", beside))
    assert len(stores_beside) == 1
    assert other is None or str(other.id) in shown - stores_beside


def test_a_value_is_a_strip_by_dose_between_its_controls(client: Client, plate: Plate) -> None:
    html = client.get("/terms/compound/taxol/").content.decode()
    strip = html[html.index('class="strip"') :].partition("</section>")[0]
    labels = re.findall(r"<code>([^<]+)</code>", strip)
    assert labels[:2] == ["B01", "C01"]
    assert labels[-2:] == ["B06", "C06"]
    assert labels[2:5] == ["A02", "B02", "C02"]
    assert labels[-4:-2] == ["A04", "B04"]
    of_control = client.get("/terms/compound/DMSO/").content.decode()
    strip = of_control[of_control.index('class="strip"') :].partition("</section>")[0]
    assert re.findall(r"<code>([^<]+)</code>", strip)[:4] == ["A01", "B01", "C01", "D01"]

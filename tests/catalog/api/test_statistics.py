"""Statistics of the pixels of a plate over REST, beside plain numpy over the pixels themselves."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from django.test import Client
from pytest_django import Settings

from catalog.models import Dataset
from plates.addresses import PlateShape
from plates.models import Store
from tests import factories, stores
from tests.catalog.services.mapped import applied
from tests.catalog.services.previewed import previewed

pytestmark = pytest.mark.django_db
SHAPE = PlateShape(8, 12)


@pytest.fixture(autouse=True)
def _pictures(settings: Settings, tmp_path: Path) -> None:
    settings.PICTURES = tmp_path / "pictures"


def screen(folder: Path, *, bright_column: int) -> Path:
    """A plate of 96 wells: channel 1 is bright in one column, and a little at the rim."""
    stores.plate(folder, version="0.4", levels=1, name="screen", size=(16, 16))
    rng = np.random.default_rng(5)
    for position in range(SHAPE.size):
        well = SHAPE.address(position)
        pixels = rng.normal(300, 30, (2, 1, 16, 16)) + rng.normal(0, 5)
        if well.row in {0, 7} or well.column in {0, 11}:
            pixels += 40
        if well.column == bright_column:
            pixels[1] += 900
        place = folder / f"{chr(65 + well.row)}/{well.column + 1:02}/0/0"
        array = zarr.create_array(
            str(place),
            shape=pixels.shape,
            chunks=(1, 1, 16, 16),
            dtype="uint16",
            zarr_format=2,
            overwrite=True,
            chunk_key_encoding={"name": "v2", "separator": "/"},
        )
        array[...] = pixels.round().astype("uint16")
    return folder


LAYOUT = "Plate,Well,Control type\n" + "".join(
    f"screen,{chr(65 + row)}{column:02},{word}\n"
    for row in range(8)
    for column, word in ((1, "negative"), (2, "positive"))
)


def told(client: Client, store: Store, query: str = "") -> dict[str, Any]:
    assert store.plate is not None
    answer = client.get(f"/api/v1/plates/{store.plate.id}/statistics/{query}")
    assert answer.status_code == 200, answer.content
    return dict(json.loads(answer.content))


def drawn(folder: Path, dataset: Dataset) -> Store:
    store = factories.harvested(str(folder), into=dataset)
    previewed(store)
    applied(dataset, LAYOUT)
    return store


def test_values_controls_and_edges_are_those_of_the_pixels(
    tmp_path: Path, open_dataset: Dataset, client: Client
) -> None:
    folder = screen(tmp_path / "p.zarr", bright_column=1)
    store = drawn(folder, open_dataset)
    found = told(client, store, "?channel=1&statistic=mean")
    plain = {
        SHAPE.address(n).label: float(
            np.asarray(
                zarr.open_array(
                    str(folder / f"{chr(65 + n // 12)}/{n % 12 + 1:02}/0/0"),
                    mode="r",
                )[1]
            ).mean()
        )
        for n in range(96)
    }
    assert found["values"] == pytest.approx(plain)
    negative = [plain[f"{row}01"] for row in "ABCDEFGH"]
    positive = [plain[f"{row}02"] for row in "ABCDEFGH"]
    spread = float(np.std(negative, ddof=1) + np.std(positive, ddof=1))
    expected = 1 - 3 * spread / abs(float(np.mean(positive) - np.mean(negative)))
    assert found["zprime"]["value"] == pytest.approx(expected)
    assert found["zprime"]["value"] > 0.5
    assert found["zprime"]["positive"]["wells"] == 8
    assert [row["name"] for row in found["rows"]] == list("ABCDEFGH")
    assert found["columns"][1]["name"] == "02"
    assert found["columns"][1]["mean"] == pytest.approx(np.mean(positive))
    assert told(client, store)["edge"]["shift"] > 3
    assert found["turned"] is None


def test_a_plate_that_lies_the_other_way_round_is_suspected(
    tmp_path: Path, open_dataset: Dataset, client: Client
) -> None:
    store = drawn(screen(tmp_path / "p.zarr", bright_column=10), open_dataset)
    suspicion = told(client, store)["turned"]
    assert suspicion["measure"].endswith("GFP")
    assert suspicion["turned"] > 3
    assert "180 degrees" in suspicion["sentence"]


def test_without_controls_nothing_is_said_of_them(
    tmp_path: Path, open_dataset: Dataset, client: Client
) -> None:
    folder = screen(tmp_path / "p.zarr", bright_column=1)
    store = factories.harvested(str(folder), into=open_dataset)
    previewed(store)
    found = told(client, store, "?statistic=focus")
    assert found["zprime"]["value"] is None
    assert "0 negative controls" in found["zprime"]["why"]
    assert found["turned"] is None
    assert len(found["values"]) == 96


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("?statistic=beauty", 400, "statistic"),
        ("?channel=2", 400, "channel"),
        ("?channel=-1", 400, "channel"),
        ("?acquisition=4", 404, None),
        ("?statistics=mean", 400, "statistics"),
    ],
)
def test_what_is_not_known_is_refused(
    tmp_path: Path,
    open_dataset: Dataset,
    client: Client,
    query: str,
    status: int,
    parameter: str | None,
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"], chunks=True)
    store = factories.harvested(str(folder), into=open_dataset)
    assert store.plate is not None
    path = f"/api/v1/plates/{store.plate.id}/statistics/"
    assert client.get(path).status_code == 404
    previewed(store)
    answer = client.get(f"{path}{query}")
    assert answer.status_code == status
    assert json.loads(answer.content).get("parameter") == parameter

"""What was asked of one image is not asked of those that are like it, but every fault is found."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from plates.omezarr.validate import validate_store
from tests import stores
from tests.stores import Json

Change = Callable[[Json], None]


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    return stores.plate(
        tmp_path / "p.zarr", wells=["A01", "B02"], fields=3, levels=2, distinct=True
    )


def _change(plate: Path, node: str, change: Change) -> None:
    document = plate / node / "zarr.json"
    content = json.loads(document.read_bytes())
    change(content["attributes"])
    document.write_text(json.dumps(content))


def _first_scale(attributes: Json) -> Json:
    transforms = attributes["ome"]["multiscales"][0]["datasets"][0]["coordinateTransformations"]
    scale: Json = transforms[0]
    return scale


def _shorten(attributes: Json) -> None:
    del _first_scale(attributes)["scale"][0]


def _spell_out(attributes: Json) -> None:
    _first_scale(attributes)["scale"][0] = "1.0"


def _forget_the_version(attributes: Json) -> None:
    del attributes["ome"]["version"]


def _say_another_version(attributes: Json) -> None:
    attributes["ome"]["version"] = "0.4"


def _lay_bare(attributes: Json) -> None:
    attributes |= attributes.pop("ome")


def _turn_windows(attributes: Json) -> None:
    window = attributes["ome"]["omero"]["channels"][0]["window"]
    window["start"], window["end"] = -1.0, 10.0**9


def _paint(attributes: Json) -> None:
    attributes["ome"]["omero"]["channels"][0]["color"] = 3


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (_shorten, "IMG-SCALE-LEN"),
        (_spell_out, "IMG-STRUCTURE"),
        (_forget_the_version, "IMG-STRUCTURE"),
        (_say_another_version, "OME-VERSION"),
        (_lay_bare, "IMG-STRUCTURE"),
        (_turn_windows, "OMERO-RANGE"),
        (_paint, "OMERO-SHAPE"),
    ],
)
@pytest.mark.parametrize("nodes", [["A/01/0"], ["A/01/1"], ["A/01/0", "A/01/1", "B/02/2"]])
def test_a_fault_is_told_of_each_image_that_has_it(
    plate: Path, change: Change, rule: str, nodes: list[str]
) -> None:
    for node in nodes:
        _change(plate, node, change)
    findings = validate_store(str(plate)).findings
    assert sorted({one.document for one in findings if one.rule == rule}) == [
        f"{node}/zarr.json" for node in nodes
    ]


def test_images_that_differ_in_place_and_channels_have_no_fault(plate: Path) -> None:
    for number, node in enumerate(["A/01/0", "A/01/1", "B/02/2"]):

        def widen(attributes: Json, number: int = number) -> None:
            attributes["ome"]["omero"]["channels"][0]["window"]["start"] = 100 + number

        _change(plate, node, widen)
    assert {one.rule for one in validate_store(str(plate)).findings} <= {"HCS-META-SHOULD"}

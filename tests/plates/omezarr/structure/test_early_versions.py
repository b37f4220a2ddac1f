"""What 0.1, 0.2 and 0.3 demand, which have no test suite: each case a sentence of its own."""

from typing import Any

import pytest

from plates.omezarr.structure.kinds import Kind
from tests.plates.omezarr.structure.documents import EARLY, GONE, edited, good
from tests.plates.omezarr.structure.official import official, ours

Case = tuple[str, dict[str, Any], bool]

PLATES: list[Case] = [
    ("a plate as it should be", {}, True),
    ("the key `plate` is required", {"/plate": GONE}, False),
    ("a plate is an object", {"/plate": []}, False),
    ("a plate has a version", {"/plate/version": GONE}, False),
    ("the version is text", {"/plate/version": 0.1}, False),
    ("the version is its own", {"/plate/version": "0.4"}, False),
    ("a plate needs no name", {"/plate/name": GONE}, True),
    ("a name is text", {"/plate/name": 3}, False),
    ("a name may be empty", {"/plate/name": ""}, True),
    ("a plate has rows", {"/plate/rows": GONE}, False),
    ("a plate has columns", {"/plate/columns": GONE}, False),
    ("a plate has wells", {"/plate/wells": GONE}, False),
    ("rows are not empty", {"/plate/rows": []}, False),
    ("wells are not empty", {"/plate/wells": []}, False),
    ("wells are a list", {"/plate/wells": {"path": "A/1"}}, False),
    ("a row is an object", {"/plate/rows/0": "A"}, False),
    ("a row has a name", {"/plate/rows/0": {}}, False),
    ("a row's name is text", {"/plate/rows/0/name": 1}, False),
    ("a row's name may hold any character", {"/plate/rows/0/name": "A-1 é"}, True),
    ("no row is there twice", {"/plate/rows/1/name": "A"}, False),
    ("rows of one name may differ elsewhere", {"/plate/rows/1": {"name": "A", "n": 1}}, True),
    ("no column is there twice", {"/plate/columns/1/name": "1"}, False),
    (
        "1 and 1.0 are the same",
        {"/plate/rows/-": {"name": "A", "n": 1}, "/plate/rows/0": {"n": 1.0, "name": "A"}},
        False,
    ),
    (
        "1 and true differ",
        {"/plate/rows/-": {"name": "A", "n": 1}, "/plate/rows/0": {"n": True, "name": "A"}},
        True,
    ),
    ("a well has a path", {"/plate/wells/0": {"rowIndex": 0}}, False),
    ("a path is text", {"/plate/wells/0/path": ["A", "1"]}, False),
    ("a path may have any depth", {"/plate/wells/0/path": "A/1/2"}, True),
    ("a well needs no index", {"/plate/wells/0": {"path": "C/9"}}, True),
    ("nobody looks at an index", {"/plate/wells/0/rowIndex": -1}, True),
    ("no well is there twice", {"/plate/wells/1/path": "A/1"}, False),
    ("nobody looks at the field count", {"/plate/field_count": "many"}, True),
    ("a plate needs no acquisitions", {"/plate/acquisitions": GONE}, True),
    ("acquisitions are not empty", {"/plate/acquisitions": []}, False),
    ("no acquisition is there twice", {"/plate/acquisitions": [{"id": 1}, {"id": 1}]}, False),
    ("an acquisition has an id", {"/plate/acquisitions/0/id": GONE}, False),
    ("an id is a number", {"/plate/acquisitions/0/id": "0"}, False),
    ("an id is not true", {"/plate/acquisitions/0/id": True}, False),
    ("an id may be negative", {"/plate/acquisitions/0/id": -1}, True),
    ("an id may be 1.0", {"/plate/acquisitions/0/id": 1.0}, True),
    ("a count of no fields passes", {"/plate/acquisitions/0/maximumfieldcount": 0}, True),
    ("a time is a number", {"/plate/acquisitions/0/starttime": "noon"}, False),
    ("a description is text", {"/plate/acquisitions/0/description": None}, False),
    ("keys of others are free", {"/plate/barcode": 12, "/_creator": {}}, True),
    ("wells may come in any order", {"/plate/wells/0/path": "B/9"}, True),
]
SINCE_02: list[Case] = [
    ("an id is whole", {"/plate/acquisitions/0/id": 0.5}, False),
    ("a maximum of fields is whole", {"/plate/acquisitions/0/maximumfieldcount": 1.5}, False),
    ("a start is not negative", {"/plate/acquisitions/0/starttime": -1}, False),
    ("a start is whole", {"/plate/acquisitions/0/starttime": 1.5}, False),
    ("an end is not negative", {"/plate/acquisitions/0/endtime": -1}, False),
    ("an end is a number", {"/plate/acquisitions/0/endtime": "late"}, False),
]
WELLS: list[Case] = [
    ("a well as it should be", {}, True),
    ("the key `well` is not required", {"/well": GONE}, True),
    ("a well is an object", {"/well": "A/1"}, False),
    ("a well has images", {"/well/images": GONE}, False),
    ("images are not empty", {"/well/images": []}, False),
    ("an image has a path", {"/well/images/0": {"acquisition": 1}}, False),
    ("a path is text", {"/well/images/0/path": 0}, False),
    ("a path is alphanumeric", {"/well/images/0/path": "0_mip"}, False),
    ("a path is not empty", {"/well/images/0/path": ""}, False),
    ("a path has no slash", {"/well/images/0/path": "0/1"}, False),
    ("letters of other scripts are none of A to Z", {"/well/images/0/path": "é"}, False),
    ("an acquisition is whole", {"/well/images/0/acquisition": 0.5}, False),
    ("an acquisition may be 1.0", {"/well/images/0/acquisition": 1.0}, True),
    ("an acquisition may be negative", {"/well/images/0/acquisition": -1}, True),
    ("an image needs no acquisition", {"/well/images/0/acquisition": GONE}, True),
    ("no image is there twice", {"/well/images/-": {"acquisition": 0.0, "path": "0"}}, False),
    ("a path may be there twice", {"/well/images/1/path": "0"}, True),
    ("a well needs no version", {"/well/version": GONE}, True),
    ("the version is its own", {"/well/version": "9"}, False),
]
IMAGES: list[Case] = [
    ("an image as it should be", {}, True),
    ("the key `multiscales` is required", {"/multiscales": GONE}, False),
    ("multiscales are a list", {"/multiscales": {}}, False),
    ("multiscales are not empty", {"/multiscales": []}, False),
    ("a multiscale is an object", {"/multiscales/0": None}, False),
    ("a multiscale needs no version", {"/multiscales/0/version": GONE}, True),
    ("the version is its own", {"/multiscales/0/version": "0.5"}, False),
    ("a multiscale needs no name", {"/multiscales/0/name": GONE}, True),
    ("a name is text", {"/multiscales/0/name": 0}, False),
    ("a multiscale has datasets", {"/multiscales/0/datasets": GONE}, False),
    ("datasets are not empty", {"/multiscales/0/datasets": []}, False),
    ("a dataset has a path", {"/multiscales/0/datasets/0": {}}, False),
    ("a path is text", {"/multiscales/0/datasets/0/path": 0}, False),
    ("datasets may be there twice", {"/multiscales/0/datasets/1/path": "0"}, True),
    ("nobody looks at transformations", {"/multiscales/0/coordinateTransformations": 1}, True),
    ("an image needs no omero", {"/omero": GONE}, True),
    ("omero is an object", {"/omero": []}, False),
    ("omero has channels", {"/omero/channels": GONE}, False),
    ("channels may be empty", {"/omero/channels": []}, True),
    ("a channel has a window", {"/omero/channels/0/window": GONE}, False),
    ("a channel has a colour", {"/omero/channels/0/color": GONE}, False),
    ("a colour is text", {"/omero/channels/0/color": 255}, False),
    ("a colour may be any text", {"/omero/channels/0/color": "blue"}, True),
    ("a window has a start", {"/omero/channels/0/window/start": GONE}, False),
    ("the ends of a window are numbers", {"/omero/channels/0/window/max": "255"}, False),
    ("a label is text", {"/omero/channels/0/label": None}, False),
    ("active is true or false", {"/omero/channels/0/active": 1}, False),
    ("a family is text", {"/omero/channels/0/family": False}, False),
    ("keys of others are free", {"/multiscales/0/omx": [], "/omero/id": "7"}, True),
]
METADATA_01: list[Case] = [
    ("metadata are an object", {"/multiscales/0/metadata": "mean"}, False),
    ("a method is text", {"/multiscales/0/metadata/method": 1}, False),
    ("its version is text", {"/multiscales/0/metadata/version": 1}, False),
]
AXES_03: list[Case] = [
    ("a multiscale has axes", {"/multiscales/0/axes": GONE}, False),
    ("axes are a list", {"/multiscales/0/axes": "yx"}, False),
    ("two axes are enough", {"/multiscales/0/axes": ["y", "x"]}, True),
    ("one axis is too few", {"/multiscales/0/axes": ["x"]}, False),
    ("an axis is one of t c z y x", {"/multiscales/0/axes": ["q", "x"]}, False),
    ("an axis is in lower case", {"/multiscales/0/axes": ["Y", "X"]}, False),
    ("an axis is one letter", {"/multiscales/0/axes": ["yx", "x"]}, False),
    ("an axis is no object", {"/multiscales/0/axes": [{"name": "y"}, {"name": "x"}]}, False),
    ("the schema takes an axis twice", {"/multiscales/0/axes": ["x", "x"]}, True),
    ("the schema takes six axes", {"/multiscales/0/axes": list("tczyxx")}, True),
]


def cases() -> list[Any]:
    tables: list[tuple[Kind, list[Case], tuple[str, ...]]] = [
        (Kind.PLATE, PLATES, EARLY),
        (Kind.PLATE, SINCE_02, ("0.2", "0.3")),
        (Kind.PLATE, [(name, edits, True) for name, edits, _ in SINCE_02[:5]], ("0.1",)),
        (Kind.WELL, WELLS, EARLY),
        (Kind.IMAGE, IMAGES, EARLY),
        (Kind.IMAGE, METADATA_01, ("0.1",)),
        (Kind.IMAGE, [(name, edits, True) for name, edits, _ in METADATA_01], ("0.2", "0.3")),
        (Kind.IMAGE, AXES_03, ("0.3",)),
    ]
    return [
        pytest.param(version, kind, edits, valid, id=f"{version}-{kind}-{name}")
        for kind, table, versions in tables
        for version in versions
        for name, edits, valid in table
    ]


@pytest.mark.parametrize(("version", "kind", "edits", "valid"), cases())
def test_an_early_document_is_judged_as_its_schema_says(
    *, version: str, kind: Kind, edits: dict[str, Any], valid: bool
) -> None:
    document = edited(good(version, kind), edits)
    assert official(version, kind, document) is valid
    assert ours(version, kind, document) is valid


@pytest.mark.parametrize("version", ["0.1", "0.3"])
@pytest.mark.parametrize("key", ["version", "metadata", "type", "name"])
def test_a_strict_image_has_what_is_recommended(version: str, key: str) -> None:
    document = edited(good(version, Kind.IMAGE), {f"/multiscales/0/{key}": GONE})
    assert not official(version, Kind.IMAGE, document, strict=True)
    assert not ours(version, Kind.IMAGE, document, strict=True)
    assert ours(version, Kind.IMAGE, document)

"""What the schemas of 0.4 and 0.5 say between the lines, beyond the official suites."""

from typing import Any

import pytest

from plates.omezarr.structure.kinds import Kind
from tests.plates.omezarr.structure.documents import GONE, edited, good
from tests.plates.omezarr.structure.official import official, ours

M = "/multiscales/0"
A = f"{M}/axes"
T = f"{M}/datasets/0/coordinateTransformations"
CASES: list[tuple[str, Kind, dict[str, Any], bool]] = [
    ("an axis without type counts as space", Kind.IMAGE, {f"{A}/1/type": GONE}, True),
    ("so three and one are too many", Kind.IMAGE,
     {f"{A}/0/type": "space", f"{A}/-": {"name": "z"}}, False),
    ("an axis whose unit is no text does not count", Kind.IMAGE, {f"{A}/1/unit": 1}, False),
    ("unless others are enough", Kind.IMAGE, {f"{A}/1/unit": 1, f"{A}/0/type": "space"}, True),
    ("a type may be any text", Kind.IMAGE, {f"{A}/0/type": "phase"}, True),
    ("a type is text", Kind.IMAGE, {f"{A}/0/type": None}, False),
    ("axes are objects", Kind.IMAGE, {f"{A}/0": "c"}, False),
    ("a translation may come first", Kind.IMAGE,
     {f"{T}/0": {"type": "translation", "translation": [1, 1]},
      f"{T}/1": {"type": "scale", "scale": [1, 1]}}, True),
    ("two translations pass", Kind.IMAGE,
     {f"{T}/-": {"type": "translation", "translation": [1, 1]}}, True),
    ("two scales do not", Kind.IMAGE, {f"{T}/-": {"type": "scale", "scale": [1, 1]}}, False),
    ("a scale may be negative", Kind.IMAGE, {f"{T}/0/scale": [-1, 0]}, True),
    ("a scale has two numbers", Kind.IMAGE, {f"{T}/0/scale": [1]}, False),
    ("an identity is none of the two", Kind.IMAGE, {f"{T}/1": {"type": "identity"}}, False),
    ("a path instead of numbers is not enough", Kind.IMAGE,
     {f"{T}/0": {"type": "scale", "path": "s"}}, False),
    ("acquisitions may be empty", Kind.PLATE, {"/plate/acquisitions": []}, True),
    ("acquisitions may be there twice", Kind.PLATE,
     {"/plate/acquisitions": [{"id": 1}, {"id": 1}]}, True),
    ("an end is not negative", Kind.PLATE, {"/plate/acquisitions/0/endtime": -1}, False),
    ("an index may be 1.0", Kind.PLATE, {"/plate/wells/0/columnIndex": 1.0}, True),
    ("an index is not true", Kind.PLATE, {"/plate/wells/0/columnIndex": True}, False),
    ("a name of other letters is none", Kind.PLATE, {"/plate/rows/0/name": "é"}, False),
    ("an empty label is one", Kind.LABEL, {"/image-label": {}}, True),
    ("a colour's value may be a fraction", Kind.LABEL,
     {"/image-label/colors/0/label-value": 0.5}, True),
    ("a property's may not", Kind.LABEL, {"/image-label/properties/0/label-value": 0.5}, False),
    ("a layout of 3.0 is 3", Kind.BF2RAW, {"/bioformats2raw.layout": 3.0}, True),
    ("a layout of true is none", Kind.BF2RAW, {"/bioformats2raw.layout": True}, False),
    ("a series may be empty", Kind.SERIES, {"/series": []}, True),
]  # fmt: skip
ONLY_LATE: dict[Kind, str] = {
    Kind.PLATE: "plate",
    Kind.WELL: "well",
    Kind.LABEL: "image-label",
    Kind.BF2RAW: "bioformats2raw.layout",
    Kind.SERIES: "series",
}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize(
    ("kind", "edits", "valid"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_a_document_is_judged_as_its_schema_says(
    *, version: str, kind: Kind, edits: dict[str, Any], valid: bool
) -> None:
    above = "" if version == "0.4" else "/ome"
    below = {f"{above}{pointer}": value for pointer, value in edits.items()}
    document = edited(good(version, kind), below)
    assert official(version, kind, document) is valid
    assert ours(version, kind, document) is valid


@pytest.mark.parametrize("kind", ONLY_LATE)
def test_nothing_at_all_passes_in_04_and_not_in_05(kind: Kind) -> None:
    assert official("0.4", kind, {})
    assert ours("0.4", kind, {})
    document = edited(good("0.5", kind), {f"/ome/{ONLY_LATE[kind]}": GONE})
    assert not official("0.5", kind, document)
    assert not ours("0.5", kind, document)


@pytest.mark.parametrize("key", ["window", "color"])
def test_a_channel_needs_a_window_and_a_colour_in_04_alone(key: str) -> None:
    document = edited(good("0.4", Kind.IMAGE), {f"/omero/channels/0/{key}": GONE})
    assert not official("0.4", Kind.IMAGE, document)
    assert not ours("0.4", Kind.IMAGE, document)
    document = edited(good("0.5", Kind.IMAGE), {f"/ome/omero/channels/0/{key}": GONE})
    assert official("0.5", Kind.IMAGE, document)
    assert ours("0.5", Kind.IMAGE, document)

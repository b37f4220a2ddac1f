"""What 0.6 demands, whose suite is not here: each case a sentence of its own."""

from typing import Any

import pytest

from plates.omezarr.structure.kinds import Kind
from tests.plates.omezarr.structure.documents import GONE, TRANSFORMATIONS, edited, good
from tests.plates.omezarr.structure.official import official, ours

Case = tuple[str, dict[str, Any], bool]
SPACE = [{"name": name, "type": "space"} for name in "zyxw"]
ARRAY = [{"name": f"{number}", "type": "array"} for number in range(3)]
M = "/ome/multiscales/0"
A = f"{M}/coordinateSystems/0/axes"
D = f"{M}/datasets/0/coordinateTransformations"
T = f"{M}/coordinateTransformations/0"
S = "/ome/scene"
SEQUENCE = f"{M}/datasets/1/coordinateTransformations/0/transformations"

WELLS: list[Case] = [
    ("a release candidate is a version", {"/ome/version": "0.6rc0"}, True),
    ("a development version is none", {"/ome/version": "0.6.dev4"}, False),
    ("a version is required", {"/ome/version": GONE}, False),
    ("`ome` is required", {"/ome": GONE}, False),
    ("`well` is required", {"/ome/well": GONE}, False),
    ("nobody looks at the well's own version", {"/ome/well/version": 9}, True),
    ("a field may hold - _ .", {"/ome/well/images/0/path": "a-b_c.d"}, True),
    ("a field is not of periods only", {"/ome/well/images/0/path": ".."}, False),
    ("a field may start with a period", {"/ome/well/images/0/path": ".a"}, True),
    ("a field does not start with __", {"/ome/well/images/0/path": "__a"}, False),
    ("a field may start with _", {"/ome/well/images/0/path": "_a"}, True),
    ("a field has no slash", {"/ome/well/images/0/path": "a/b"}, False),
    ("a field has a name", {"/ome/well/images/0/path": ""}, False),
]
PLATES: list[Case] = [
    ("a row is alphanumeric", {"/ome/plate/rows/0/name": "A_"}, False),
    ("a path has two parts", {"/ome/plate/wells/0/path": "A/1/2"}, False),
    ("an index is required", {"/ome/plate/wells/0/rowIndex": GONE}, False),
    ("an index is not negative", {"/ome/plate/wells/0/columnIndex": -1}, False),
    ("an index may be 1.0", {"/ome/plate/wells/0/columnIndex": 1.0}, True),
    ("a field count is above 0", {"/ome/plate/field_count": 0}, False),
    ("acquisitions may be empty", {"/ome/plate/acquisitions": []}, True),
    ("acquisitions may be there twice", {"/ome/plate/acquisitions": [{"id": 1}] * 2}, True),
]
IMAGES: list[Case] = [
    ("an image needs no type", {f"{M}/type": GONE}, True),
    ("a multiscale has coordinate systems", {f"{M}/coordinateSystems": GONE}, False),
    ("coordinate systems are not empty", {f"{M}/coordinateSystems": []}, False),
    ("a system has a name", {f"{M}/coordinateSystems/0/name": GONE}, False),
    ("a system's name is not empty", {f"{M}/coordinateSystems/0/name": ""}, False),
    ("a system has axes", {A: GONE}, False),
    ("the schema takes systems of one name", {f"{M}/coordinateSystems/1/name": "physical"}, True),
    ("an axis has a name", {f"{A}/0/name": GONE}, False),
    ("an axis's name is not empty", {f"{A}/0/name": ""}, False),
    ("an axis needs no type", {f"{A}/0/type": GONE}, True),
    ("a type is text", {f"{A}/0/type": None}, False),
    ("a type may be any text", {f"{A}/0/type": "phase"}, True),
    ("a unit is text", {f"{A}/1/unit": 1}, False),
    ("discrete is true or false", {f"{A}/0/discrete": "no"}, False),
    ("a long name is text", {f"{A}/0/longName": []}, False),
    ("one space axis is too few", {f"{A}/1/type": "time"}, False),
    ("an axis without type is no space axis", {f"{A}/1/type": GONE}, False),
    ("three space axes are allowed", {A: SPACE[:3]}, True),
    ("four space axes are too many", {A: SPACE}, False),
    ("two array axes will do", {A: ARRAY[:2]}, True),
    ("space and array axes exclude each other", {A: SPACE[:2] + ARRAY[:2]}, False),
    ("one array axis excludes nothing", {A: SPACE[:2] + ARRAY[:1]}, True),
    ("six axes are too many", {A: SPACE[:3] + [{"name": n} for n in "abc"]}, False),
    ("no axes are too few", {A: []}, False),
    ("no axis is there twice", {f"{A}/1/name": "x"}, False),
    ("a level has a transformation", {D: GONE}, False),
    ("a level has one transformation", {D: []}, False),
    ("a level has no second one", {f"{D}/-": {"type": "identity"}}, False),
    ("a scale is above 0", {f"{D}/0/scale": [1, 0]}, False),
    ("a scale is of numbers", {f"{D}/0/scale": ["1", 2]}, False),
    ("the schema takes an empty scale", {f"{D}/0/scale": []}, True),
    ("a level has no translation alone", {f"{D}/0/type": "translation"}, False),
    ("an input is required", {f"{D}/0/input": GONE}, False),
    ("an input has a path", {f"{D}/0/input": {"name": "a"}}, False),
    ("an output has a name", {f"{D}/0/output": {"path": "a"}}, False),
    ("an output is no text", {f"{D}/0/output": "physical"}, False),
    ("a transformation's name is text", {f"{D}/0/name": 1}, False),
    ("a scale without type might be an identity", {f"{D}/0/type": GONE}, False),
    ("nothing at all is an identity", {f"{D}/0/type": GONE, f"{D}/0/scale": GONE}, True),
    ("a broken scale is an identity", {f"{D}/0/type": GONE, f"{D}/0/scale": 1}, True),
    ("a sequence has two steps", {f"{SEQUENCE}/1": GONE}, False),
    ("a sequence has no third step", {f"{SEQUENCE}/-": TRANSFORMATIONS["scale"]}, False),
    ("the schema takes two scales", {f"{SEQUENCE}/1": TRANSFORMATIONS["scale"]}, True),
    ("a step is no identity", {f"{SEQUENCE}/1": TRANSFORMATIONS["identity"]}, False),
    ("a step needs no type", {f"{SEQUENCE}/0/type": GONE}, True),
    (
        "a step without type is one thing",
        {f"{SEQUENCE}/0": {"scale": [], "translation": []}},
        False,
    ),
    ("a step is something", {f"{SEQUENCE}/0": {}}, False),
    ("nobody looks at a step's name", {f"{SEQUENCE}/0/name": 1}, True),
    ("between systems the ends have names", {f"{T}/input": {"path": "0"}}, False),
    ("between systems a path may be anything", {f"{T}/input/path": 1}, True),
    ("transformations are not empty", {f"{M}/coordinateTransformations": []}, False),
    ("a channel needs no window", {"/ome/omero/channels/0/window": GONE}, True),
    ("a channel needs no colour", {"/ome/omero/channels/0/color": GONE}, True),
    ("a window has all four", {"/ome/omero/channels/0/window/min": GONE}, False),
]
SCENES: list[Case] = [
    ("a scene has transformations", {f"{S}/coordinateTransformations": GONE}, False),
    ("transformations are not empty", {f"{S}/coordinateTransformations": []}, False),
    ("a scene needs no systems", {f"{S}/coordinateSystems": GONE}, True),
    ("systems may be empty", {f"{S}/coordinateSystems": []}, True),
    ("a scene is an object", {S: []}, False),
    ("an end has a name", {f"{S}/coordinateTransformations/0/input": {"path": "a"}}, False),
    ("an end's name is text", {f"{S}/coordinateTransformations/0/input/name": 1}, False),
    ("an end has no other keys", {f"{S}/coordinateTransformations/0/input/id": 1}, False),
    ("a transformation has an output", {f"{S}/coordinateTransformations/0/output": GONE}, False),
    ("a transformation has a type", {f"{S}/coordinateTransformations/0/type": GONE}, False),
    ("a type is a known one", {f"{S}/coordinateTransformations/0/type": "warp"}, False),
    ("a type is text", {f"{S}/coordinateTransformations/0/type": 1}, False),
]
OTHERS: list[tuple[Kind, Case]] = [
    (Kind.BF2RAW, ("a layout of 3.0 is 3", {"/ome/bioformats2raw.layout": 3.0}, True)),
    (Kind.BF2RAW, ("a layout is 3", {"/ome/bioformats2raw.layout": 4}, False)),
    (Kind.BF2RAW, ("a layout is a number", {"/ome/bioformats2raw.layout": "3"}, False)),
    (Kind.BF2RAW, ("a layout is required", {"/ome/bioformats2raw.layout": GONE}, False)),
    (Kind.SERIES, ("a series may be empty", {"/ome/series": []}, True)),
    (Kind.SERIES, ("a series is of texts", {"/ome/series": [0]}, False)),
    (Kind.SERIES, ("a series is required", {"/ome/series": GONE}, False)),
    (Kind.LABEL, ("`image-label` is required", {"/ome/image-label": GONE}, False)),
    (Kind.LABEL, ("a label may be empty", {"/ome/image-label": {}}, True)),
    (Kind.LABEL, ("a colour has four numbers", {"/ome/image-label/colors/0/rgba": [1]}, False)),
    (
        Kind.LABEL,
        ("a value may be a fraction", {"/ome/image-label/colors/0/label-value": 0.5}, True),
    ),
    (
        Kind.LABEL,
        ("a property's is whole", {"/ome/image-label/properties/0/label-value": 0.5}, False),
    ),
    (Kind.LABEL, ("a source's image is text", {"/ome/image-label/source/image": 1}, False)),
]
STEPS: list[tuple[str, dict[str, Any], bool]] = [
    ("mapAxis", {"mapAxis": [0]}, False),
    ("mapAxis", {"mapAxis": [0, 0]}, False),
    ("mapAxis", {"mapAxis": [0, 5]}, False),
    ("mapAxis", {"mapAxis": [1.0, 0]}, True),
    ("mapAxis", {"mapAxis": [1, True]}, False),
    ("mapAxis", {"mapAxis": GONE}, False),
    ("projectAxis", {"droppedInputs": GONE}, True),
    ("projectAxis", {"droppedInputs": GONE, "createdOutputs": GONE}, False),
    ("projectAxis", {"droppedInputs": []}, False),
    ("projectAxis", {"createdOutputs": [0, 1, 2, 3]}, False),
    ("projectAxis", {"createdOutputs": [1, 1.0]}, False),
    ("scale", {"scale": [-1]}, False),
    ("scale", {"scale": GONE}, False),
    ("translation", {"translation": ["0"]}, False),
    ("affine", {"affine": GONE}, False),
    ("affine", {"affine": GONE, "path": "a"}, True),
    ("affine", {"path": "a"}, False),
    ("affine", {"path": 1}, True),
    ("affine", {"path": "a", "affine": 1}, True),
    ("affine", {"path": 1, "affine": 1}, False),
    ("affine", {"affine": [[1, "0"]]}, False),
    ("affine", {"affine": []}, True),
    ("rotation", {"rotation": []}, False),
    ("rotation", {"rotation": [[1]]}, False),
    ("rotation", {"rotation": [[1, 0], [0]]}, False),
    ("rotation", {"rotation": [[0] * 5] * 5}, True),
    ("rotation", {"rotation": [[0] * 6] * 6}, False),
    ("rotation", {"rotation": GONE, "path": "a"}, True),
    ("bijection", {"inverse": GONE}, False),
    ("bijection", {"forward": {"type": "affine"}}, False),
    ("bijection", {"forward": {}}, False),
    ("sequence", {"transformations": GONE}, False),
    ("sequence", {"transformations": [{"type": "warp"}]}, False),
    ("sequence", {"transformations": []}, True),
    ("byDimension", {"transformations": [{"transformation": {"type": "identity"}}]}, False),
    ("byDimension", {"transformations": [1]}, False),
    ("displacements", {"path": GONE}, False),
    ("displacements", {"interpolation": "spline"}, False),
    ("coordinates", {"interpolation": "nearest"}, True),
    ("coordinates", {"path": 1}, False),
    ("identity", {"name": 1}, False),
    ("identity", {"scale": "anything"}, True),
]


def cases() -> list[Any]:
    tables = [
        (Kind.WELL, WELLS),
        (Kind.PLATE, PLATES),
        (Kind.IMAGE, IMAGES),
        (Kind.SCENE, SCENES),
        *((kind, [case]) for kind, case in OTHERS),
    ]
    return [
        pytest.param(kind, edits, valid, id=f"{kind}-{name}")
        for kind, table in tables
        for name, edits, valid in table
    ]


@pytest.mark.parametrize(("kind", "edits", "valid"), cases())
def test_a_document_of_06_is_judged_as_its_schema_says(
    *, kind: Kind, edits: dict[str, Any], valid: bool
) -> None:
    document = edited(good("0.6", kind), edits)
    assert official("0.6", kind, document) is valid
    assert ours("0.6", kind, document) is valid


@pytest.mark.parametrize(("kind", "changes", "valid"), STEPS)
def test_a_transformation_of_06_is_judged_as_its_schema_says(
    *, kind: str, changes: dict[str, Any], valid: bool
) -> None:
    changed = edited(TRANSFORMATIONS[kind], {f"/{key}": value for key, value in changes.items()})
    ends = {"input": {"name": "a"}, "output": {"name": "b"}}
    document = edited(good("0.6", Kind.SCENE), {f"{S}/coordinateTransformations": [changed | ends]})
    assert official("0.6", Kind.SCENE, document) is valid
    assert ours("0.6", Kind.SCENE, document) is valid
    inside = {"type": "sequence", "transformations": [changed]} | ends
    document = edited(good("0.6", Kind.SCENE), {f"{S}/coordinateTransformations": [inside]})
    assert official("0.6", Kind.SCENE, document) is valid
    assert ours("0.6", Kind.SCENE, document) is valid

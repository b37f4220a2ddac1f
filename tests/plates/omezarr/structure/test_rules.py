"""Which rule speaks of which part, where it points, and what it says."""

from collections.abc import Iterator
from typing import Any

import pytest

from plates.omezarr.shapes import mismatches
from plates.omezarr.structure.kinds import (
    RULE_OF,
    SHOULD_RULE_OF,
    Kind,
    strict_structure_of,
    structure_of,
)
from plates.omezarr.versions.numbers import VERSIONS
from tests.plates.omezarr.structure.documents import GONE, edited, good
from tests.plates.omezarr.structure.mutations import VALUES

Told = list[tuple[str, str, str]]


def told(version: str, kind: Kind, edits: dict[str, Any]) -> Told:
    shape = structure_of(version, kind)
    assert shape is not None
    found = mismatches(shape, edited(good(version, kind), edits), rule=RULE_OF[kind])
    return [(one.rule, one.fault.pointer, one.fault.message) for one in found]


def told_strictly(version: str, kind: Kind, edits: dict[str, Any]) -> Told:
    shape = strict_structure_of(version, kind)
    assert shape is not None
    found = mismatches(shape, edited(good(version, kind), edits), rule=SHOULD_RULE_OF[kind])
    return [(one.rule, one.fault.pointer, one.fault.message) for one in found]


M = "/multiscales/0"
LONG = "`coordinateTransformations[5]`"
D6 = "/ome/multiscales/0/datasets/0/coordinateTransformations/0"


@pytest.mark.parametrize(
    ("version", "kind", "edits", "rule", "pointer", "message"),
    [
        ("0.4", "plate", {"/plate/rows/0/name": "A_"}, "HCS-NAME-ALNUM", "/plate/rows/0/name",
         "`name` has to be text of the letters A to Z and digits alone."),
        ("0.4", "plate", {"/plate/wells/1/path": "A"}, "HCS-WELL-PATH", "/plate/wells/1/path",
         "`path` has to be the name of a row, a slash, and the name of a column."),
        ("0.4", "plate", {"/plate/rows": GONE}, "HCS-PLATE-STRUCTURE", "/plate",
         "`plate` has to have the key `rows`."),
        ("0.4", "plate", {"/plate/wells/1/rowIndex": GONE}, "HCS-PLATE-STRUCTURE",
         "/plate/wells/1", "`wells[1]` has to have the key `rowIndex`."),
        ("0.4", "plate", {"/plate/version": "1"}, "OME-VERSION-KNOWN", "/plate/version",
         "`version` has to be 0.4."),
        ("0.6", "plate", {"/ome/version": "1"}, "OME-VERSION-KNOWN", "/ome/version",
         "`version` has to be 0.6 or 0.6rc0."),
        ("0.5", "well", {"/ome/well/images/0/path": "0_mip"}, "HCS-FIELD-NAME",
         "/ome/well/images/0/path",
         "`path` has to be text of the letters A to Z and digits alone."),
        ("0.5", "well", {"/ome/well/images": []}, "HCS-WELL-STRUCTURE", "/ome/well/images",
         "`images` has to have at least 1 member, but has 0."),
        ("0.4", "image", {f"{M}/axes/1/type": "time"}, "IMG-AXES-SPACE", f"{M}/axes",
         "`axes` has to hold at least 2 axes of type space, but holds 1."),
        ("0.3", "image", {f"{M}/axes/1": "q"}, "IMG-AXES-V03", f"{M}/axes/1",
         "`axes[1]` has to be t or c or z or y or x."),
        ("0.4", "image", {f"{M}/datasets/0/coordinateTransformations/0": GONE}, "IMG-SCALE-ONE",
         f"{M}/datasets/0/coordinateTransformations",
         "`coordinateTransformations` has to hold at least 1 scale, but holds 0."),
        ("0.4", "image", {f"{M}/datasets/0/coordinateTransformations/0/type": "warp"},
         "IMG-STRUCTURE", f"{M}/datasets/0/coordinateTransformations/0/type",
         "`type` has to be scale or translation."),
        ("0.4", "image", {f"{M}/datasets/0/path": 0}, "IMG-STRUCTURE", f"{M}/datasets/0/path",
         "`path` has to be text."),
        ("0.4", "image", {"/omero/channels/1/window/min": "0"}, "OMERO-SHAPE",
         "/omero/channels/1/window/min", "`min` has to be a number."),
        ("0.6", "image", {f"{D6}/type": "translation"}, "IMG-CS-06", f"{D6}/type",
         "`type` has to be scale or identity or sequence."),
        ("0.4", "label", {"/image-label/colors/1": {"label-value": 1, "rgba": [255, 0, 0, 128]}},
         "LBL-COLORS-UNIQUE", "/image-label/colors/1",
         "`colors` may not hold the same member twice."),
        ("0.4", "label", {"/image-label/colors/0/rgba/0": 256}, "LBL-STRUCTURE",
         "/image-label/colors/0/rgba/0",
         "`rgba[0]` has to be a whole number of at least 0 and of at most 255."),
        ("0.4", "bf2raw", {"/bioformats2raw.layout": 2}, "BF2RAW-VALUE",
         "/bioformats2raw.layout", "`bioformats2raw.layout` has to be 3."),
        ("0.5", "series", {"/ome/series": "0"}, "BF2RAW-STRUCTURE", "/ome/series",
         "`series` has to be a list."),
        ("0.6", "scene", {"/ome/scene/coordinateTransformations/5/path": "a"}, "SCENE-STRUCTURE",
         "/ome/scene/coordinateTransformations/5",
         f"{LONG} has to give its numbers in `affine` or at `path`, not in both."),
    ],
)  # fmt: skip
def test_a_fault_is_told_once_under_its_rule(
    version: str, kind: str, edits: dict[str, Any], rule: str, pointer: str, message: str
) -> None:
    assert told(version, Kind(kind), edits) == [(rule, pointer, message)]


@pytest.mark.parametrize(
    ("version", "kind", "edits", "rule", "pointer", "message"),
    [
        ("0.4", "plate", {"/plate/version": GONE}, "HCS-META-SHOULD", "/plate",
         "`plate` should have the key `version`."),
        ("0.5", "plate", {"/ome/plate/acquisitions/1/name": GONE}, "HCS-META-SHOULD",
         "/ome/plate/acquisitions/1", "`acquisitions[1]` should have the key `name`."),
        ("0.4", "well", {"/well/version": GONE}, "HCS-META-SHOULD", "/well",
         "`well` should have the key `version`."),
        ("0.6", "image", {"/ome/multiscales/0/type": GONE}, "IMG-META-SHOULD",
         "/ome/multiscales/0", "`multiscales[0]` should have the key `type`."),
        ("0.5", "label", {"/ome/image-label/colors": GONE}, "LBL-META-SHOULD",
         "/ome/image-label", "`image-label` should have the key `colors`."),
    ],
)  # fmt: skip
def test_what_is_only_recommended_is_told_apart(
    version: str, kind: str, edits: dict[str, Any], rule: str, pointer: str, message: str
) -> None:
    assert told(version, Kind(kind), edits) == []
    assert told_strictly(version, Kind(kind), edits) == [(rule, pointer, message)]


def pointers(value: Any, above: str = "") -> Iterator[str]:
    steps = value if isinstance(value, dict) else range(len(value) if type(value) is list else 0)
    for step in steps:
        yield f"{above}/{step}"
        yield from pointers(value[step], f"{above}/{step}")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", Kind)
def test_every_message_is_a_sentence_whatever_is_wrong(version: str, kind: Kind) -> None:
    if structure_of(version, kind) is None:
        return
    for pointer in pointers(good(version, kind)):
        for value in VALUES[::7]:
            for _, where, message in told(version, kind, {pointer: value}):
                assert message.startswith("`")
                assert message.endswith(".")
                assert where.startswith("/")

"""Good documents of every version and kind, and edits of them by pointer."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from plates.omezarr.structure.kinds import Kind

GONE = object()
"""An edit that takes away what a pointer names."""

EARLY = ("0.1", "0.2", "0.3")
Document = dict[str, Any]


def good(version: str, kind: Kind) -> Document:
    """Rich attributes that each schema of the version calls valid, the strict one too."""
    metadata = deepcopy(_METADATA[kind](version))
    if version in {*EARLY, "0.4"}:
        return metadata
    return {"ome": {"version": version, **metadata}}


def edited(document: Document, edits: Mapping[str, object]) -> Document:
    """A document with the values at some pointers changed, or gone; `-` is behind the last."""
    document = deepcopy(document)
    for pointer, value in edits.items():
        *way, last = pointer.split("/")[1:]
        place: Any = document
        for step in way:
            place = place[int(step) if isinstance(place, list) else step]
        if isinstance(place, list) and last == "-":
            place.append(value)
        elif value is GONE:
            del place[int(last) if isinstance(place, list) else last]
        else:
            place[int(last) if isinstance(place, list) else last] = deepcopy(value)
    return document


def _plate(version: str) -> Document:
    wells = [
        {"path": f"{row}/{column}", "rowIndex": index, "columnIndex": column - 1}
        for index, row in enumerate("AB")
        for column in (1, 2)
    ]
    plate = {
        "name": "BR00117012",
        "rows": [{"name": "A"}, {"name": "B"}],
        "columns": [{"name": "1"}, {"name": "2"}],
        "wells": [{"path": well["path"]} for well in wells] if version in EARLY else wells,
        "field_count": 2,
        "acquisitions": [
            {"id": 0, "name": "first", "maximumfieldcount": 2, "starttime": 10, "endtime": 20},
            {"id": 4, "name": "second", "maximumfieldcount": 1, "description": "again"},
        ],
    }
    return {"plate": plate | _version(version)}


def _well(version: str) -> Document:
    images = [{"path": "0", "acquisition": 0}, {"path": "1", "acquisition": 4}]
    return {"well": {"images": images} | _version(version)}


def _label(version: str) -> Document:
    label = {
        "colors": [{"label-value": 1, "rgba": [255, 0, 0, 128]}, {"label-value": 2}],
        "properties": [{"label-value": 1, "area": 120}, {"label-value": 2, "area": 90}],
        "source": {"image": "../../"},
    }
    return {"image-label": label | _version(version)}


def _version(version: str) -> Document:
    return {"version": version} if version in {*EARLY, "0.4"} else {}


def _image(version: str) -> Document:
    multiscale: Document = {"name": "B/03/0", "type": "gaussian", "metadata": {"method": "mean"}}
    if version in {"0.4", "0.5"}:
        multiscale["coordinateTransformations"] = [{"type": "scale", "scale": [0.1, 1, 1]}]
    if version == "0.6":
        multiscale["coordinateSystems"] = [
            {"name": "physical", "axes": _AXES},
            {"name": "stage", "axes": deepcopy(_AXES)},
        ]
        multiscale["coordinateTransformations"] = [
            {"input": {"name": "physical"}, "output": {"name": "stage"}, **TRANSFORMATIONS[kind]}
            for kind in ("translation", "affine", "sequence")
        ]
    elif version == "0.3":
        multiscale["axes"] = ["c", "y", "x"]
    elif version not in EARLY:
        multiscale["axes"] = deepcopy(_AXES)
    multiscale["datasets"] = [_dataset(version, level) for level in range(3)]
    channel = {
        "label": "DAPI",
        "color": "0000FF",
        "active": True,
        "family": "linear",
        "window": {"min": 0, "max": 255, "start": 1.5, "end": 200},
    }
    return {
        "multiscales": [multiscale | _version(version)],
        "omero": {
            "channels": [channel, deepcopy(channel) | {"label": "GFP"}],
            "rdefs": {"model": "color"},
        },
    }


_AXES = [
    {"name": "c", "type": "channel"},
    {"name": "y", "type": "space", "unit": "micrometer"},
    {"name": "x", "type": "space", "unit": "micrometer"},
]


def _dataset(version: str, level: int) -> Document:
    path = f"{level}"
    factors = [1, 0.5 * 2**level, 0.5 * 2**level]
    scale = {"type": "scale", "scale": factors}
    translation = {"type": "translation", "translation": [0, 12.5, -3]}
    if version in EARLY:
        return {"path": path}
    if version != "0.6":
        return {"path": path, "coordinateTransformations": [scale, translation]}
    ends = {"input": {"path": path}, "output": {"name": "physical"}}
    kinds: list[Document] = [
        scale,
        {"type": "sequence", "name": "to stage", "transformations": [scale, translation]},
        {"type": "identity"},
    ]
    return {"path": path, "coordinateTransformations": [kinds[level] | ends]}


TRANSFORMATIONS: dict[str, Document] = {
    "identity": {"type": "identity"},
    "mapAxis": {"type": "mapAxis", "mapAxis": [1, 0]},
    "projectAxis": {"type": "projectAxis", "droppedInputs": [0], "createdOutputs": [2, 3]},
    "scale": {"type": "scale", "scale": [2, 0.5]},
    "translation": {"type": "translation", "translation": [-1, 0.5]},
    "affine": {"type": "affine", "affine": [[1, 0, 2.5], [0, 1, -1]]},
    "rotation": {"type": "rotation", "rotation": [[0, -1], [1, 0]]},
    "bijection": {
        "type": "bijection",
        "forward": {"type": "rotation", "path": "turn"},
        "inverse": {"type": "affine", "path": "back"},
    },
    "sequence": {
        "type": "sequence",
        "transformations": [
            {"type": "scale", "scale": [1, 1]},
            {"type": "sequence", "transformations": []},
        ],
    },
    "byDimension": {
        "type": "byDimension",
        "transformations": [
            {
                "transformation": {"type": "identity"},
                "inputAxes": [0],
                "outputAxes": [1],
            }
        ],
    },
    "displacements": {"type": "displacements", "path": "field", "interpolation": "cubic"},
    "coordinates": {"type": "coordinates", "path": "field"},
}
"""A good transformation of each type of 0.6."""


def _scene(_version: str) -> Document:
    ends = {"input": {"name": "a"}, "output": {"name": "b", "path": "image"}}
    return {
        "scene": {
            "coordinateSystems": [{"name": "world", "axes": deepcopy(_AXES)}],
            "coordinateTransformations": [
                ends | {"name": f"the {kind}"} | deepcopy(transformation)
                for kind, transformation in TRANSFORMATIONS.items()
            ],
        }
    }


_METADATA = {
    Kind.PLATE: _plate,
    Kind.WELL: _well,
    Kind.IMAGE: _image,
    Kind.LABEL: _label,
    Kind.BF2RAW: lambda _: {"bioformats2raw.layout": 3},
    Kind.SERIES: lambda _: {"series": ["0", "1"]},
    Kind.SCENE: _scene,
}

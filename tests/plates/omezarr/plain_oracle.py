"""What the official JSON Schemas and a plain look at the files deny of a plate.

Slow and short on purpose, and knows nothing of the reader: it may only miss faults.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.stores import Json, Version

Found = Iterator[str]


def denied(folder: Path, version: Version) -> list[str]:
    """Why a plate cannot be called valid; empty if no reason was found."""
    return list(_plate(folder, version))


def _plate(folder: Path, version: Version) -> Found:
    ome = _attributes(folder, version)
    if ome is None or "plate" not in ome:
        yield "no plate"
        return
    yield from _breaches("plate", ome, version)
    for well in _members(ome["plate"], "wells"):
        yield from _well(folder / well, version)


def _well(folder: Path, version: Version) -> Found:
    ome = _attributes(folder, version)
    if ome is None or "well" not in ome:
        yield f"no well at {folder}"
        return
    yield from _breaches("well", ome, version)
    for image in _members(ome["well"], "images"):
        yield from _image(folder / image, version)


def _image(folder: Path, version: Version) -> Found:
    ome = _attributes(folder, version)
    if ome is None or "multiscales" not in ome:
        yield f"no image at {folder}"
        return
    yield from _breaches("image", ome, version)
    multiscales = ome["multiscales"]
    first = multiscales[0] if isinstance(multiscales, list) and multiscales else {}
    for level in _members(first, "datasets"):
        shape = (_document(folder / level, version, array=True) or {}).get("shape")
        if not isinstance(shape, list) or not all(type(length) is int for length in shape):
            yield f"no array at {folder / level}"


def _breaches(kind: str, ome: Json, version: Version) -> Found:
    attributes = {"ome": ome} if version >= "0.5" else ome
    for error in _validator(version, kind).iter_errors(attributes):
        yield f"{kind}: {error.json_path} {error.message[:200]}"


def _members(holder: Any, key: str) -> list[str]:
    members = holder.get(key) if isinstance(holder, dict) else None
    paths = [
        member.get("path")
        for member in (members if isinstance(members, list) else [])
        if isinstance(member, dict)
    ]
    # A path with a null character cannot be asked for, and no schema of a level forbids it.
    return [path for path in paths if isinstance(path, str) and "\0" not in path]


def _attributes(folder: Path, version: Version) -> Json | None:
    document = _document(folder, version)
    if document is None or version < "0.5":
        return document
    attributes = document.get("attributes")
    ome = attributes.get("ome") if isinstance(attributes, dict) else None
    return ome if isinstance(ome, dict) else None


def _document(folder: Path, version: Version, *, array: bool = False) -> Json | None:
    name = "zarr.json" if version >= "0.5" else (".zarray" if array else ".zattrs")
    try:
        document = json.loads((folder / name).read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


@cache
def _validator(version: Version, kind: str) -> Any:
    spec = find_spec("ngff_zarr")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "spec" / version / "schemas"
    contents = [json.loads(path.read_text()) for path in sorted(folder.glob("*.schema"))]
    known = Registry[Any]().with_resources(
        (content["$id"], DRAFT202012.create_resource(content)) for content in contents
    )
    schema = json.loads((folder / f"{kind}.schema").read_text())
    return Draft202012Validator(schema, registry=known)

"""The official JSON Schemas of every version, as the judge of ours.

They come with the package ngff-zarr, of which nothing else is used: it is not even imported.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012, Schema

from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.shapes import mismatches
from plates.omezarr.structure.kinds import Kind, strict_structure_of, structure_of
from plates.omezarr.versions.numbers import VERSIONS

FILES = {kind: "ome" if kind is Kind.SERIES else kind.value for kind in Kind}


def schemas_of(version: str) -> dict[str, Schema]:
    """The schemas of a version by name: `plate`, `strict_plate`."""
    found = find_spec("ngff_zarr")
    assert found is not None, "ngff-zarr is missing: make install-dev"
    assert found.submodule_search_locations is not None
    folder = Path(found.submodule_search_locations[0]) / "spec" / version / "schemas"
    return {file.stem: json.loads(file.read_bytes()) for file in folder.glob("*.schema")}


@cache
def _registry() -> Registry[Schema]:
    def resources() -> Iterator[tuple[str, Resource[Schema]]]:
        for version in VERSIONS:
            for schema in schemas_of(version).values():
                assert not isinstance(schema, bool)
                yield schema["$id"], DRAFT202012.create_resource(schema)

    registry: Registry[Schema] = Registry()
    return registry.with_resources(resources()).crawl()


@cache
def _validator(version: str, name: str) -> Draft202012Validator | None:
    schema = schemas_of(version).get(name)
    return None if schema is None else Draft202012Validator(schema, registry=_registry())


def has_schema(version: str, kind: Kind, *, strict: bool = False) -> bool:
    """Whether there is an official schema at all."""
    return _validator(version, ("strict_" if strict else "") + FILES[kind]) is not None


def official(version: str, kind: Kind, attributes: JsonValue, *, strict: bool = False) -> bool:
    """The verdict of the official schema."""
    validator = _validator(version, ("strict_" if strict else "") + FILES[kind])
    assert validator is not None
    return validator.is_valid(attributes)


def ours(version: str, kind: Kind, attributes: JsonValue, *, strict: bool = False) -> bool:
    """The verdict of our shapes."""
    shapes = [structure_of(version, kind)]
    if strict and strict_structure_of(version, kind) is not None:
        shapes.append(strict_structure_of(version, kind))
    return not any(shape is None or mismatches(shape, attributes, rule="ANY") for shape in shapes)

"""Our shapes against the official schemas, on thousands of documents with faults put in.

The two are to give the same verdict but for these differences:

- `$` at the end of a pattern: Python lets it match before a final line break, so that the judge
  here takes the name `A\\n`. The regular expressions of JSON Schema (ECMA-262) do not, nor do we.
- Nesting: transformations may hold transformations without end. Beyond what Python can follow,
  a few hundred levels, the judge raises an error; we call the document invalid.
"""

import os
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plates.omezarr.structure.kinds import Kind, strict_structure_of, structure_of
from plates.omezarr.versions.numbers import VERSIONS
from tests.plates.omezarr.structure.documents import good
from tests.plates.omezarr.structure.mutations import mutated
from tests.plates.omezarr.structure.official import FILES, has_schema, official, ours, schemas_of

EXAMPLES = int(os.environ.get("PLATECAT_FUZZ", "300"))
PAIRS = [(version, kind) for version in VERSIONS for kind in Kind if has_schema(version, kind)]
PARTS_OF_OTHERS = {"_version", "axes", "coordinate_systems", "coordinate_transformations"}


def ends_in_a_line_break(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(ends_in_a_line_break, value.values()))
    if isinstance(value, list):
        return any(map(ends_in_a_line_break, value))
    return isinstance(value, str) and value.endswith("\n")


@pytest.mark.parametrize("kind", Kind)
def test_a_document_with_faults_gets_the_verdict_of_the_official_schema(kind: Kind) -> None:
    versions = [version for version, one in PAIRS if one is kind]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(
        random=st.randoms(use_true_random=True),
        version=st.sampled_from(versions),
        times=st.integers(1, 4),
        strict=st.booleans(),
    )
    def agree(random: Random, version: str, times: int, strict: bool) -> None:  # noqa: FBT001
        document = mutated(good(version, kind), random, times=times)
        strict = strict and has_schema(version, kind, strict=True)
        verdict = official(version, kind, document, strict=strict)
        own = ours(version, kind, document, strict=strict)
        assert own is verdict or (not own and ends_in_a_line_break(document)), document

    agree()


@pytest.mark.parametrize(("version", "kind"), PAIRS)
def test_a_good_document_is_good_to_all(version: str, kind: Kind) -> None:
    document = good(version, kind)
    assert official(version, kind, document)
    assert ours(version, kind, document)
    if has_schema(version, kind, strict=True):
        assert official(version, kind, document, strict=True)
    assert ours(version, kind, document, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_there_is_a_shape_where_there_is_a_schema_and_nowhere_else(version: str) -> None:
    for kind in Kind:
        assert (structure_of(version, kind) is not None) is has_schema(version, kind)
        if strict_structure_of(version, kind) is not None:
            assert has_schema(version, kind, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_no_schema_is_left_out(version: str) -> None:
    names = {name.removeprefix("strict_") for name in schemas_of(version)} - PARTS_OF_OTHERS
    assert names <= {*FILES.values(), "ome_zarr"}


@pytest.mark.parametrize(("version", "kind"), PAIRS)
@pytest.mark.parametrize("value", [None, True, 1, "", [], [{}], {}, {"ome": None}, {"ome": {}}])
def test_what_is_no_metadata_at_all_gets_the_same_verdict(
    version: str, kind: Kind, value: Any
) -> None:
    assert ours(version, kind, value) is official(version, kind, value)


def test_a_name_that_ends_in_a_line_break_is_invalid_to_us_alone() -> None:
    document: dict[str, Any] = {"well": {"images": [{"path": "0\n"}]}}
    assert official("0.4", Kind.WELL, document)
    assert not ours("0.4", Kind.WELL, document)


def test_a_transformation_nested_beyond_measure_is_invalid() -> None:
    inner: dict[str, Any] = {"type": "identity"}
    for _ in range(600):
        inner = {"type": "sequence", "transformations": [inner]}
    document = good("0.6", Kind.SCENE)
    document["ome"]["scene"]["coordinateTransformations"][0] |= inner
    with pytest.raises(RecursionError):
        official("0.6", Kind.SCENE, document)
    assert not ours("0.6", Kind.SCENE, document)

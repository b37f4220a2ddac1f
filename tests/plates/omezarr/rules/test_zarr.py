from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.documents import ArrayDocument
from plates.omezarr.rules.rule import ERROR, WARNING, Policy
from plates.omezarr.rules.zarr import MAX_CHUNKS, arrays, consolidations
from plates.omezarr.seen import ConsolidatedSeen
from plates.omezarr.seen_images import ArraySeen
from tests.plates.omezarr.rules.asking import asked, told


def array(
    version: str = "0.4", *, axes: str = "yx", level: int = 0, zarr_format: int = 2, **keys: Any
) -> ArraySeen:
    given = {"shape": (64, 64), "dtype": "uint16", "chunks": (64, 64), "shards": ()} | keys
    document = ArrayDocument(zarr_format=zarr_format, **given)
    return ArraySeen(version, document, tuple(axes), level)


@pytest.mark.parametrize(
    ("version", "separator"), [("0.1", ""), ("0.1", "."), ("0.2", "/"), ("0.4", "/")]
)
def test_the_separator_of_the_version_is_fine(version: str, separator: str) -> None:
    assert told(arrays, "ZARR-SEPARATOR", array(version, separator=separator)) == []


@pytest.mark.parametrize(
    ("version", "separator", "expected"),
    [("0.1", "/", '"."'), ("0.2", ".", '"/"'), ("0.4", "", '"/"'), ("0.3", "-", '"/"')],
)
def test_another_separator_is_told(version: str, separator: str, expected: str) -> None:
    (fault,) = told(arrays, "ZARR-SEPARATOR", array(version, separator=separator))
    assert (fault.pointer, fault.expected) == ("/dimension_separator", expected)
    assert version in fault.message


def test_the_chunks_of_one_dimension_have_no_separator() -> None:
    seen = array("0.4", shape=(64,), chunks=(64,), separator=".")
    assert told(arrays, "ZARR-SEPARATOR", seen) == []


def test_the_separator_is_free_in_zarr_3_and_since_0_5() -> None:
    assert told(arrays, "ZARR-SEPARATOR", array("0.4", zarr_format=3, separator=".")) == []
    rule = asked(arrays, "ZARR-SEPARATOR")
    assert (rule.level("0.1"), rule.level("0.4"), rule.level("0.5")) == (WARNING, WARNING, None)


def test_dimension_names_that_are_the_axes_are_fine() -> None:
    seen = array("0.5", zarr_format=3, dimension_names=("y", "x"))
    assert told(arrays, "ZARR-DIM-NAMES", seen) == []


def test_dimension_names_may_differ_in_case_as_readers_do_not_care() -> None:
    seen = array("0.5", zarr_format=3, dimension_names=("Y", "X"))
    assert told(arrays, "ZARR-DIM-NAMES", seen) == []


def test_an_array_without_dimension_names_is_an_error_that_readers_forgive() -> None:
    (fault,) = told(arrays, "ZARR-DIM-NAMES", array("0.5", zarr_format=3))
    assert (fault.pointer, fault.expected) == ("", "y, x")
    rule = asked(arrays, "ZARR-DIM-NAMES")
    assert (rule.level("0.5"), rule.level("0.5", Policy.LENIENT)) == (ERROR, WARNING)
    assert (rule.level("0.4"), rule.level("0.6")) == (None, WARNING)


@pytest.mark.parametrize("names", [("x", "y"), ("y",), ("y", None), ("y", "x", "z"), ()])
def test_dimension_names_other_than_the_axes_are_told(names: tuple[str | None, ...]) -> None:
    seen = array("0.5", zarr_format=3, dimension_names=names)
    (fault,) = told(arrays, "ZARR-DIM-NAMES", seen)
    assert (fault.pointer, fault.expected) == ("/dimension_names", '["y","x"]')


def test_dimension_names_without_known_axes_or_in_zarr_2_are_not_judged() -> None:
    assert told(arrays, "ZARR-DIM-NAMES", array("0.5", zarr_format=3, axes="")) == []
    assert told(arrays, "ZARR-DIM-NAMES", array("0.5", zarr_format=2)) == []


def test_array_dimensions_that_repeat_the_axes_are_fine() -> None:
    seen = array("0.3", array_dimensions=("y", "x"))
    assert told(arrays, "IMG-ARRAYDIMS-V03", seen) == []


@pytest.mark.parametrize("names", [("x", "y"), ("y",), ()])
def test_array_dimensions_other_than_the_axes_are_told(names: tuple[str, ...]) -> None:
    (fault,) = told(arrays, "IMG-ARRAYDIMS-V03", array("0.3", array_dimensions=names))
    assert fault.pointer == "/_ARRAY_DIMENSIONS"


def test_array_dimensions_have_to_be_there_in_0_3_alone() -> None:
    (fault,) = told(arrays, "IMG-ARRAYDIMS-V03", array("0.3"))
    assert (fault.pointer, fault.expected) == ("", "y, x")
    rule = asked(arrays, "IMG-ARRAYDIMS-V03")
    assert [rule.level(version) for version in ("0.2", "0.3", "0.4")] == [None, ERROR, None]


def chunks(**keys: Any) -> list[tuple[str, str]]:
    faults = told(arrays, "ZARR-CHUNKS", array(**keys))
    return [(fault.pointer, fault.found) for fault in faults]


@pytest.mark.parametrize(
    ("zarr_format", "codecs"),
    [(2, ("blosc",)), (2, ("delta", "zlib")), (3, ("bytes", "zstd")), (3, ("numcodecs.zlib",))],
)
def test_common_types_and_codecs_are_fine(zarr_format: int, codecs: tuple[str, ...]) -> None:
    assert chunks(zarr_format=zarr_format, codecs=codecs) == []


def test_a_type_that_pixels_do_not_have_is_told() -> None:
    assert chunks(dtype="|S10") == [("/dtype", '"|S10"')]
    assert chunks(dtype="string", zarr_format=3) == [("/data_type", '"string"')]
    assert chunks(dtype="") == [("/dtype", "none")]


def test_a_codec_that_readers_do_not_have_is_told_once() -> None:
    assert chunks(codecs=("my-codec", "zstd", "my-codec")) == [("", '"my-codec"')]
    assert chunks(codecs=("delta",), zarr_format=3) == [("/codecs", '"delta"')]


def test_a_small_image_in_a_larger_chunk_is_fine() -> None:
    assert chunks(shape=(64, 64), chunks=(1024, 1024)) == []


def test_a_large_chunk_of_which_half_is_padding_is_told_at_the_largest_level_only() -> None:
    shape, chunk = (2048, 4096), (4096, 4096)
    assert chunks(shape=shape, chunks=chunk) == [("/chunks", "[4096,4096]")]
    assert chunks(shape=shape, chunks=chunk, level=1) == []
    assert chunks(shape=(2049, 4096), chunks=chunk) == []


def test_an_array_may_have_a_million_chunks_and_no_more() -> None:
    assert chunks(shape=(MAX_CHUNKS * 16_384,), chunks=(16_384,), dtype="uint8") == []
    found = chunks(shape=(MAX_CHUNKS * 16_384 + 1,), chunks=(16_384,), dtype="uint8")
    assert found == [("/chunks", "[16384]")]


def test_a_large_array_of_tiny_chunks_is_told() -> None:
    assert chunks(shape=(4096, 4096), chunks=(64, 64)) == [("/chunks", "8,192 bytes")]
    assert chunks(shape=(4096, 4096), chunks=(128, 64)) == []
    assert chunks(shape=(2048, 4096), chunks=(64, 64)) == []


def test_tiny_chunks_in_shards_are_fine() -> None:
    keys: dict[str, Any] = {"shape": (4096, 4096), "chunks": (32, 32), "zarr_format": 3}
    assert chunks(**keys, shards=(1024, 1024)) == []
    assert chunks(**keys) == [("/chunk_grid/configuration/chunk_shape", "2,048 bytes")]


def test_chunks_that_do_not_fit_the_array_at_all_are_told() -> None:
    assert chunks(chunks=(64,)) == [("/chunks", "[64]")]
    assert chunks(chunks=(0, 64)) == [("/chunks", "[0,64]")]
    assert chunks(chunks=(0, 64), shards=(64, 64), zarr_format=3) == [
        ("/codecs/0/configuration/chunk_shape", "[0,64]")
    ]


def test_chunks_that_are_not_known_and_empty_arrays_are_fine() -> None:
    assert chunks(chunks=()) == []
    assert chunks(shape=(0, 64), chunks=(64, 64)) == []


def test_what_is_said_of_chunks_is_a_warning_under_every_policy() -> None:
    rule = asked(arrays, "ZARR-CHUNKS")
    assert {rule.level("0.5", policy) for policy in Policy} == {WARNING}


def test_consolidated_metadata_that_agrees_is_fine() -> None:
    assert told(consolidations, "ZARR-CONSOLIDATED", ConsolidatedSeen("0.4", ".zmetadata")) == []


def test_each_document_that_consolidated_metadata_has_wrong_is_told_at_its_copy() -> None:
    seen = ConsolidatedSeen(
        "0.4",
        ".zmetadata",
        differing=("A/1/.zattrs",),
        vanished=("A/2/.zgroup",),
        unknown=("A/3/.zgroup",),
    )
    faults = told(consolidations, "ZARR-CONSOLIDATED", seen)
    assert [fault.pointer for fault in faults] == [
        "/metadata/A~11~1.zattrs",
        "/metadata/A~12~1.zgroup",
        "/metadata",
    ]
    assert [fault.message for fault in faults] == [
        'The copy of "A/1/.zattrs" differs from the document.',
        'There is a copy of "A/2/.zgroup", but no such document.',
        'There is no copy of "A/3/.zgroup".',
    ]


def test_consolidated_metadata_of_zarr_3_lies_in_the_document_of_the_root() -> None:
    seen = ConsolidatedSeen("0.5", "zarr.json", differing=("A/1/zarr.json",))
    (fault,) = told(consolidations, "ZARR-CONSOLIDATED", seen)
    assert fault.pointer == "/consolidated_metadata/metadata/A~11"


def test_consolidated_metadata_that_cannot_be_read_is_told_with_its_reason() -> None:
    seen = ConsolidatedSeen("0.4", ".zmetadata", fault="it is empty")
    (fault,) = told(consolidations, "ZARR-CONSOLIDATED", seen)
    assert fault.message == "The consolidated metadata was not read: it is empty."


LENGTHS = st.lists(st.integers(0, 5) | st.integers(0, 2**63), max_size=5).map(tuple)
NAMES = st.lists(st.text(max_size=4), max_size=4).map(tuple)
DOCUMENTS = st.builds(
    ArrayDocument,
    shape=LENGTHS,
    dtype=st.text(max_size=5) | st.just("uint8"),
    chunks=LENGTHS,
    shards=LENGTHS,
    zarr_format=st.integers(1, 4),
    codecs=NAMES,
    separator=st.text(max_size=2),
    dimension_names=st.none() | st.lists(st.none() | st.text(max_size=2), max_size=4).map(tuple),
    array_dimensions=st.none() | NAMES,
)


@given(st.builds(ArraySeen, st.text(max_size=5), DOCUMENTS, NAMES, st.integers(0, 2)))
def test_no_rule_about_arrays_raises_whatever_it_sees(seen: ArraySeen) -> None:
    for rule in arrays.rules:
        assert all(fault.message.endswith(".") for fault in rule.check(seen))


@given(st.builds(ConsolidatedSeen, st.just("0.4"), st.text(max_size=9), NAMES, NAMES, NAMES))
def test_no_rule_about_consolidated_metadata_raises_whatever_it_sees(
    seen: ConsolidatedSeen,
) -> None:
    for rule in consolidations.rules:
        assert all(fault.message.endswith(".") for fault in rule.check(seen))

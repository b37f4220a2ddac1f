import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.jsonvalues import (
    JsonFault,
    JsonValue,
    decode_document,
    integer_of,
    list_of,
    number_of,
    object_of,
    text_list_of,
    text_of,
)
from tests.plates.omezarr.json_values import json_values
from tests.stores import DEEP


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b'{"a": ', "it is not JSON"),
        (b"\xff\xfe", "it is not JSON"),
        (b'"\xff"', "it is not JSON"),
        (b'"\\ud800"', "it is not JSON"),
        (b"9" * 5000, "it is not JSON"),
        (b"<!DOCTYPE html>", "it is a web page"),
        (b"\x1f\x8b\x08", "compressed with gzip"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"[" * DEEP + b"]" * DEEP, "nested too deeply"),
        (b"[NaN," + b"[" * DEEP, "nested too deeply"),
    ],
)
def test_what_is_no_json_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(JsonFault, match=reason):
        decode_document(content)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": NaN, "b": [Infinity, -Infinity]}', {"a": None, "b": [None, None]}),
        (b"\xef\xbb\xbf[1]", [1]),
        (b"1e999", None),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
    ],
)
def test_what_writers_write_by_mistake_is_forgiven(content: bytes, value: JsonValue) -> None:
    assert decode_document(content) == value


@given(st.binary(max_size=60))
def test_bytes_are_json_or_refused(content: bytes) -> None:
    try:
        decode_document(content)
    except JsonFault as fault:
        assert str(fault)  # noqa: PT017 - either way is right


@given(json_values)
def test_every_value_can_be_asked_for_everything(value: JsonValue) -> None:
    decoded = decode_document(json.dumps(value).encode())
    number, integer, text = number_of(decoded), integer_of(decoded), text_of(decoded)
    assert number is None or math.isfinite(number)
    assert integer is None or abs(integer) < 2**63
    assert text is None or ("\0" not in text and text.encode() is not None)
    assert isinstance(object_of(decoded), dict)
    assert isinstance(list_of(decoded), list)
    assert all(text_list_of(decoded, at_most=5))


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (1.5, 1.5), ("2.5", 2.5), ("0", 0.0), (True, None), ("x", None), ("nan", None),
     (2**70, None), ("1" * 100, None), (None, None), ([1], None)],
)  # fmt: skip
def test_numbers_may_be_written_as_texts(value: JsonValue, number: float | None) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1), (1.0, 1), (1.5, None), ("7", 7), ("7.0", 7), (False, None), (2**63, None), (1e300, None)],
)  # fmt: skip
def test_whole_numbers_fit_into_64_bits(value: JsonValue, number: int | None) -> None:
    assert integer_of(value) == number


def test_texts_lose_nul_and_are_cut() -> None:
    assert text_of("a\0b") == "ab"
    assert len(text_of("x" * 100_000) or "") == 4096
    assert text_of(422) == "422"
    assert text_of(True) is None  # noqa: FBT003

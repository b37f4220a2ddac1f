import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.jsonvalues import JsonFault, JsonObject, decode_document
from plates.omezarr.spelling import MAX_MEMBERS, MAX_OF, CutList, cut_long_lists, spelling_of
from tests.plates.omezarr.json_values import json_values


def decoded(content: bytes) -> JsonObject:
    document = decode_document(content)
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (b'{"a": 1}', ()),
        (b'{"a": 1, "a": 2}', ("a",)),
        (b'{"a" : 1, "a" : 2}', ("a",)),
        (b'{"b": {"a": 1, "c": [{"a": 1, "a": 1}]}, "a": 0}', ("a",)),
        (rb'{"a": "\":", "b": "x\":"}', ()),
        (b'{"a": "\\u0022:"}', ()),
        (b'{"\\u0061": 1, "a": 2}', ("a",)),
        (b'{"a":\n1,\t"b"\n:2}', ()),
    ],
)
def test_a_key_that_is_there_twice_is_told(content: bytes, keys: tuple[str, ...]) -> None:
    spelling = spelling_of(content, decoded(content))
    assert spelling.repeated == keys
    assert spelling.is_odd is bool(keys)


@given(st.dictionaries(st.text(max_size=5), json_values, max_size=5))
def test_what_a_writer_writes_is_never_odd(document: dict[str, Any]) -> None:
    for separators in ((",", ":"), (", ", " : ")):
        content = json.dumps(document, separators=separators).encode()
        try:
            read = decoded(content)
        except JsonFault:
            continue
        odd = "NaN" in content.decode() or "Infinity" in content.decode()
        assert odd or not spelling_of(content, read).is_odd


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"Infinity"])
def test_a_number_that_is_none_is_told(number: bytes) -> None:
    content = b'{"a": ' + number + b"}"
    assert spelling_of(content, decoded(content)).not_numbers


@pytest.mark.parametrize("content", [b'{"a": "NaN"}', b'{"Infinity": 1}', b'{"fill_value": "NaN"}'])
def test_text_that_speaks_of_such_a_number_is_none(content: bytes) -> None:
    assert not spelling_of(content, decoded(content)).is_odd


def test_a_byte_order_mark_is_told() -> None:
    content = b"\xef\xbb\xbf{}"
    assert spelling_of(content, decoded(content)).marked


def test_lists_that_are_too_long_are_cut_in_place() -> None:
    most = MAX_OF["wells"]
    document: JsonObject = {"plate": {"wells": [1] * (most + 1)}, "x": [[2] * (MAX_MEMBERS + 2)]}
    cut = cut_long_lists(document)
    assert sorted(cut, key=lambda one: one.pointer) == [
        CutList("/plate/wells", most + 1, most),
        CutList("/x/0", MAX_MEMBERS + 2, MAX_MEMBERS),
    ]
    assert cut_long_lists(document) == []


def test_lists_of_usual_length_stay() -> None:
    document: JsonObject = {"wells": [{"path": "A/1"}] * 3456, "deep": [[[[1]]]]}
    assert cut_long_lists(document) == []
    assert len(document["wells"]) == 3456  # type: ignore[arg-type]

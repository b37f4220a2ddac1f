"""No rule about plates raises, or takes more than its share of time, whatever a document holds."""

import time
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonObject, JsonValue, object_of
from plates.omezarr.rules.acquisition import acquisitions
from plates.omezarr.rules.fields import fields
from plates.omezarr.rules.listing import listings
from plates.omezarr.rules.plate import plates
from plates.omezarr.rules.presence import nodes
from plates.omezarr.rules.well import wells
from plates.omezarr.seen import NodeSeen, PlateListing, PlateSeen, Presence, Role, WellSeen
from plates.omezarr.seen_fields import FieldLook, FieldsSeen
from plates.omezarr.versions.numbers import VERSIONS

LARGE = 20_000
MANY_SECONDS = 10.0

KEYS = (
    "acquisition",
    "acquisitions",
    "columnIndex",
    "columns",
    "endtime",
    "field_count",
    "id",
    "images",
    "maximumfieldcount",
    "name",
    "path",
    "rowIndex",
    "rows",
    "starttime",
    "wells",
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["A", "1", "01", "A/1", "a/1", "1/A", "../A", "", "/"])
)
json_values: st.SearchStrategy[JsonValue] = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=25,
)
members: st.SearchStrategy[JsonValue] = st.lists(
    st.dictionaries(st.sampled_from(KEYS), leaves, max_size=5), max_size=5
)
documents: st.SearchStrategy[JsonObject] = st.dictionaries(
    st.sampled_from(KEYS), json_values | members, max_size=8
)
versions = st.sampled_from([*VERSIONS, "0.6rc0", "abc", ""])


def all_told(plate: PlateSeen, described: Iterable[JsonObject]) -> Iterator[Fault]:
    """What every rule about a plate and some wells of it says."""
    for book in (plates, acquisitions):
        for rule in book.rules:
            yield from rule.check(plate)
    for well in described:
        for about_well in wells.rules:
            yield from about_well.check(WellSeen(plate.version, "A/1", well, plate))


@given(versions, documents, documents)
def test_no_rule_raises_on_any_json(version: str, plate: JsonObject, well: JsonObject) -> None:
    for fault in all_told(PlateSeen(version, plate), [well]):
        assert fault.message.endswith(".")
        assert fault.pointer.startswith("/")
        assert ".." not in fault.node


@given(documents, st.lists(st.text(max_size=5), max_size=5))
def test_no_rule_about_folders_raises_on_any_name(plate: JsonObject, names: list[str]) -> None:
    seen = PlateListing(
        PlateSeen("0.4", plate), {name: (name,) for name in names}, frozenset(names)
    )
    assert all(fault.message for rule in listings.rules for fault in rule.check(seen))


seen_nodes = st.builds(
    NodeSeen,
    version=versions,
    role=st.sampled_from(Role),
    path=st.text(),
    presence=st.sampled_from(Presence),
    reason=st.text(),
    twin=st.booleans(),
    zarr_format=st.integers(0, 4),
)


@given(seen_nodes)
def test_a_node_has_at_most_one_fault_beside_its_twin(seen: NodeSeen) -> None:
    faults = [fault for rule in nodes.rules for fault in rule.check(seen)]
    assert len(faults) <= 1 + seen.twin


def alike(key: str, value: JsonValue) -> list[JsonValue]:
    """A long list of members that have one key in common and nothing else."""
    return [{key: value, "number": number} for number in range(LARGE)]


def unlike(key: str, before: str, **others: JsonValue) -> list[JsonValue]:
    """A long list of members that all have another text under a key."""
    return [{key: f"{before}{number}", **others} for number in range(LARGE)]


@pytest.mark.parametrize(
    "document",
    [
        {"rows": alike("name", "A"), "columns": alike("name", "1"), "wells": alike("path", "A/1")},
        {
            "rows": unlike("name", "A"),
            "columns": unlike("name", "1"),
            "wells": unlike("path", "A0/1", rowIndex=LARGE, columnIndex=LARGE),
            "acquisitions": alike("id", 1),
        },
        {
            "rows": unlike("name", "A"),
            "columns": unlike("name", "1"),
            "wells": unlike("path", "/", rowIndex=0, columnIndex=0),
            "acquisitions": unlike("id", ""),
        },
        {
            "rows": unlike("name", "0" * 100),
            "columns": [],
            "wells": [{"path": "/" * 1_000_000}, {"path": "A/" * 500_000}],
        },
    ],
)
@pytest.mark.parametrize("version", ["0.3", "0.5"])
def test_a_plate_of_many_wells_takes_no_quadratic_time(version: str, document: JsonObject) -> None:
    started = time.monotonic()
    seen = PlateSeen(version, document)
    for fault in all_told(seen, []):
        assert len(fault.message) < 1_000
    for rule in listings.rules:
        assert list(rule.check(PlateListing(seen, {}, frozenset({"A", "A/1"})))) is not None
    assert time.monotonic() - started < MANY_SECONDS


def test_wells_of_a_plate_of_many_acquisitions_take_no_quadratic_time() -> None:
    started = time.monotonic()
    seen = PlateSeen("0.5", {"acquisitions": unlike("id", "")})
    listed: list[JsonValue] = [{"images": [{"path": "0", "acquisition": "x"}]}] * 2_000
    assert sum(1 for _ in all_told(seen, map(object_of, listed))) > 0
    large: JsonObject = {"images": unlike("path", "", acquisition="5")}
    assert list(all_told(seen, [large])) == []
    assert time.monotonic() - started < MANY_SECONDS


def test_fields_that_all_differ_take_no_quadratic_time() -> None:
    started = time.monotonic()
    looks = tuple(FieldLook(f"A/1/{n}", n % 7, ("y",), (f"{n}",), "<u2", n) for n in range(LARGE))
    faults = list(fields.rules[0].check(FieldsSeen("0.5", looks)))
    assert len(faults) == LARGE - 7
    assert time.monotonic() - started < MANY_SECONDS

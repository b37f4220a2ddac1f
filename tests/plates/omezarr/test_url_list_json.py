"""Lists of addresses in JSON: catalogues, research objects, and whatever else people nest."""

import contextlib
import json

from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.errors import ListMalformed
from tests.plates.omezarr.listed_urls import A, B, C, read, urls


def test_an_object_inherits_what_the_objects_around_it_say() -> None:
    document = {
        "study": "idr0001",
        "license": "CC0",
        "images": [{"url": A, "license": "CC BY 4.0"}, {"url": B, "name": "second"}],
    }
    first, second = read(json.dumps(document)).entries
    assert (first.beside.dataset, first.beside.licence) == ("idr0001", "CC BY 4.0")
    assert (second.beside.dataset, second.beside.licence) == ("idr0001", "CC0")
    assert (second.beside.name, second.row) == ("second", 2)


def test_the_keys_of_an_object_may_be_the_names_of_stores() -> None:
    first, second = read(json.dumps({"first": A, "second": B, "license": "CC0"})).entries
    assert (first.beside.name, second.beside.name) == ("first", "second")


def test_a_catalogue_of_stac_leads_down_and_not_aside() -> None:
    link = "https://a.org/{}.json".format
    catalogue = {
        "stac_version": "1.0.0",
        "links": [
            *({"rel": rel, "href": link(rel)} for rel in ("self", "root", "child", "item")),
        ],
    }
    found = read(json.dumps(catalogue))
    assert [one.url for one in found.lists] == [link("child"), link("item")]
    feature = {
        "id": "one",
        "assets": {"zarr": {"href": A, "title": "OME-Zarr"}, "thumbnail": {"href": "t.png"}},
        "links": [{"rel": "self", "href": link("one")}],
    }
    assert urls(json.dumps({"type": "FeatureCollection", "features": [feature]})) == [A]


def test_a_research_object_names_its_stores_and_its_tables() -> None:
    crate = {
        "@context": ["https://w3id.org/ro/crate/1.1/context", {"a": {"@id": f"{C}"}}],
        "@graph": [
            {"@id": "./", "license": "CC0", "hasPart": [{"@id": "./a.zarr/"}, {"@id": "t.tsv"}]},
            {"@id": "./a.zarr/", "@type": "Dataset", "name": "first"},
            {"@id": "https://orcid.org/0000-0001", "url": "https://lab.example.org"},
            {"@id": "ro-crate-metadata.json", "about": {"@id": "./"}},
        ],
    }
    found = read(json.dumps(crate))
    assert [one.url for one in found.entries] == ["a.zarr"]
    assert [one.url for one in found.lists] == ["t.tsv"]
    assert found.duplicates == 1


def test_a_line_of_json_that_is_broken_is_told_and_left_out() -> None:
    found = read(f'{{"url": "{A}"}}\n{{"url": \n{{"url": "{B}"}}\n')
    assert [one.url for one in found.entries] == [A, B]
    assert [one.row for one in found.problems] == [2]


json_values = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from([A, "b.zarr", "https://x.org/y"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["url", "@id", "address", "rel", "href", "name"]), inner)
    ),
    max_leaves=12,
)


@given(json_values)
def test_nothing_but_the_refusal_comes_of_any_json(value: object) -> None:
    with contextlib.suppress(ListMalformed):
        read(json.dumps([value]))

"""A link to a viewer is taken for the store that it opens."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.viewer_links import MAX_OF_ONE_LINK, addresses_in

STORE = "https://example.org/a b/plate.zarr"
OTHER = "s3://bucket/other.zarr"
NEUROGLANCER = "https://neuroglancer-demo.example.org/"


def state(*sources: object) -> str:
    return NEUROGLANCER + "#!" + quote(json.dumps({"layers": [{"source": one} for one in sources]}))


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (STORE, [STORE]),
        (f"  <{STORE}> ", [STORE]),
        (f'"{STORE}"', [STORE]),
        ("not an address", ["not an address"]),
        ("s3://bucket/a''b<c>d.zarr", ["s3://bucket/a''b<c>d.zarr"]),
        (f'{NEUROGLANCER}#!{{"layers":[{{"source":"zarr://{OTHER}"}}]}}', [OTHER]),
        ("/data/plate.zarr", ["/data/plate.zarr"]),
        (f"https://ome.github.io/ome-ngff-validator/?source={STORE}", [STORE]),
        (f"https://ome.github.io/ome-ngff-validator/?source={quote(STORE, safe='')}", [STORE]),
        (f"https://v.example.org/vizarr/?source={STORE}&source={OTHER}", [STORE, OTHER]),
        (f"https://avivator.example.org/?image_url={STORE}", [STORE]),
        (f"https://v.example.org/app/?rotate=false&fileToLoad={STORE}", [STORE]),
        (f"https://v.example.org/#/view?source={STORE}", [STORE]),
        ("https://v.example.org/?csv=https://a.org/list.csv", ["https://a.org/list.csv"]),
        ("https://v.example.org/?source=nothing", ["https://v.example.org/?source=nothing"]),
        (f"zarr://{STORE}", [STORE]),
        (f"zarr2://{OTHER}", [OTHER]),
        ("zarr3:///data/plate.zarr", ["/data/plate.zarr"]),
        (f"{STORE}|zarr3:", [STORE]),
        ("https://a.org/p.ozx|zip:|zarr3:A/1", ["https://a.org/p.ozx"]),
        (state(f"zarr://{STORE}"), [STORE]),
        (state({"url": f"zarr2://{STORE}", "transform": {}}, "precomputed://gs://b/c"), [STORE]),
        (state([f"zarr://{STORE}", f"{OTHER}/|zarr3:"]), [STORE, f"{OTHER}/"]),
        (f"https://v.example.org/?source={quote(state('zarr://' + STORE), safe='')}", [STORE]),
        ("https://[::1/x", ["https://[::1/x"]),
    ],
)
def test_what_a_link_opens_is_what_it_means(text: str, addresses: list[str]) -> None:
    assert list(addresses_in(text)) == addresses


def test_a_link_that_opens_itself_has_an_end() -> None:
    link = "https://v.example.org/?source="
    assert len(addresses_in(link * 50 + STORE)) == 1
    assert len(addresses_in(state([f"zarr://{STORE}/{n}" for n in range(500)]))) == MAX_OF_ONE_LINK


@given(st.text() | st.text().map(lambda text: f"{NEUROGLANCER}#!{text}"))
def test_any_text_is_taken_for_something(text: str) -> None:
    assert addresses_in(text)

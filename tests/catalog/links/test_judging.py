"""Which viewer opens what: the table held against stores of every kind and version."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from catalog.links.judging import Judged, judge, judged
from catalog.links.opened import Opened
from catalog.links.targets import Address, Pixels, Target, opened_of, pixels_of
from catalog.links.viewers import VIEWERS, Runs
from catalog.models import Dataset
from catalog.words import Answer
from plates.models import Field, Store
from plates.omezarr.viewer_links import addresses_in
from tests import factories, stores
from tests.store_styles import Version

HERE: Final = Address("http://127.0.0.1:8001/data/ID", is_ours=True)
HTTPS: Final = Address("https://example.org/a b/p.zarr", is_ours=False, failure="")
PIXELS: Final = Pixels(
    axes=("c", "y", "x"),
    dtype="uint16",
    codecs=("bytes", "zstd"),
    level_paths=("0", "1"),
    level_shapes=((2, 64, 64), (2, 32, 32)),
    is_sharded=False,
)


def target(opened: Opened = Opened.IMAGE, *, version: str = "0.5", path: str = "") -> Target:
    zarr_format = 3 if version >= "0.5" else 2
    return Target(Store(version=version, zarr_format=zarr_format), opened, path, PIXELS)


def of(name: str, what: Target, where: Address = HERE) -> Judged:
    (viewer,) = (one for one in VIEWERS if one.name == name)
    return judge(viewer, what, where)


def answers(what: Target, where: Address = HERE) -> dict[str, Answer]:
    return {one.viewer.name: one.answer for one in judged(what, where)}


def test_every_viewer_that_was_asked_for_is_in_the_table() -> None:
    assert [viewer.name for viewer in VIEWERS] == [
        "vizarr",
        "neuroglancer",
        "avivator",
        "vole",
        "ome-ngff-validator",
        "napari",
        "fiji-mobie",
        "webknossos",
        "biofile-finder",
    ]
    for viewer in VIEWERS:
        assert viewer.documentation.startswith("https://")
        assert viewer.source.startswith("https://")
        assert viewer.link or viewer.how or viewer.instead
        assert not viewer.versions & viewer.not_versions


@pytest.mark.parametrize("opened", Opened)
@pytest.mark.parametrize("version", ["", "0.1", "0.3", "0.4", "0.5", "0.6"])
def test_every_answer_has_a_reason_in_a_sentence_and_links_only_where_it_opens(
    opened: Opened, version: str
) -> None:
    for where in (HERE, HTTPS, replace(HTTPS, failure=None), Address("", is_ours=False)):
        for one in judged(target(opened, version=version), where):
            assert one.reason[0].isupper() or one.reason.startswith(one.viewer.title)
            assert one.reason.endswith(".")
            if one.answer is Answer.NO:
                assert not one.link
                assert not one.how
            else:
                assert one.link or one.how


def test_a_plate_opens_in_viewers_of_plates_and_an_image_in_most() -> None:
    assert {name for name, answer in answers(target(Opened.PLATE)).items() if answer == "yes"} == {
        "vizarr",
        "ome-ngff-validator",
        "napari",
    }
    yes = {name for name, answer in answers(target(), HTTPS).items() if answer == "yes"}
    assert yes >= {"vizarr", "neuroglancer", "avivator", "vole", "ome-ngff-validator", "napari"}
    assert answers(target(version="0.4"), HTTPS)["webknossos"] == "yes"
    assert answers(target(version="0.6"), HTTPS)["vizarr"] == "unknown"
    assert answers(target(version="0.3"), HTTPS)["vole"] == "no"


@pytest.mark.parametrize(
    ("name", "pixels", "words"),
    [
        ("neuroglancer", replace(PIXELS, dtype="float64"), "no pixels of type float64"),
        ("vizarr", replace(PIXELS, codecs=("bytes", "pcodec")), "does not decode pcodec"),
        ("vizarr", replace(PIXELS, axes=("q", "y", "x")), "this has q"),
        (
            "avivator",
            replace(PIXELS, axes=("z", "y", "x"), level_shapes=((8, 64, 64), (4, 32, 32))),
            "smaller levels have fewer",
        ),
    ],
)
def test_pixels_that_a_viewer_does_not_show_are_named(
    name: str, pixels: Pixels, words: str
) -> None:
    what = replace(target(), pixels=pixels)
    found = of(name, what)
    assert (found.answer, words in found.reason) == (Answer.NO, True), found.reason


@pytest.mark.parametrize(
    ("name", "where", "answer", "words"),
    [
        ("vizarr", Address("http://plates.example.org/data/ID", is_ours=True), "no", "https"),
        ("vizarr", Address("http://[::1]:8001/data/ID", is_ours=True), "yes", "on the machine"),
        ("vizarr", replace(HTTPS, failure=None), "unknown", "CORS"),
        ("vizarr", replace(HTTPS, failure="It sends nothing."), "no", "It sends nothing."),
        ("napari", replace(HTTPS, failure="It sends nothing."), "yes", "napari opens"),
        ("napari", Address("http://plates.example.org/data/ID", is_ours=True), "yes", "napari"),
        ("webknossos", HERE, "no", "from its own server"),
        ("vole", Address("", is_ours=False), "no", "lies nowhere"),
    ],
)
def test_where_it_lies_counts(name: str, where: Address, answer: str, words: str) -> None:
    found = of(name, target(version="0.4"), where)
    assert (found.answer.value, words in found.reason) == (answer, True), found.reason


def test_links_hand_over_the_address_as_the_viewers_document_it() -> None:
    keys = {"vizarr": "source", "ome-ngff-validator": "source", "avivator": "image_url"}
    for name, key in {**keys, "vole": "url"}.items():
        link = of(name, target(path="B/03/0"), HTTPS).link
        assert parse_qs(urlsplit(link).query) == {key: [HTTPS.url]}


def test_our_own_reader_of_links_finds_the_address_in_each() -> None:
    where = replace(HTTPS, url="https://example.org/p.zarr/B/03/0")
    for viewer in VIEWERS:
        if viewer.link and Opened.IMAGE in viewer.opens:
            (address,) = addresses_in(judge(viewer, target(), where).link)
            assert address.rstrip("/") == where.url


@pytest.mark.parametrize(("version", "zarr_format"), [("0.4", 2), ("0.5", 3)])
def test_a_link_to_neuroglancer_is_a_state_with_one_layer(version: str, zarr_format: int) -> None:
    link = of("neuroglancer", target(version=version, path="B/03/0"), HTTPS).link
    before, _, state = link.partition("#!")
    assert before == "https://neuroglancer-demo.appspot.com/"
    (layer,) = json.loads(unquote(state))["layers"]
    source = f"{HTTPS.url}/|zarr{zarr_format}:"
    assert layer == {"name": "B/03/0", "source": source, "type": "image"}


def test_nothing_in_an_address_gets_out_of_its_quotes() -> None:
    where = replace(HERE, url="http://127.0.0.1/data/a'; rm -rf ~; '&x=1#{url}")
    for one in judged(target(), where):
        if one.viewer.runs is Runs.BROWSER and one.link:
            assert not set("' ;<>") & set(one.link)
    assert of("napari", target(), where).how.count("'\"'\"'") == 2


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3", "0.4", "0.5"])
def test_a_harvested_plate_and_its_fields_are_judged_by_their_rows(
    tmp_path: Path, open_dataset: Dataset, version: Version
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", version=version, wells=["B/03"], planes=2)
    store = factories.harvested(str(folder), into=open_dataset)
    field = Field.objects.select_related("layout").get(store=store)
    plate = Target(store, opened_of(store), "", None)
    image = Target(store, Opened.IMAGE, field.path, pixels_of(field.layout))
    assert answers(plate)["vizarr"] == "yes"
    for name, answer in answers(image).items():
        (viewer,) = (one for one in VIEWERS if one.name == name)
        if viewer.runs is not Runs.SERVER and version in viewer.versions:
            assert answer == "yes", (name, of(name, image).reason)

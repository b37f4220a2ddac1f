"""Views: what is asked for is understood or refused, and read from the level that it needs."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.documents import Channel
from plates.omezarr.options import StoreOptions
from plates.pixels.contrast import ShownChannel, WindowBy
from plates.pixels.errors import PixelsAbsent, PixelsTooLarge
from plates.pixels.views import cut_of, picture_of, read_view
from plates.pixels.wishes import ChannelWish, Region, View, ViewRefused, parse_view
from tests.plates.pixels.arrays_written import layout, noise, written

PYRAMID = layout(
    "tczyx",
    *[(3, 4, 5, 2000 >> level, 3000 >> level) for level in range(5)],
    channels=[Channel("DNA", "0000FF", 0, 900), Channel("A", "00FF00", active=False)],
)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("0", ChannelWish(0)),
        ("3:2F6BFF", ChannelWish(3, "2F6BFF")),
        ("0:2F6BFF:104-3200", ChannelWish(0, "2F6BFF", 104, 3200)),
        ("12::-5.5--2e1", ChannelWish(12, "", -5.5, -2e1)),
        ("0::1-2.5e3", ChannelWish(0, "", 1, 2500)),
    ],
)
def test_a_channel_is_a_number_a_colour_and_a_window(text: str, wish: ChannelWish) -> None:
    if wish.low is not None and wish.high is not None and wish.low >= wish.high:
        with pytest.raises(ViewRefused, match="ends before it begins"):
            parse_view({"channels": text})
        return
    assert parse_view({"channels": text}).channels == (wish,)


def test_a_view_is_understood_whole() -> None:
    told = {"channels": "2,0:FF0000", "z": "max", "t": "1", "width": "640", "region": "1,2,30,40"}
    assert parse_view(told) == View(
        channels=(ChannelWish(2), ChannelWish(0, "FF0000")),
        brightest=True,
        t=1,
        width=640,
        region=Region(1, 2, 30, 40),
    )
    assert parse_view({}) == parse_view({"z": "middle", "t": "", "channels": ""}) == View()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("channels", "red"),
        ("channels", "0:12345"),
        ("channels", "0:FF0000:5"),
        ("channels", "0::9-3"),
        ("channels", "0,0"),
        ("channels", ",".join(map(str, range(9)))),
        ("channels", "0::1e99-1e999"),
        ("channels", "x" * 500),
        ("z", "deep"),
        ("t", "max"),
        ("t", "-1"),
        ("level", "last"),
        ("width", "0"),
        ("width", "5000"),
        ("width", "1" * 300),
        ("region", "1,2,3"),
        ("region", "0,0,0,5"),
        ("region", "-1,0,5,5"),
    ],
)
def test_the_absurd_is_refused_with_the_name_of_the_parameter(name: str, text: str) -> None:
    with pytest.raises(ViewRefused) as refused:
        parse_view({name: text})
    assert refused.value.parameter == name
    assert str(refused.value).endswith(".")


def test_a_level_and_a_width_contradict_each_other() -> None:
    with pytest.raises(ViewRefused, match="not both"):
        parse_view({"level": "1", "width": "100"})


@given(st.dictionaries(st.sampled_from(["channels", "z", "t", "level", "width"]), st.text()))
def test_any_text_is_a_view_or_refused(told: dict[str, str]) -> None:
    with suppress(ViewRefused):
        assert isinstance(parse_view(told), View)


@pytest.mark.parametrize(
    ("view", "level", "size"),
    [
        (View(), 2, (512, 341)),
        (View(width=3000 >> 1), 1, (1500, 1000)),
        (View(width=100), 4, (100, 66)),
        (View(width=2048), 0, (2048, 1365)),
        (View(level=3), 3, (375, 250)),
        (View(region=Region(1000, 500, 500, 500)), 0, (512, 512)),
        (View(region=Region(0, 0, 3000, 100), width=300), 3, (300, 10)),
        (View(level=0, region=Region(2900, 1990, 9999, 9999)), 0, (100, 10)),
    ],
)
def test_a_view_is_read_from_the_smallest_level_that_is_fine_enough(
    view: View, level: int, size: tuple[int, int]
) -> None:
    cut = cut_of(view, PYRAMID)
    assert cut.level.number == level
    assert abs(cut.width - size[0]) <= 1
    assert abs(cut.height - size[1]) <= 3


def test_the_middle_is_shown_unless_a_plane_is_named() -> None:
    usual = cut_of(View(), PYRAMID).wanted
    assert (usual.t, usual.z, usual.channels) == (1, (2,), (0, 2, 3))
    named = cut_of(View(z=4, t=0, channels=(ChannelWish(1),)), PYRAMID).wanted
    assert (named.t, named.z, named.channels) == (0, (4,), (1,))
    assert cut_of(View(brightest=True), PYRAMID).wanted.z == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("view", "parameter"),
    [
        (View(z=5), "z"),
        (View(t=3), "t"),
        (View(level=5), "level"),
        (View(channels=(ChannelWish(4),)), "channels"),
        (View(region=Region(3000, 0, 5, 5)), "region"),
    ],
)
def test_what_an_image_has_not_is_refused(view: View, parameter: str) -> None:
    with pytest.raises(ViewRefused) as refused:
        cut_of(view, PYRAMID)
    assert refused.value.parameter == parameter


@pytest.mark.parametrize("view", [View(level=0), View(width=2000, brightest=True), View(width=64)])
def test_more_than_one_picture_may_take_is_refused(view: View) -> None:
    vast = layout("czyx", (6, 600, 60_000, 60_000))
    with pytest.raises(PixelsTooLarge):
        cut_of(view, vast)


def test_a_level_that_is_too_large_gives_way_to_the_next_one() -> None:
    vast = layout("yx", (40_000, 40_000), (10_000, 10_000), (5_000, 5_000))
    assert cut_of(View(width=2048), vast).level.number == 2
    assert cut_of(View(width=2048, region=Region(0, 0, 4000, 4000)), vast).level.number == 0


def test_an_image_without_planes_is_refused() -> None:
    with pytest.raises(PixelsAbsent):
        cut_of(View(), layout("x", (5,)))
    with pytest.raises(PixelsAbsent):
        cut_of(View(), layout("yx", (0, 5)))


def test_what_is_tiny_is_enlarged_so_that_it_can_be_looked_at() -> None:
    cut = cut_of(View(), layout("yx", (4, 8)))
    assert (cut.width, cut.height) == (64, 32)


def test_a_view_is_drawn_as_it_was_wished(tmp_path: Path) -> None:
    pixels = written(tmp_path, noise((2, 40, 60)), chunks=(1, 16, 16))
    known = layout("cyx", (2, 40, 60))
    view = parse_view({"channels": "1:FF0000:0-65535", "level": "0", "region": "10,5,20,30"})
    cut = cut_of(view, known)
    planes = read_view(str(tmp_path), "", cut, options=StoreOptions(), zarr_format=3, seconds=10)
    picture = picture_of(planes, cut, view, known)
    assert picture.shape == (30, 20, 3)
    expected = pixels[1, 5:35, 10:30] / 65535 * 255
    assert np.abs(picture[:, :, 0] - expected).max() <= 1.01
    assert not picture[:, :, 1:].any()


def test_channels_are_shown_as_in_all_pictures_of_the_store_unless_wished(tmp_path: Path) -> None:
    written(tmp_path, np.full((1, 8, 8), 100, "uint16"))
    known = layout("cyx", (1, 8, 8))
    usual = [ShownChannel(0, "", "00FF00", 0, 200, WindowBy.PERCENTILES)]
    cut = cut_of(View(level=0), known, usual)
    planes = read_view(str(tmp_path), "", cut, options=StoreOptions(), zarr_format=3, seconds=10)
    assert picture_of(planes, cut, View(), known, usual)[0, 0].tolist() == [0, 127, 0]
    wish = View(channels=(ChannelWish(0, "", 0, 1000),))
    assert picture_of(planes, cut, wish, known, usual)[0, 0].tolist() == [0, 26, 0]
    assert picture_of(planes, cut, View(), known)[0, 0].tolist() == [0, 0, 0]

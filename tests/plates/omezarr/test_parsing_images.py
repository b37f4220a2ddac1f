import pytest
from hypothesis import given

from plates.omezarr.documents import ArrayDocument, Axis, Channel, MultiscaleDocument
from plates.omezarr.jsonvalues import JsonObject, JsonValue
from plates.omezarr.parsing_images import ImageParser, parse_array_v2, parse_array_v3
from plates.omezarr.versions.v04 import V04
from plates.omezarr.versions.zarr2 import ZARR2
from plates.omezarr.versions.zarr3 import ZARR3
from tests.plates.omezarr.json_values import json_values

CZYX: list[JsonValue] = [{"name": name} for name in "czyx"]


def parsed(multiscale: JsonObject, omero: JsonObject | None = None) -> MultiscaleDocument:
    return ImageParser().multiscale(multiscale, omero or {}, V04)


def transforms(*members: JsonObject) -> JsonObject:
    datasets: list[JsonValue] = [{"path": "0", "coordinateTransformations": list(members)}]
    return {"axes": CZYX, "datasets": datasets}


def test_axes_have_lower_case_names_and_guessed_types() -> None:
    axes = parsed(
        {"axes": [{"name": "T", "type": "time", "unit": "second"}, "C", {"name": "X"}]}
    ).axes
    assert axes == (Axis("t", "time", "second"), Axis("c", "channel"), Axis("x", "space"))


def test_paths_of_levels_may_be_numbers() -> None:
    image = parsed({"datasets": [{"path": 0}, {"path": "s1"}]})
    assert [level.path for level in image.levels] == ["0", "s1"]


def test_a_level_that_leads_out_of_the_store_is_a_fault() -> None:
    image = parsed({"datasets": [{"path": "../../x"}, {"path": "1"}]})
    assert [level.path for level in image.levels] == ["1"]
    assert len(image.faults) == 1


def test_scale_and_translation_are_read_whatever_their_spelling() -> None:
    image = parsed(
        transforms(
            {"type": "scale", "scale": [1, "2.0", 0.5, 0.5]},
            {"type": "translation", "translation": [0, 0, 5, 6]},
        )
    )
    assert image.levels[0].scale == (1.0, 2.0, 0.5, 0.5)
    assert image.levels[0].translation == (0.0, 0.0, 5.0, 6.0)


def test_a_scale_without_the_first_axes_belongs_to_the_last() -> None:
    image = parsed(transforms({"type": "scale", "scale": [2.0, 0.5, 0.5]}))
    assert image.levels[0].scale == (1.0, 2.0, 0.5, 0.5)


@pytest.mark.parametrize("scale", [None, [], "2", [1] * 5, [None] * 4, ["x", 1, 1, 1], [1] * 1000])
def test_a_scale_that_is_none_is_left_out(scale: JsonValue) -> None:
    assert parsed(transforms({"type": "scale", "scale": scale})).levels[0].scale == ()


def test_the_transform_of_the_whole_image_follows_that_of_the_level() -> None:
    image = parsed(
        {
            "axes": ["y", "x"],
            "coordinateTransformations": [
                {"type": "scale", "scale": [10.0, 10.0]},
                {"type": "translation", "translation": [1.0, 2.0]},
            ],
            "datasets": [
                {
                    "path": "0",
                    "coordinateTransformations": [
                        {"type": "scale", "scale": [0.5, 0.5]},
                        {"type": "translation", "translation": [3.0, 4.0]},
                    ],
                },
                {"path": "1"},
            ],
        }
    )
    assert image.levels[0].scale == (5.0, 5.0)
    assert image.levels[0].translation == (31.0, 42.0)
    assert image.levels[1].scale == (10.0, 10.0)
    assert image.levels[1].translation == (1.0, 2.0)


def test_channels_keep_what_they_say_and_forgive_the_rest() -> None:
    omero: JsonObject = {
        "channels": [
            {
                "label": "DAPI",
                "color": "#0000FF",
                "active": True,
                "window": {"start": "10", "end": 4000.5, "min": 0, "max": "65535"},
            },
            {"label": 405, "window": []},
            "no object",
        ]
    }
    assert parsed({}, omero).channels == (
        Channel("DAPI", "0000FF", 10.0, 4000.5, 0.0, 65535.0, active=True),
        Channel("405"),
        Channel(),
    )


@pytest.mark.parametrize(
    ("code", "name"),
    [("<u2", "uint16"), (">u2", "uint16"), ("|u1", "uint8"), ("|b1", "bool"), ("<f8", "float64"),
     ("<i2", "int16"), ("<c8", "complex64"), ("<U10", "<U10"), ([["r", "<u2"]], "structured"),
     (None, ""), ("", "")],
)  # fmt: skip
def test_types_of_zarr_2_have_the_names_of_numpy(code: JsonValue, name: str) -> None:
    assert parse_array_v2({"dtype": code}).dtype == name


def test_an_array_of_zarr_2_is_read() -> None:
    array = parse_array_v2(
        {"shape": [2, 64, 64], "chunks": [1, 64, 64], "dtype": "<u2", "compressor": {"id": "blosc"},
         "filters": [{"id": "delta"}]}
    )  # fmt: skip
    assert array == ArrayDocument((2, 64, 64), "uint16", (1, 64, 64), (), 2, ("delta", "blosc"))


def test_an_array_of_zarr_3_is_read() -> None:
    array = parse_array_v3(
        {"shape": [2, 64.0], "data_type": "uint16", "codecs": [{"name": "bytes"}, "zstd"],
         "chunk_grid": {"configuration": {"chunk_shape": [1, 64]}}}
    )  # fmt: skip
    assert array == ArrayDocument((2, 64), "uint16", (1, 64), (), 3, ("bytes", "zstd"))


def test_shards_are_told_from_chunks() -> None:
    inner: JsonObject = {"chunk_shape": [1, 8], "codecs": [{"name": "blosc"}]}
    array = parse_array_v3(
        {"codecs": [{"name": "sharding_indexed", "configuration": inner}],
         "chunk_grid": {"configuration": {"chunk_shape": [2, 64]}},
         "data_type": {"name": "numpy.datetime64"}}
    )  # fmt: skip
    assert (array.chunks, array.shards, array.codecs) == ((1, 8), (2, 64), ("blosc",))
    assert array.dtype == "numpy.datetime64"


@pytest.mark.parametrize("shape", [[-1, 2], [2**70], ["x"], [1] * 100, "12", None, {"a": 1}])
def test_a_shape_that_cannot_be_is_left_out(shape: JsonValue) -> None:
    assert parse_array_v2({"shape": shape}).shape == ()
    assert ImageParser().array({"shape": shape}, ZARR3).shape == ()


def test_what_looks_the_same_is_one_object() -> None:
    parser = ImageParser()
    omero: JsonObject = {"channels": [{"label": "DAPI"}]}
    first = parser.multiscale({"name": "A/1/0", "axes": CZYX}, omero, V04)
    second = parser.multiscale({"name": "A/2/0", "axes": list(CZYX)}, dict(omero), V04)
    assert first.axes is second.axes
    assert first.channels is second.channels
    assert parser.array({"shape": [1], "a": 1}, ZARR2) is parser.array(
        {"shape": [1], "a": 2}, ZARR2
    )


@given(json_values)
def test_no_json_breaks_an_image_or_an_array(value: JsonValue) -> None:
    keys = ("name", "axes", "datasets", "coordinateTransformations", "channels", "window", "path")
    parsed(dict.fromkeys(keys, value), {"channels": value})
    parsed({"datasets": [dict.fromkeys(keys, value)], "axes": [dict.fromkeys(keys, value)]})
    parsed(
        transforms({"type": "scale", "scale": value}, {"type": "translation", "translation": value})
    )
    for storage in (ZARR2, ZARR3):
        ImageParser().array(dict.fromkeys(storage.array_keys, value), storage)

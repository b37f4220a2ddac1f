import msgspec

from plates.omezarr.documents import ArrayDocument, Axis, Channel, Level, MultiscaleDocument
from plates.omezarr.layouts import LabelSource, Layouts
from plates.omezarr.snapshots import Layout, PixelSize

ARRAY = ArrayDocument((3, 2, 64, 64), "uint16", (1, 1, 64, 64), (), 3)


def image(
    *, scale: tuple[float, ...] = (1.0, 2.0, 0.5, 0.5), units: tuple[str, ...] = ("", "", "", "")
) -> MultiscaleDocument:
    axes = tuple(Axis(name, "", unit) for name, unit in zip("czyx", units, strict=True))
    return MultiscaleDocument("", "", axes, (Level("0", scale),), (Channel("DAPI"),))


def layout_of(document: MultiscaleDocument, array: ArrayDocument | None = ARRAY) -> Layout:
    return Layouts().of_image(document, [array], labels=(), tables=())


def test_images_that_are_built_alike_share_one_layout() -> None:
    layouts = Layouts()
    same = ArrayDocument((3, 2, 64, 64), "uint16", (1, 1, 64, 64), (), 3)
    first = layouts.of_image(image(), [ARRAY], labels=(), tables=())
    assert layouts.of_image(image(), [same], labels=(), tables=()) is first
    assert layouts.of_image(image(), [ARRAY], labels=("nuclei",), tables=()) is not first


def test_windows_computed_from_each_images_pixels_make_no_layouts_of_their_own() -> None:
    layouts = Layouts()
    first, second, third = (
        msgspec.structs.replace(image(), channels=(Channel(label, window_end=end),))
        for label, end in (("DAPI", 100.0), ("DAPI", 200.0), ("GFP", 200.0))
    )
    shared = layouts.of_image(first, [ARRAY], labels=(), tables=())
    assert shared.channels[0].window_end == 100.0
    assert layouts.of_image(second, [ARRAY], labels=(), tables=()) is shared
    assert layouts.of_image(third, [ARRAY], labels=(), tables=()) is not shared


def test_the_digest_of_a_layout_depends_on_what_it_says_alone() -> None:
    assert layout_of(image()).digest == layout_of(image()).digest
    assert layout_of(image()).digest != layout_of(image(scale=(1.0, 2.0, 0.5, 0.6))).digest
    assert len(layout_of(image()).digest) == 64


def test_channels_that_the_document_leaves_out_are_added() -> None:
    assert layout_of(image()).channels == (Channel("DAPI"), Channel(), Channel())


def test_an_absurd_number_of_channels_is_cut() -> None:
    many = ArrayDocument((10**12, 2, 64, 64), "uint16", (), (), 3)
    assert len(layout_of(image(), many).channels) == 4096


def test_an_absent_array_leaves_the_shape_empty() -> None:
    layout = layout_of(image(), None)
    assert (layout.shape, layout.dtype, layout.level_shapes) == ((), "", ((),))
    assert not layout.is_whole
    assert layout.channels == (Channel("DAPI"),)


def test_pixels_have_one_unit() -> None:
    um, nm = "micrometer", "nanometer"
    assert layout_of(image(units=("", nm, um, um))).pixel_size == PixelSize(0.5, 0.5, 0.002, um)
    assert layout_of(image(units=("", "", um, um))).pixel_size == PixelSize(0.5, 0.5, 2.0, um)
    assert layout_of(image(units=("", "parsec", um, um))).pixel_size == PixelSize(
        0.5, 0.5, None, um
    )
    assert layout_of(image(scale=())).pixel_size == PixelSize()


def test_every_level_tells_how_it_is_cut_into_objects() -> None:
    odd = msgspec.structs.replace(ARRAY, separator="#")
    shapeless = msgspec.structs.replace(ARRAY, shape=(), chunks=())
    document = msgspec.structs.replace(image(), levels=tuple(map(Level, "0123")))
    layout = Layouts().of_image(document, [ARRAY, odd, shapeless, None], labels=(), tables=())
    first, *others = layout.grids
    assert first is not None
    assert (first.counts, first.prefix, first.separator) == ((3, 2, 1, 1), "c", "/")
    assert others == [None, None, None]


def test_labels_that_are_built_otherwise_make_another_layout() -> None:
    layouts = Layouts()
    other = msgspec.structs.replace(ARRAY, chunks=(1, 1, 32, 32))
    plain, alike, cut, renamed = (
        layouts.of_image(
            image(),
            [ARRAY],
            labels=("nuclei", "cells"),
            tables=(),
            label_images=[LabelSource(name, image(), [array])],
        )
        for name, array in (
            ("nuclei", ARRAY),
            ("nuclei", ARRAY),
            ("nuclei", other),
            ("cells", ARRAY),
        )
    )
    assert plain is alike
    assert len({layout.digest for layout in (plain, cut, renamed)}) == 3
    assert [label.name for label in renamed.label_layouts] == ["cells"]


def test_a_layout_survives_being_stored_as_json() -> None:
    layout = layout_of(image())
    assert msgspec.json.decode(msgspec.json.encode(layout), type=Layout) == layout

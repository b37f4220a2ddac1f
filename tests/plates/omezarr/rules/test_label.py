import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.documents import ArrayDocument
from plates.omezarr.jsonvalues import JsonObject, JsonValue
from plates.omezarr.rules.label import label_groups, label_lists, labels
from plates.omezarr.rules.rule import ERROR, WARNING
from plates.omezarr.seen_images import LabelListSeen, LabelSeen, LabelsSeen, LevelSeen, PyramidSeen
from tests.plates.omezarr.rules.asking import asked, told

SHAPES = [(2, 3, 64, 64), (2, 3, 32, 32)]


def pyramid(
    *shapes: tuple[int, ...], axes: str = "czyx", dtypes: tuple[str, ...] = ()
) -> PyramidSeen:
    levels = [
        LevelSeen(
            number,
            str(number),
            ArrayDocument(shape, dtypes[number] if dtypes else "uint16", shape, (), 2),
        )
        for number, shape in enumerate(shapes)
    ]
    return PyramidSeen("0.4", tuple(axes), tuple(levels))


def label(
    own: PyramidSeen | None = None,
    image: PyramidSeen | None = None,
    described: JsonObject | None = None,
    *,
    source: bool | None = None,
    between: tuple[str, ...] = (),
) -> LabelSeen:
    return LabelSeen("0.5", "labels/nuclei", described or {}, own, image, source, between)


@pytest.mark.parametrize("value", [[], ["nuclei"], ["deep/nuclei", "cells"]])
def test_a_list_of_paths_lists_labels(value: JsonValue) -> None:
    assert told(label_groups, "LBL-LIST", LabelListSeen(value)) == []


@pytest.mark.parametrize("value", [None, "nuclei", {}, 3, True])
def test_labels_that_are_no_list_are_told(value: JsonValue) -> None:
    (fault,) = told(label_groups, "LBL-LIST", LabelListSeen(value))
    assert (fault.pointer, fault.expected) == ("", "a list of paths")


def test_each_label_without_a_path_is_told_at_its_entry() -> None:
    faults = told(label_groups, "LBL-LIST", LabelListSeen(["nuclei", None, 1, ""]))
    assert [fault.pointer for fault in faults] == ["/1", "/2", "/3"]


def unlisted(listed: tuple[str, ...], on_disk: tuple[str, ...] | None) -> list[str]:
    faults = told(label_lists, "LBL-UNLISTED", LabelsSeen("0.5", listed, on_disk))
    return [fault.node for fault in faults]


def test_a_label_on_disk_that_is_not_listed_is_told_at_its_node() -> None:
    (fault,) = told(
        label_lists, "LBL-UNLISTED", LabelsSeen("0.5", ("nuclei",), ("nuclei", "cells"))
    )
    assert (fault.pointer, fault.node) == ("", "cells")
    assert '"cells"' in fault.message


def test_labels_that_are_all_listed_are_fine() -> None:
    assert unlisted(("nuclei", "cells"), ("cells", "nuclei")) == []


def test_a_folder_above_a_listed_label_need_not_be_listed() -> None:
    assert unlisted(("original/0", "original-2"), ("original", "original/0")) == []
    assert unlisted(("original-2",), ("original",)) == ["original"]


def test_labels_that_could_not_be_listed_on_disk_are_not_judged() -> None:
    assert unlisted((), None) == []


def test_only_a_listing_can_tell_of_unlisted_labels() -> None:
    assert asked(label_lists, "LBL-UNLISTED").needs_listing


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64", "uint64"])
def test_integers_are_label_pixels(dtype: str) -> None:
    own = pyramid(*SHAPES, dtypes=(dtype, dtype))
    assert told(labels, "LBL-DTYPE", label(own)) == []


@pytest.mark.parametrize("dtype", ["float64", "bool", "int128", "complex64"])
def test_other_pixels_are_no_label_pixels(dtype: str) -> None:
    (fault,) = told(labels, "LBL-DTYPE", label(pyramid(SHAPES[0], dtypes=(dtype,))))
    assert (fault.pointer, fault.node) == ("", "0")
    assert dtype in fault.found


def test_a_smaller_level_of_another_type_is_found_too() -> None:
    (fault,) = told(labels, "LBL-DTYPE", label(pyramid(*SHAPES, dtypes=("int64", "float64"))))
    assert fault.node == "1"


def test_the_type_of_a_label_is_an_error_since_0_5_only() -> None:
    rule = asked(labels, "LBL-DTYPE")
    assert [rule.level(version) for version in ("0.1", "0.4", "0.5", "0.6")] == [
        WARNING,
        WARNING,
        ERROR,
        ERROR,
    ]


def test_a_label_without_its_array_has_no_type_to_judge() -> None:
    own = PyramidSeen("0.5", ("y", "x"), (LevelSeen(0, "0", None),))
    assert told(labels, "LBL-DTYPE", label(own)) == []
    assert told(labels, "LBL-DTYPE", label()) == []


def test_a_label_with_the_levels_of_its_image_is_fine() -> None:
    assert told(labels, "LBL-LEVELS", label(pyramid(*SHAPES), pyramid(*SHAPES))) == []


def test_a_label_with_fewer_levels_than_its_image_is_an_error() -> None:
    (fault,) = told(labels, "LBL-LEVELS", label(pyramid(SHAPES[0]), pyramid(*SHAPES)))
    assert fault.message == "This label has 1 level, but its image has 2 levels."
    assert (fault.expected, fault.found) == ("2 levels", "1 level")
    assert asked(labels, "LBL-LEVELS").level("0.1") is ERROR


def test_levels_that_are_not_known_are_not_compared() -> None:
    assert told(labels, "LBL-LEVELS", label(None, pyramid(*SHAPES))) == []
    assert told(labels, "LBL-LEVELS", label(pyramid(*SHAPES), None)) == []
    assert told(labels, "LBL-LEVELS", label(pyramid(), pyramid(*SHAPES))) == []


def test_a_label_may_be_one_long_along_an_axis() -> None:
    own = pyramid((1, 3, 64, 64))
    assert told(labels, "LBL-SHAPE", label(own, pyramid(*SHAPES))) == []


def test_a_label_without_the_channels_of_its_image_is_fine() -> None:
    own = pyramid((3, 64, 64), axes="zyx")
    assert told(labels, "LBL-SHAPE", label(own, pyramid(*SHAPES))) == []


def test_axes_are_compared_by_name_and_not_by_place() -> None:
    own = pyramid((64, 3), axes="xz")
    assert told(labels, "LBL-SHAPE", label(own, pyramid(*SHAPES))) == []


def test_a_label_of_another_length_is_told_for_each_axis() -> None:
    own = pyramid((2, 3, 63, 65))
    faults = told(labels, "LBL-SHAPE", label(own, pyramid(*SHAPES)))
    assert [(fault.found, fault.expected) for fault in faults] == [
        ("63", "64 or 1"),
        ("65", "64 or 1"),
    ]
    assert faults[0].message == 'This label is 63 long along "y", but its image is 64 long.'
    assert faults[0].node == "0"


def test_an_array_of_another_rank_than_its_axes_has_no_lengths() -> None:
    own = pyramid((64, 63), axes="zyx")
    assert told(labels, "LBL-SHAPE", label(own, pyramid(*SHAPES))) == []


def colors(values: list[JsonValue]) -> list[str]:
    described: JsonObject = {"colors": [{"label-value": value} for value in values]}
    seen = label(described=described)
    return [fault.pointer for fault in told(labels, "LBL-COLORS-UNIQUE", seen)]


def test_colors_of_different_values_are_fine() -> None:
    assert colors([0, 1, 2, 2**64 - 1]) == []


def test_a_label_value_that_comes_twice_is_told_where_it_comes_again() -> None:
    described: JsonObject = {
        "colors": [
            {"label-value": 3, "rgba": [0, 0, 0, 255]},
            {"label-value": 4},
            {"label-value": 3, "rgba": [255, 0, 0, 255]},
        ]
    }
    (fault,) = told(labels, "LBL-COLORS-UNIQUE", label(described=described))
    assert fault.pointer == "/colors/2/label-value"
    assert fault.message == "Color 2 has the label value 3, which color 0 has already."


def test_one_and_one_point_nought_are_the_same_label_value() -> None:
    assert colors([1, 1.0]) == ["/colors/1/label-value"]


def test_values_that_are_no_numbers_are_no_label_values() -> None:
    assert colors([1, True, "1", "1", None, None, [1], [1]]) == []


def test_a_source_that_was_found_or_not_looked_for_is_fine() -> None:
    described: JsonObject = {"source": {"image": "../../"}}
    assert told(labels, "LBL-SOURCE", label(described=described, source=True)) == []
    assert told(labels, "LBL-SOURCE", label(described=described, source=None)) == []


def test_a_source_that_is_no_image_is_told_where_it_is_named() -> None:
    described: JsonObject = {"source": {"image": "../gone"}}
    (fault,) = told(labels, "LBL-SOURCE", label(described=described, source=False))
    assert fault.pointer == "/source/image"
    assert '"../gone"' in fault.message


def test_a_label_that_names_no_source_means_the_image_two_above() -> None:
    (fault,) = told(labels, "LBL-SOURCE", label(described={}, source=False))
    assert fault.pointer == ""
    assert "../../" in fault.message


def test_groups_above_a_label_that_say_nothing_are_fine() -> None:
    assert told(labels, "LBL-GROUP-META", label(between=())) == []


def test_each_group_above_a_label_that_holds_metadata_is_an_error_since_0_5() -> None:
    faults = told(labels, "LBL-GROUP-META", label(between=("labels/a", "labels/a/b")))
    assert ['"labels/a"' in faults[0].message, '"labels/a/b"' in faults[1].message] == [True, True]
    rule = asked(labels, "LBL-GROUP-META")
    assert (rule.level("0.4"), rule.level("0.5")) == (None, ERROR)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
LENGTHS = st.lists(st.integers(0, 2**63), max_size=4).map(tuple)
ARRAYS = st.builds(
    ArrayDocument,
    shape=LENGTHS,
    dtype=st.text(max_size=5) | st.just("uint8"),
    chunks=LENGTHS,
    shards=LENGTHS,
    zarr_format=st.integers(0, 4),
)
LEVELS = st.builds(LevelSeen, st.integers(0, 9), st.text(max_size=3), st.none() | ARRAYS)
PYRAMIDS = st.none() | st.builds(
    PyramidSeen,
    st.just("0.5"),
    st.lists(st.sampled_from("tczyx"), max_size=5).map(tuple),
    st.lists(LEVELS, max_size=3).map(tuple),
)
DESCRIBED = st.fixed_dictionaries(
    {},
    optional={
        "colors": JSON
        | st.lists(st.fixed_dictionaries({}, optional={"label-value": JSON}), max_size=4),
        "source": JSON | st.fixed_dictionaries({"image": JSON}),
    },
)
NAMES = st.lists(st.text(max_size=4), max_size=4).map(tuple)


@given(
    st.builds(
        LabelSeen,
        st.just("0.5"),
        st.text(max_size=3),
        DESCRIBED,
        PYRAMIDS,
        PYRAMIDS,
        st.none() | st.booleans(),
        NAMES,
    )
)
def test_no_rule_about_a_label_raises_whatever_it_sees(seen: LabelSeen) -> None:
    for rule in labels.rules:
        assert all(fault.message.endswith(".") for fault in rule.check(seen))


@given(st.builds(LabelsSeen, st.just("0.5"), NAMES, st.none() | NAMES))
def test_no_rule_about_a_list_of_labels_raises_whatever_it_sees(seen: LabelsSeen) -> None:
    for rule in label_lists.rules:
        assert all(fault.message.endswith(".") for fault in rule.check(seen))

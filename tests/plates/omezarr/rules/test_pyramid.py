import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.documents import ArrayDocument
from plates.omezarr.findings import Fault
from plates.omezarr.rules.pyramid import pyramids
from plates.omezarr.rules.rule import ERROR, WARNING
from plates.omezarr.seen_images import LevelSeen, PyramidSeen
from tests.plates.omezarr.rules.asking import asked, told

CYX = ("c", "y", "x")
TCZYX = ("t", "c", "z", "y", "x")
IDS = [rule.id for rule in pyramids.rules]


def array(*shape: int, dtype: str = "uint16") -> ArrayDocument:
    return ArrayDocument(shape=shape, dtype=dtype, chunks=shape, shards=(), zarr_format=2)


def pyramid(
    *levels: tuple[ArrayDocument | None, tuple[float, ...]],
    axes: tuple[str, ...] = CYX,
    version: str = "0.4",
) -> PyramidSeen:
    seen = tuple(
        LevelSeen(number, f"s{number}", document, scale)
        for number, (document, scale) in enumerate(levels)
    )
    return PyramidSeen(version, axes, seen)


def shapes(
    *sizes: tuple[int, ...], axes: tuple[str, ...] = CYX, version: str = "0.4"
) -> PyramidSeen:
    return pyramid(*[(array(*size), ()) for size in sizes], axes=axes, version=version)


def pointers(faults: list[Fault]) -> list[str]:
    return [fault.pointer for fault in faults]


HALVED = pyramid(
    (array(3, 1080, 1281), (1.0, 0.5, 0.5)),
    (array(3, 540, 640), (1.0, 1.0, 1.0)),
    (array(3, 270, 320), (1.0, 2.0, 2.0)),
)
EMPTY = pyramid()
UNREAD = pyramid((None, ()), (None, ()))


@pytest.mark.parametrize("rule_id", IDS)
@pytest.mark.parametrize("seen", [HALVED, EMPTY, UNREAD])
def test_a_usual_pyramid_keeps_every_rule(rule_id: str, seen: PyramidSeen) -> None:
    assert told(pyramids, rule_id, seen) == []


def test_only_the_level_of_another_rank_is_told() -> None:
    (fault,) = told(pyramids, "IMG-NDIM", shapes((3, 8, 8), (4, 4), (3, 2, 2)))

    assert (fault.pointer, fault.node) == ("/datasets/1/path", "s1")
    assert "2 dimensions instead of 3" in fault.message
    assert fault.found == "shape [4,4]"


def test_levels_that_agree_with_each_other_but_not_with_the_axes_are_told() -> None:
    faults = told(pyramids, "IMG-NDIM", shapes((8, 8), (4, 4)))

    assert pointers(faults) == ["/datasets/0/path", "/datasets/1/path"]


def test_levels_are_held_against_the_first_where_the_axes_are_unknown() -> None:
    faults = told(pyramids, "IMG-NDIM", shapes((8, 8), (4, 4, 4), axes=()))

    assert pointers(faults) == ["/datasets/1/path"]


@pytest.mark.parametrize("version", ["0.1", "0.2"])
def test_images_of_the_first_versions_have_five_dimensions(version: str) -> None:
    five = shapes((1, 1, 1, 8, 8), axes=TCZYX, version=version)
    three = shapes((1, 8, 8), axes=CYX, version=version)

    assert told(pyramids, "IMG-NDIM", five) == []
    assert pointers(told(pyramids, "IMG-NDIM", three)) == ["/datasets/0/path"]


@pytest.mark.parametrize("version", ["0.3", "0.4", "0.5", "0.6", "0.6.dev4"])
def test_images_of_later_versions_may_have_fewer_dimensions(version: str) -> None:
    assert told(pyramids, "IMG-NDIM", shapes((1, 8, 8), version=version)) == []


def test_a_level_of_another_data_type_is_told() -> None:
    seen = pyramid(
        (array(8, 8, dtype="int64"), ()),
        (array(4, 4, dtype="float64"), ()),
        (array(2, 2, dtype="int64"), ()),
    )

    (fault,) = told(pyramids, "IMG-DTYPE", seen)

    assert fault.pointer == "/datasets/1/path"
    assert (fault.expected, fault.found) == ("int64", "float64")


def test_a_data_type_that_could_not_be_read_is_not_compared() -> None:
    seen = pyramid(
        (array(8, 8, dtype=""), ()), (None, ()), (array(4, 4), ()), (array(2, 2, dtype=""), ())
    )

    assert told(pyramids, "IMG-DTYPE", seen) == []


def test_one_data_type_is_demanded_since_version_0_6() -> None:
    rule = asked(pyramids, "IMG-DTYPE")

    assert [rule.level(version) for version in ("0.1", "0.4", "0.5", "0.6")] == [
        WARNING,
        WARNING,
        WARNING,
        ERROR,
    ]


def test_a_level_that_grows_is_an_error() -> None:
    (fault,) = told(pyramids, "IMG-LEVEL-ORDER", shapes((3, 8, 8), (3, 4, 9), (3, 2, 2)))

    assert fault.pointer == "/datasets/1/path"
    assert (fault.expected, fault.found) == ("at most [3,8,8]", "[3,4,9]")


def test_levels_from_smallest_to_largest_are_an_error() -> None:
    faults = told(pyramids, "IMG-LEVEL-ORDER", shapes((1, 2, 2), (1, 4, 4), (1, 8, 8)))

    assert pointers(faults) == ["/datasets/1/path", "/datasets/2/path"]


def test_levels_of_the_same_shape_keep_the_order() -> None:
    assert told(pyramids, "IMG-LEVEL-ORDER", shapes((1, 8, 8), (1, 8, 8))) == []


def test_the_order_is_not_judged_between_different_ranks() -> None:
    assert told(pyramids, "IMG-LEVEL-ORDER", shapes((8, 8), (1, 9, 9))) == []


def test_a_level_that_is_absent_is_skipped_in_the_order() -> None:
    seen = pyramid((array(1, 4, 4), ()), (None, ()), (array(1, 8, 8), ()))

    assert pointers(told(pyramids, "IMG-LEVEL-ORDER", seen)) == ["/datasets/2/path"]


def test_scales_that_stay_while_shapes_halve_are_a_warning() -> None:
    seen = pyramid((array(1, 64, 64), (1, 1, 1)), (array(1, 32, 32), (1, 1, 1)))

    (fault,) = told(pyramids, "IMG-SCALE-RATIO", seen)

    assert fault.pointer == "/datasets/1/coordinateTransformations"
    assert "Along y" in fault.message
    assert "2 times fewer" in fault.message
    assert asked(pyramids, "IMG-SCALE-RATIO").level("0.4") is WARNING


def test_scales_that_grow_while_shapes_stay_are_a_warning() -> None:
    seen = pyramid((array(1, 64, 64), (1, 1, 1)), (array(1, 64, 64), (1, 1, 2)))

    (fault,) = told(pyramids, "IMG-SCALE-RATIO", seen)

    assert "Along x" in fault.message


@pytest.mark.parametrize(
    ("larger", "smaller", "factor"),
    [
        (5, 2, 2.0),
        (5, 3, 2.0),
        (1281, 640, 2.0),
        (1281, 641, 2.0),
        (1281, 640, 1281 / 640),
        (7, 2, 4.0),
        (3, 2, 2.0),
        (2, 2, 1.0),
        (1000, 500, 2.1),
        (2, 1, 2.0),
        (1, 1, 2.0),
        (40, 1, 2.0),
    ],
)
def test_rounding_and_a_tenth_are_forgiven(larger: int, smaller: int, factor: float) -> None:
    seen = pyramid((array(larger), (0.5,)), (array(smaller), (0.5 * factor,)), axes=("x",))

    assert told(pyramids, "IMG-SCALE-RATIO", seen) == []


@pytest.mark.parametrize("factor", [1.0, 1.75, 2.3, 4.0])
def test_more_than_a_tenth_is_not_forgiven(factor: float) -> None:
    seen = pyramid((array(1000), (0.5,)), (array(500), (0.5 * factor,)), axes=("x",))

    assert len(told(pyramids, "IMG-SCALE-RATIO", seen)) == 1


def test_scales_are_compared_across_a_level_that_is_absent() -> None:
    seen = pyramid((array(64), (1,)), (None, (2,)), (array(16), (4,)), axes=("x",))

    assert told(pyramids, "IMG-SCALE-RATIO", seen) == []


@pytest.mark.parametrize("size", [0.0, -0.5])
def test_a_scale_of_zero_or_less_is_a_warning(size: float) -> None:
    (fault,) = told(pyramids, "IMG-SCALE-RATIO", pyramid((array(1, 8, 8), (1.0, size, size))))

    assert fault.pointer == "/datasets/0/coordinateTransformations"
    assert "above zero" in fault.message


def test_a_scale_of_zero_is_left_to_the_structure_in_version_0_6() -> None:
    seen = pyramid((array(1, 8, 8), (1.0, 0.0, 0.5)), version="0.6")

    assert told(pyramids, "IMG-SCALE-RATIO", seen) == []


def test_scales_of_another_length_than_the_shape_are_not_compared() -> None:
    seen = pyramid((array(1, 64, 64), (1, 1)), (array(1, 32, 32), (1, 1)), axes=("y", "x"))

    assert told(pyramids, "IMG-SCALE-RATIO", seen) == []


numbers = st.floats() | st.integers(-(2**63), 2**63)
levels = st.tuples(
    st.none()
    | st.builds(
        lambda shape, dtype: array(*shape, dtype=dtype),
        st.lists(st.integers(0, 2**63), max_size=4),
        st.sampled_from(["", "uint8", "structured"]),
    ),
    st.lists(numbers, max_size=4).map(tuple),
)


@given(
    st.lists(levels, max_size=4),
    st.lists(st.sampled_from(TCZYX), max_size=5).map(tuple),
    st.sampled_from(["", "0.1", "0.4", "0.6", "99"]),
)
def test_no_rule_about_levels_ever_raises(
    met: list[tuple[ArrayDocument | None, tuple[float, ...]]], axes: tuple[str, ...], version: str
) -> None:
    for rule_id in IDS:
        for fault in told(pyramids, rule_id, pyramid(*met, axes=axes, version=version)):
            assert fault.message.endswith(".")

from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from plates.omezarr.array_cuts import MOST_BEGINNINGS, cut_of
from plates.omezarr.chunk_grids import ChunkGrid


@st.composite
def grids(draw: st.DrawFn) -> ChunkGrid:
    shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=4)))
    part = tuple(draw(st.integers(1, length + 1)) for length in shape)
    return ChunkGrid(
        shape, "uint16", part, (), (), draw(st.sampled_from(["", "c"])), draw(st.sampled_from("./"))
    )


@given(grids(), st.integers(0, 3), st.sets(st.integers(0, 6)))
@example(ChunkGrid((2, 1), "uint16", (3, 1), (), (), "", "."), 0, {2})
def test_a_cut_names_the_objects_that_hold_the_planes_and_no_others(
    grid: ChunkGrid, axis: int, planes: set[int]
) -> None:
    cut = cut_of(grid, axis=axis, planes=planes)
    everything = {index: grid.key(index) for index in product(*map(range, grid.counts))}
    there = axis < len(grid.shape)
    wanted = {
        key
        for index, key in everything.items()
        if not there
        or any(
            plane < grid.shape[axis] and plane // grid.part[axis] == index[axis] for plane in planes
        )
    }
    if there and not cut.is_whole:
        named = set(cut.beginnings())
        assert {key for key in everything.values() if begins(key, named)} == wanted
    assert set(cut.paths()) == wanted
    assert cut.objects == len(wanted)


def begins(key: str, beginnings: set[str]) -> bool:
    return any(
        key.startswith(one) if one.endswith(("/", ".")) else key == one for one in beginnings
    )


@given(grids())
def test_all_planes_are_the_whole_array(grid: ChunkGrid) -> None:
    cut = cut_of(grid, axis=0, planes=range(grid.shape[0]))
    assert cut.is_whole
    assert cut.pixel_bytes == grid.declared_bytes
    parts = [cut_of(grid, axis=0, planes={plane}) for plane in range(grid.shape[0])]
    assert sum(one.pixel_bytes for one in parts) >= grid.declared_bytes


def test_what_has_too_many_beginnings_is_taken_whole() -> None:
    grid = ChunkGrid((MOST_BEGINNINGS + 1, 2, 8), "uint8", (1, 1, 8), (), (), "c", "/")
    assert cut_of(grid, axis=1, planes={0}).is_whole
    assert not cut_of(grid, axis=0, planes={0}).is_whole

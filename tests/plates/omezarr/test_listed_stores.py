"""The stores among listed objects: the topmost ones, in whatever order they are told."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr import listed_stores
from plates.omezarr.addressing import MARKS, names_packed_store
from plates.omezarr.listed_stores import stores_in
from plates.omezarr.objects import ListedObject


def listed(*paths: str) -> list[ListedObject]:
    return [ListedObject(path, 1) for path in paths]


def found(*paths: str) -> tuple[str, ...]:
    return stores_in(listed(*paths)).paths


def above(path: str) -> list[str]:
    """The folders above a path, the root among them."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:length]) for length in range(len(parts) + 1)]


def oracle(paths: list[str]) -> list[str]:
    """Every candidate, without those that have another one above them."""
    candidates = {path.rpartition("/")[0] for path in paths if path.split("/")[-1] in MARKS}
    candidates |= {path for path in paths if names_packed_store(path.split("/")[-1])}
    return sorted(one for one in candidates if not one or candidates.isdisjoint(above(one)))


names = st.sampled_from(["a", "b", "p.zarr", "c.ozx", "d.ome.zarr.zip", "0", *MARKS])
paths = st.lists(names, min_size=1, max_size=5).map("/".join)


@given(st.lists(paths, max_size=30))
def test_the_topmost_folders_with_a_mark_are_the_stores(several: list[str]) -> None:
    assert list(found(*several)) == oracle(several)


@given(
    st.lists(paths, max_size=20).flatmap(lambda one: st.tuples(st.just(one), st.permutations(one)))
)
def test_the_order_of_a_listing_does_not_matter(pair: tuple[list[str], list[str]]) -> None:
    assert found(*pair[0]) == found(*pair[1])


def test_what_is_inside_of_a_store_is_no_other_even_if_it_is_told_first() -> None:
    assert found("p.zarr/A/1/0/zarr.json", "p.zarr/A/zarr.json", "p.zarr/zarr.json") == ("p.zarr",)
    assert found("p.zarr/.zgroup", "p.zarr/A/1/.zattrs", "q/x.ozx") == ("p.zarr", "q/x.ozx")


def test_a_packed_store_is_found_beside_others_but_not_inside_of_one() -> None:
    assert found("p.zarr.zip", "notes.zip", "q.zarr/.zattrs", "q.zarr/tables/r.ozx") == (
        "p.zarr.zip",
        "q.zarr",
    )


def test_the_root_may_be_the_store() -> None:
    assert found("A/1/.zgroup", ".zattrs", "B/2/.zgroup") == ("",)
    assert stores_in(listed("a/b.tif", "c")) == listed_stores.ListedStores((), 2)
    assert stores_in([]).paths == ()


def test_more_folders_than_are_held_are_said_to_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed_stores, "MAX_HELD", 3)
    several = stores_in(listed(*(f"{number}.zarr/.zgroup" for number in range(5))))
    assert (len(several.paths), several.complete) == (3, False)
    nested = listed("p/0/zarr.json", "p/1/zarr.json", "p/zarr.json", "q/zarr.json", "r/zarr.json")
    assert stores_in(nested) == listed_stores.ListedStores(("p", "q", "r"), 5)


def test_memory_grows_with_the_stores_and_not_with_the_objects() -> None:
    def sorted_bucket(plates: int, wells: int) -> int:
        """The most bytes that are held while so many plates are listed in order of their keys."""
        tracemalloc.start()
        stores_in(
            ListedObject(f"p{plate}.zarr/{name}", 1)
            for plate in range(plates)
            for name in [
                *(f"A/{well}/{rest}" for well in range(wells) for rest in ("0/c/0", "zarr.json")),
                "A/zarr.json",
                "zarr.json",
            ]
        )
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert sorted_bucket(200, 40) < 2 * sorted_bucket(200, 4)

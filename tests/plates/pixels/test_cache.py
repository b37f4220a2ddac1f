"""Packs and views on disk: whole or not at all, and never more than is allowed."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.pixels.cache import PictureCache
from plates.pixels.packs import PackWriter, packed_picture

KIB = 1024


def pack(path: Path, **pictures: bytes) -> Path:
    with PackWriter(path) as writer:
        for name, content in pictures.items():
            writer.put(name, content)
    return path


@given(pictures=st.dictionaries(st.text(max_size=20), st.binary(max_size=200)))
def test_a_pack_gives_back_what_was_put(
    tmp_path_factory: pytest.TempPathFactory, pictures: dict[str, bytes]
) -> None:
    path = tmp_path_factory.mktemp("packs") / "a.pack"
    with PackWriter(path) as writer:
        for name, content in pictures.items():
            writer.put(name, content)
    assert {name: packed_picture(path, name) for name in pictures} == pictures
    assert packed_picture(path, "no such name, as it is too long") is None


def test_a_pack_that_was_not_finished_is_not_there(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.pack", one=b"1")

    def fail() -> None:
        with PackWriter(path) as writer:
            writer.put("one", b"2")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert packed_picture(path, "one") == b"1"
    assert list(tmp_path.iterdir()) == [path]


def test_another_pack_in_the_place_of_one_is_read_anew(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.pack", one=b"1")
    assert packed_picture(path, "one") == b"1"
    pack(path, two=b"22")
    assert packed_picture(path, "one") is None
    assert packed_picture(path, "two") == b"22"


@pytest.mark.parametrize("damage", [b"", b"x", b"x" * 40, bytes(24)])
def test_a_damaged_pack_holds_nothing(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "a.pack"
    path.write_bytes(damage)
    assert packed_picture(path, "one") is None
    assert packed_picture(tmp_path / "none.pack", "one") is None


def test_what_was_looked_at_least_lately_goes_first(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, most_bytes=10 * KIB)
    for number in range(8):
        path = pack(cache.pack_of(f"store{number}", "m"), picture=bytes(2 * KIB))
        then = time.time() - 1000 + number
        os.utime(path, (then, then))
    assert cache.packed("store1", "m", "picture") == bytes(2 * KIB)
    assert cache.trim() > 0
    left = [n for n in range(8) if cache.packed(f"store{n}", "m", "picture") is not None]
    assert left == [1, 5, 6, 7]
    assert cache.trim() == 0


def test_views_are_kept_by_their_digest_and_count_too(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, most_bytes=100 * KIB)
    for number in range(200):
        cache.keep_view(f"{number:02x}digest", bytes(KIB))
    kept = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert kept < 170 * KIB
    assert cache.view("c7digest") == bytes(KIB)
    assert cache.view("ffdigest") is None


def test_what_was_drawn_before_is_forgotten(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, most_bytes=KIB)
    for mark in ("old", "new"):
        pack(cache.pack_of("store", mark), picture=b"p")
    pack(cache.pack_of("xstore", "old"), picture=b"p")
    cache.drop_others("store", "new")
    assert cache.packed("store", "old", "picture") is None
    assert cache.packed("store", "new", "picture") == b"p"
    assert cache.packed("xstore", "old", "picture") == b"p"


def test_a_folder_that_cannot_be_written_to_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "views").write_text("in the way")
    cache = PictureCache(tmp_path, most_bytes=KIB)
    cache.keep_view("ab", b"x")
    assert cache.view("ab") is None


def test_what_a_killed_worker_left_goes_after_a_day(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, most_bytes=KIB)
    left = cache.pack_of("store", "m").with_suffix(".pack.7.unfinished")
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    cache.trim()
    assert left.exists()
    then = time.time() - 2 * 24 * 3600
    os.utime(left, (then, then))
    cache.trim()
    assert not left.exists()

"""A member of an archive that cannot be trusted is a finding, and costs no more than it says."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import ArchiveMalformed
from plates.omezarr.read import read_store
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.validate import validate_store
from plates.states import Verdict
from tests import stores
from tests.plates.omezarr.packing import (
    DEFLATED,
    QUICK,
    ROOT,
    Change,
    findings_at,
    header_of,
    pack,
    pack_files,
    plate_files,
    set_at,
    spoil,
    told,
)
from tests.servers import http_server


def flip_in(name: bytes) -> Change:
    def change(content: bytearray) -> None:
        content[header_of(content, name) + 30 + len(name) + 5] ^= 0x20

    return change


def rename_in_header(content: bytearray) -> None:
    at = header_of(content, WELL) + 30
    content[at : at + 1] = b"Z"


def lay_over(content: bytearray) -> None:
    """Two members share one place."""
    other = header_of(content, b"B/02/zarr.json").to_bytes(4, "little")
    set_at(WELL, 42, other)(content)


WELL = b"A/01/zarr.json"
FULL_SIZE = (30_000_000).to_bytes(4, "little")
HARM: list[tuple[str, Change, str]] = [
    ("encrypted", set_at(WELL, 8, b"\1\0"), "encrypted"),
    ("strongly encrypted", set_at(WELL, 8, b"\x41\0"), "encrypted"),
    ("of an unknown method", set_at(WELL, 10, b"\x0e\0"), "method 14"),
    ("damaged", flip_in(WELL), "checksum"),
    ("of a wrong checksum", set_at(WELL, 16, b"\0\0\0\0"), "checksum"),
    ("larger than its place", set_at(WELL, 20, FULL_SIZE * 2), "lies over"),
    ("of two sizes", set_at(WELL, 24, FULL_SIZE), "contradicts itself"),
    ("in the place of another", lay_over, "lies over"),
    ("at no header", set_at(WELL, 42, b"\1\0\0\0"), "cut off or damaged"),
    ("of another name in its header", rename_in_header, "two names"),
]


@pytest.mark.parametrize(("sentence", "change", "reason"), HARM, ids=[one[0] for one in HARM])
def test_a_member_that_cannot_be_trusted_is_a_finding_and_hides_no_other(
    tmp_path: Path, sentence: str, change: Change, reason: str
) -> None:
    target = pack_files(tmp_path / "p.ozx", plate_files(tmp_path))
    spoil(target, change)
    found = findings_at(target, "A/01")
    assert [one.split()[0] for one in found] == ["STORE-READ"]
    assert reason in found[0]
    snapshot = read_store(str(target))
    assert snapshot.plate is not None
    assert snapshot.plate.wells[0].present is False
    assert snapshot.plate.wells[1].present or reason == "lies over"


def test_the_same_harm_is_found_over_http(tmp_path: Path) -> None:
    target = pack_files(tmp_path / "p.ozx", plate_files(tmp_path))
    spoil(target, flip_in(WELL))
    with http_server(tmp_path) as server:
        report = validate_store(f"{server.url}/p.ozx", options=QUICK)
    assert told(report) == told(validate_store(str(target)))


def test_a_document_that_inflates_to_more_than_it_claims_is_not_inflated_further(
    tmp_path: Path,
) -> None:
    files = plate_files(tmp_path) | {WELL.decode(): b" " * 100_000_000}
    target = pack_files(tmp_path / "p.ozx", files, DEFLATED)
    assert "larger than 33,554,432 bytes" in findings_at(target, "A/01")[0]
    spoil(target, set_at(WELL, 24, (200_000).to_bytes(4, "little")))
    tracemalloc.start()
    found = findings_at(target, "A/01")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "does not unpack to the size" in found[0]
    assert peak < 10_000_000


def test_a_piece_of_a_bomb_is_no_more_than_it_claims(tmp_path: Path) -> None:
    files = {"zarr.json": ROOT, "c/0": b" " * 50_000_000}
    target = pack_files(tmp_path / "p.ozx", files, DEFLATED)
    spoil(target, set_at(b"c/0", 24, (100_000).to_bytes(4, "little")))
    store = LocalArchive(RootUrl.parse(str(target)), QUICK)
    try:
        assert store.piece("c/0", 5, 200_000) == b" " * 99_995
        with pytest.raises(ArchiveMalformed, match="unpack to the size"):
            store.piece("c/0", 0, None)
        spoil(target, set_at(b"c/0", 24, (500_000_000).to_bytes(4, "little")))
        store.close()
        with pytest.raises(ArchiveMalformed, match="unpack to the size"):
            store.piece("c/0", 100_000_000, 5)
    finally:
        store.close()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_no_change_of_bytes_ends_in_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(small_archive(tmp_path_factory))
    for place, value in changes:
        content[-1 - place % len(content)] = value
    target = tmp_path_factory.getbasetemp() / "changed.ozx"
    target.write_bytes(content)
    report = validate_store(str(target))
    assert report.findings or report.verdict is Verdict.VALID


def small_archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    kept = tmp_path_factory.getbasetemp() / "kept.ozx"
    if not kept.exists():
        folder = stores.image(tmp_path_factory.mktemp("small") / "i.zarr")
        pack(folder, kept, method=DEFLATED)
    return kept.read_bytes()

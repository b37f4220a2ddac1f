"""A store in an archive on this machine shows the same as unpacked."""

import os
from pathlib import Path

import pytest

from plates.omezarr import archive_contents
from plates.omezarr.addressing import RootUrl
from plates.omezarr.discover import find_stores
from plates.omezarr.errors import DocumentTooLarge, StoreNotFound
from plates.omezarr.read import read_store
from plates.omezarr.store import open_store
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.validate import validate_store
from plates.states import Verdict
from tests import stores
from tests.plates.omezarr.packing import (
    DEFLATED,
    QUICK,
    ROOT,
    STORED,
    error_of,
    pack,
    pack_files,
    plate_files,
    told,
)
from tests.plates.omezarr.planting import whole_plate
from tests.stores import Fault, Style, Version

both_versions = pytest.mark.parametrize("version", ["0.4", "0.5"])
every_way = pytest.mark.parametrize(
    ("method", "top"), [(STORED, ""), (STORED, "p.zarr/"), (DEFLATED, ""), (DEFLATED, "p.zarr/")]
)


@both_versions
@every_way
def test_a_packed_plate_shows_the_same_as_unpacked(
    tmp_path: Path, version: Version, method: int, top: str
) -> None:
    folder = whole_plate(tmp_path / "p.zarr", version)
    target = pack(folder, tmp_path / "p.ozx", method=method, top=top)
    plain, packed = read_store(str(folder)), read_store(str(target))
    assert (packed.digest, packed.plate, packed.documents) == (
        plain.digest,
        plain.plate,
        plain.documents,
    )
    assert (packed.url, packed.name, packed.problems) == (str(target), "p", ())
    report = validate_store(str(target))
    assert report.verdict is Verdict.VALID
    assert told(report) == told(validate_store(str(folder))) == []
    assert report.coverage.listed


@both_versions
@every_way
@pytest.mark.parametrize("folders", [False, True])
def test_faults_are_found_packed_as_unpacked(
    tmp_path: Path, version: Version, method: int, top: str, *, folders: bool
) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr",
        version=version,
        wells=["A01", "B02", "C03"],
        fields=2,
        missing=["C03", "A/01/1"],
        faults={"B/02": Fault.TRUNCATED, "A/01/0/1": Fault.LIST},
        style=Style(labels=("nuclei",)),
        plate_keys={"field_count": -1},
    )
    stores.image(folder / "D" / "04" / "0", version=version)
    stores.image(folder / "A/01/0/labels/unlisted", version=version)
    (folder / "E" / "05").mkdir(parents=True)
    target = pack(folder, tmp_path / "p.zarr.zip", method=method, top=top, folders=folders)
    plain = validate_store(str(folder))
    assert told(validate_store(str(target))) == told(plain)
    assert len(plain.findings) > 4
    assert read_store(str(target)).digest == read_store(str(folder)).digest


@both_versions
@every_way
def test_a_packed_image_shows_the_same_as_unpacked(
    tmp_path: Path, version: Version, method: int, top: str
) -> None:
    style = Style(labels=("nuclei",), field_names=("é",))
    folder = stores.image(tmp_path / "i.zarr", version=version, chunks=True, style=style)
    target = pack(folder, tmp_path / "I.ZIP", method=method, top=top)
    plain, packed = read_store(str(folder)), read_store(str(target))
    assert (packed.kind, packed.digest, packed.images) == ("image", plain.digest, plain.images)


def test_a_folder_may_be_called_as_archives_are(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "p.zarr.zip", wells=["A01"])
    assert read_store(str(folder)).name == "p"
    assert find_stores(str(tmp_path), options=QUICK).urls == (str(folder),)


def test_reading_an_archive_leaves_no_file_open(tmp_path: Path) -> None:
    target = pack_files(tmp_path / "p.ozx", plate_files(tmp_path))
    broken = tmp_path / "broken.ozx"
    broken.write_bytes(b"no zip")
    before = sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208
    read_store(str(target))
    error_of(broken)
    find_stores(str(target), options=QUICK)
    assert sorted(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.fixture(params=[STORED, DEFLATED])
def pixels(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, bytes]:
    """An archive with a member c/0 of 3 MB, and its bytes."""
    content = os.urandom(300_000) * 10
    files = {"zarr.json": ROOT, "c/0": content, "c/empty": b""}
    return pack_files(tmp_path / "p.ozx", files, request.param), content


PIECES = [
    (0, None),
    (0, 10),
    (5, 100_000),
    (2_999_990, 10),
    (2_999_990, 500),
    (2_500_000, None),
    (-16, None),
    (-4_000_000, None),
    (-20, 10),
    (3_000_000, None),
    (9_000_000, 5),
    (7, 0),
]


@pytest.mark.parametrize(("start", "length"), PIECES)
def test_a_piece_of_a_member_is_that_of_the_file(
    pixels: tuple[Path, bytes], start: int, length: int | None
) -> None:
    target, content = pixels
    begin = max(0, len(content) + start) if start < 0 else start
    expected = content[begin:] if length is None else content[begin : begin + length]
    store = open_store(RootUrl.parse(str(target)), QUICK)
    assert isinstance(store, LocalArchive)
    try:
        assert store.piece("c/0", start, length) == expected
        assert store.piece("c/empty", start, length) == b""
        assert store.piece("c/1", start, length) is None
    finally:
        store.close()


def test_a_piece_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_contents, "MAX_PIECE_BYTES", 1_000)
    content = os.urandom(3_000)
    plain = pack_files(tmp_path / "plain.ozx", {"c": content})
    small = pack_files(tmp_path / "small.ozx", {"c": content}, DEFLATED)
    for target, far in ((plain, True), (small, False)):
        store = LocalArchive(RootUrl.parse(str(target)), QUICK)
        with pytest.raises(DocumentTooLarge, match="1,000 bytes"):
            store.piece("c", 0, None)
        assert store.piece("c", 900, 100) == content[900:1_000]
        if far:
            # A caller who names a length knows how much may come.
            assert store.piece("c", 100, 2_000) == content[100:2_100]
        else:
            # What is deflated has to be inflated from its beginning.
            with pytest.raises(DocumentTooLarge):
                store.piece("c", 2_000, 10)
        store.close()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.ozx")
    assert "is no file" in str(error_of(tmp_path / "p.ozx"))
    assert isinstance(error_of(tmp_path / "none.ozx"), StoreNotFound)


def test_an_archive_within_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = pack_files(tmp_path / "inner.ozx", plate_files(tmp_path))
    target = pack_files(tmp_path / "outer.ozx", {"inner.ozx": inner.read_bytes()})
    assert isinstance(error_of(target), StoreNotFound)

"""The directory of an archive is read for what it says, and believed in nothing."""

import json
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import cast

import pytest

from plates.omezarr import archive
from plates.omezarr.addressing import RootUrl
from plates.omezarr.archive import reading_directory
from plates.omezarr.archive_members import ArchiveFault
from plates.omezarr.errors import ArchiveMalformed, StoreNotFound
from plates.omezarr.read import read_store
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.validate import validate_store
from plates.states import Reach, Verdict
from tests.plates.omezarr.packing import (
    QUICK,
    ROOT,
    entry_of,
    error_of,
    header_of,
    pack_files,
    plate_files,
    set_at,
    spoil,
)
from tests.servers import http_server


def test_what_macos_and_people_put_beside_the_folder_does_no_harm(tmp_path: Path) -> None:
    files = {f"p.zarr/{name}": content for name, content in plate_files(tmp_path).items()}
    files |= {"__MACOSX/p.zarr/._zarr.json": b"x", "README.txt": b"x"}
    snapshot = read_store(str(pack_files(tmp_path / "p.zip", files)))
    assert snapshot.digest == read_store(str(tmp_path / "unpacked.zarr")).digest


@pytest.mark.parametrize("extra", [{"a/zarr.json": ROOT}, {"zarr.json": ROOT}])
def test_only_the_only_folder_is_taken_for_the_store(
    tmp_path: Path, extra: dict[str, bytes]
) -> None:
    files = {f"p.zarr/{name}": content for name, content in plate_files(tmp_path).items()}
    target = pack_files(tmp_path / "p.zip", files | extra)
    if "zarr.json" in extra:
        assert read_store(str(target)).plate is None
    else:
        assert isinstance(error_of(target), StoreNotFound)


def test_the_last_of_several_documents_of_one_name_counts(tmp_path: Path) -> None:
    """zarr's own ZipStore writes a document anew whenever its attributes change."""
    files = plate_files(tmp_path)
    target = tmp_path / "p.ozx"
    with zipfile.ZipFile(target, "w") as packed, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        packed.writestr("zarr.json", ROOT)
        for name, content in files.items():
            packed.writestr(name, content)
    assert read_store(str(target)).digest == read_store(str(tmp_path / "unpacked.zarr")).digest


@pytest.mark.parametrize("comment", [b"", b"PK\5\6 is how the last record begins" * 3])
def test_an_archive_of_the_64_bit_form_is_read(tmp_path: Path, comment: bytes) -> None:
    files = plate_files(tmp_path)
    target = tmp_path / "p.ozx"
    with zipfile.ZipFile(target, "w") as packed:
        packed.comment = comment
        for name, content in files.items():
            with packed.open(name, "w", force_zip64=True) as member:
                member.write(content)

    def widen(content: bytearray) -> None:
        end = content.rfind(b"PK\5\6\0\0\0\0")
        count, length, start = struct.unpack_from("<10xHLL", content, end)
        record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
        locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
        struct.pack_into("<2H2L", content, end + 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        content[end:end] = record + locator

    spoil(target, widen)
    if not comment:
        with zipfile.ZipFile(target) as packed:
            assert packed.testzip() is None
    assert read_store(str(target)).digest == read_store(str(tmp_path / "unpacked.zarr")).digest


def test_members_whose_places_need_64_bits_are_read(tmp_path: Path) -> None:
    """The places stand in the wide field alone, as they do beyond 4 GiB."""
    name, content = b"zarr.json", ROOT
    checksum = zlib.crc32(content)
    header = struct.pack(
        "<4s5H3L2H", b"PK\3\4", 45, 0, 0, 0, 0, checksum, len(content), len(content), len(name), 0
    )
    extra = struct.pack("<HH3Q", 1, 24, len(content), len(content), 0)
    full = 0xFFFFFFFF
    entry = struct.pack(
        "<4s6H3L5H2L",
        *(b"PK\1\2", 45, 45, 0, 0, 0, 0, checksum, full, full),
        *(len(name), len(extra), 0, 0, 0, 0, full),
    )
    body, directory = header + name + content, entry + name + extra
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(body), 0)
    target = tmp_path / "p.ozx"
    target.write_bytes(body + directory + end)
    assert read_store(str(target)).documents == 1


def test_a_large_archive_is_read_by_its_directory(tmp_path: Path) -> None:
    """Neither the end of the directory nor a member has to lie in the first piece read."""
    files = plate_files(tmp_path) | {f"A/01/0/0/c/{n:05}": b"x" * 40 for n in range(3000)}
    target = pack_files(tmp_path / "p.ozx", files)
    assert read_store(str(target)).digest == read_store(str(tmp_path / "unpacked.zarr")).digest


@pytest.mark.parametrize("content", [b"", b"PK", b"version https://git-lfs", b"PK\5\6" + b"\0" * 9])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.ozx").write_bytes(content)
    refusal = error_of(tmp_path / "p.ozx")
    assert isinstance(refusal, ArchiveMalformed)
    assert "it is no zip archive" in str(refusal)
    report = validate_store(str(tmp_path / "p.ozx"))
    assert (report.verdict, report.reach) == (Verdict.UNREADABLE, Reach.OK)
    assert [one.rule for one in report.findings] == ["STORE-READ"]


def test_an_archive_that_is_cut_off_anywhere_is_refused_or_misses_documents(
    tmp_path: Path,
) -> None:
    target = pack_files(tmp_path / "p.ozx", plate_files(tmp_path, ("A01",)))
    content = target.read_bytes()
    for kept in range(0, len(content), 97):
        target.write_bytes(content[:kept])
        assert isinstance(error_of(target), ArchiveMalformed)
        # A whole end with the middle lost is not taken for whole either.
        target.write_bytes(content[:kept] + content[-400:])
        validate_store(str(target))


@pytest.mark.parametrize(
    "name",
    [
        "../zarr.json",
        "/etc/zarr.json",
        "A\\01\\zarr.json",
        "A/../x",
        "./x",
        "A//x",
        "a\nb",
        "x" * 5000,
    ],
)
def test_an_archive_with_names_that_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    files = plate_files(tmp_path)
    target = tmp_path / "p.ozx"
    with zipfile.ZipFile(target, "w") as packed:
        for path, content in files.items():
            packed.writestr(path, content)
        member = zipfile.ZipInfo("placeholder")
        member.filename = name
        packed.writestr(member, b"x")
    refusal = error_of(target)
    assert isinstance(refusal, ArchiveMalformed)
    assert "unsafe name" in str(refusal)
    assert len(str(refusal)) < 500


def test_names_are_read_as_their_writers_meant_them(tmp_path: Path) -> None:
    files = {"zarr.json": ROOT, "Zelle ö/0": b"x", "plain": b"x"}
    target = pack_files(tmp_path / "p.ozx", files)

    def unflag(content: bytearray) -> None:
        set_at("Zelle ö/0".encode(), 8, b"\0\0")(content)

    def as_code_page(content: bytearray) -> None:
        for at in (entry_of(content, b"plain") + 46, header_of(content, b"plain") + 30):
            content[at : at + 5] = "plaün".encode("cp437")

    spoil(spoil(target, unflag), as_code_page)
    store = LocalArchive(RootUrl.parse(str(target)), QUICK)
    try:
        assert store.read("Zelle ö/0") == store.read("plaün") == b"x"
        assert store.folders("") == ("Zelle ö",)
    finally:
        store.close()

    def claim_utf_8(content: bytearray) -> None:
        set_at("plaün".encode("cp437"), 8, b"\0\x08")(content)

    assert "is no UTF-8" in str(error_of(spoil(target, claim_utf_8)))


def test_an_archive_of_too_many_members_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = pack_files(tmp_path / "p.ozx", plate_files(tmp_path))
    with zipfile.ZipFile(target) as packed:
        members = len(packed.infolist())
    monkeypatch.setattr(archive, "MAX_MEMBERS", members)
    assert read_store(str(target)).problems == ()
    monkeypatch.setattr(archive, "MAX_MEMBERS", members - 1)
    assert "holds more than" in str(error_of(target))

    def belittle(content: bytearray) -> None:
        struct.pack_into("<2H", content, content.rfind(b"PK\5\6") + 8, 1, 1)

    assert "holds more than" in str(error_of(spoil(target, belittle)))
    monkeypatch.undo()
    monkeypatch.setattr(archive, "MAX_DIRECTORY_BYTES", 50)
    assert "a directory of more than" in str(error_of(target))


def end_of_archive(**fields: int) -> bytes:
    """The last record of an archive that says odd things of itself."""
    wanted = {"disk": 0, "members": 1, "length": 0, "start": 0} | fields
    return struct.pack(
        "<4s4H2LH",
        *(b"PK\5\6", wanted["disk"], wanted["disk"], wanted["members"], wanted["members"]),
        *(wanted["length"], wanted["start"], 0),
    )


def wide_end(place: int, record: bytes = b"") -> bytes:
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, place, 1)
    return record + locator + end_of_archive(length=0xFFFFFFFF, start=0xFFFFFFFF)


WIDE = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, 2**63, 2**63)


@pytest.mark.parametrize(
    "content",
    [
        end_of_archive(length=100),
        end_of_archive(start=2**32 - 1),
        end_of_archive(length=2**32 - 1, start=2**32 - 1),
        end_of_archive(disk=1),
        b"x" * 46 + end_of_archive(length=46),
        b"PK\1\2" + b"\xff" * 42 + end_of_archive(length=46),
        b"PK\1\2" + b"\0" * 10 + end_of_archive(length=14),
        b"PK\1\2" + b"\0" * 42 + end_of_archive(length=46),
        wide_end(2**64 - 1),
        wide_end(0),
        wide_end(0, b"x" * 56),
        wide_end(0, WIDE),
    ],
)
def test_an_archive_whose_end_says_odd_things_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.ozx").write_bytes(content)
    assert isinstance(error_of(tmp_path / "p.ozx"), ArchiveMalformed)
    with http_server(tmp_path) as server:
        assert isinstance(error_of(f"{server.url}/p.ozx"), ArchiveMalformed)


def test_a_directory_is_read_in_little_time_and_memory() -> None:
    """Long paths whose folders all differ: no folder is kept in mind."""
    content = bytearray()
    names = [f"{number:06}" + "/a" * 40 for number in range(100_000)]
    for number, name in enumerate(names):
        entry = (b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, number)
        content += struct.pack("<4s6H3L5H2L", *entry) + name.encode()
    start = len(names)
    end = end_of_archive(length=len(content), start=start, members=0xFFFF)
    whole = bytes(start) + content + end
    tracemalloc.start()
    reading = reading_directory(len(whole))
    wanted = next(reading)
    wanted = reading.send(whole[wanted[0] :][: wanted[1]])
    with pytest.raises(StopIteration) as finished:
        reading.send(whole[wanted[0] :][: wanted[1]])
    directory = cast("archive.Directory", finished.value.value)
    assert len(directory.folders("")) == len(names)
    assert directory.folders("000007/a/a") == ("a",)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * len(content)


def test_what_one_archive_says_of_itself_is_no_fault_of_ours(tmp_path: Path) -> None:
    """The comment of the archive is read by nobody, whatever it holds."""
    target = pack_files(tmp_path / "p.ozx", {"zarr.json": ROOT})
    with zipfile.ZipFile(target, "a") as packed:
        packed.comment = json.dumps({"ome": {"version": "9.9"}}).encode()
    assert read_store(str(target)).version == "0.5"


def test_a_reading_that_is_sent_too_little_says_so() -> None:
    reading = reading_directory(100)
    next(reading)
    with pytest.raises(ArchiveFault, match="cut off"):
        reading.send(b"short")

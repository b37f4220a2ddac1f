"""Listings of a folder, a bucket, an archive and a memory: the same objects, with their sizes."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pytest

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import (
    ListingUnavailable,
    PathEscapesStore,
    ReadCancelled,
    StoreNotFound,
    StoreUnreachable,
)
from plates.omezarr.object_listing import list_objects
from plates.omezarr.object_listing_local import UnreadFolder
from plates.omezarr.objects import ListedObject
from plates.omezarr.options import StoreOptions
from tests import servers, stores
from tests.plates.omezarr.packing import pack
from tests.servers import KEY, REGION, SECRET, S3Server, s3_server


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/2"], chunks=True, version="0.4")


def listed(url: Path | str, **asked: object) -> list[ListedObject]:
    options = asked.pop("options", StoreOptions())
    return list(list_objects(RootUrl.parse(str(url)), options=options, **asked))  # type: ignore[arg-type]


def sizes(objects: list[ListedObject]) -> dict[str, int]:
    found = {one.path: one.size for one in objects}
    assert len(found) == len(objects)
    return found


def on_disk(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file()
    }


def options_of(s3: S3Server) -> StoreOptions:
    return StoreOptions(endpoint=s3.endpoint, region=REGION, key=KEY, secret=SECRET)


def test_a_folder_is_listed_with_sizes_and_times(folder: Path) -> None:
    os.utime(folder / "A/01/0/0/0/0/0/0", (0, 1_700_000_000))
    objects = listed(folder)
    assert sizes(objects) == on_disk(folder)
    times = {one.path: one.changed_at for one in objects}
    assert times["A/01/0/0/0/0/0/0"] == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_bucket_is_listed_with_sizes_times_and_tags(folder: Path, s3: S3Server) -> None:
    s3.upload(folder, "other", "screens/p.zarr-2")
    url = s3.upload(folder, "other", "screens/p.zarr")
    objects = listed(url, options=options_of(s3))
    assert sizes(objects) == on_disk(folder)
    for one in objects:
        assert one.changed_at is not None
        assert (datetime.now(UTC) - one.changed_at).total_seconds() < 600
        assert one.etag
        assert '"' not in one.etag


def test_a_folder_of_a_bucket_is_listed_with_paths_from_the_root(
    folder: Path, s3: S3Server
) -> None:
    url = s3.upload(folder, "part", "p.zarr")
    inside = {path: size for path, size in on_disk(folder).items() if path.startswith("B/")}
    assert sizes(listed(url, options=options_of(s3), prefix="B")) == inside
    assert sizes(listed(folder, prefix="B")) == inside


def test_a_place_in_a_bucket_without_objects_is_refused(s3: S3Server, folder: Path) -> None:
    s3.upload(folder, "part", "p.zarr")
    with pytest.raises(StoreNotFound, match="no object at s3://part/nothing"):
        listed("s3://part/nothing", options=options_of(s3))
    with pytest.raises(StoreNotFound, match="perhaps no such bucket"):
        listed("s3://no-such-bucket/nothing", options=options_of(s3))


def test_a_bucket_that_does_not_answer_is_refused() -> None:
    options = StoreOptions(endpoint="http://127.0.0.1:9", region=REGION, retries=0)
    with pytest.raises(StoreUnreachable, match="refuses the connection"):
        listed("s3://plates/p.zarr", options=options)


def test_other_storage_is_listed_by_its_own_client(folder: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(str(folder), "/listing/p.zarr", recursive=True)
    objects = listed("memory://listing/p.zarr")
    assert sizes(objects) == on_disk(folder)
    assert all(one.changed_at is not None for one in objects)
    assert {path[:2] for path in sizes(listed("memory://listing/p.zarr", prefix="A"))} == {"A/"}
    with pytest.raises(StoreNotFound, match="no object"):
        listed("memory://listing/absent.zarr")


@pytest.mark.parametrize("top", ["", "p.zarr/"])
def test_an_archive_is_listed_as_unpacked(folder: Path, tmp_path: Path, top: str) -> None:
    archive = pack(folder, tmp_path / "p.ozx", top=top)
    assert sizes(listed(archive)) == on_disk(folder)
    assert {path[:2] for path in sizes(listed(archive, prefix="A"))} == {"A/"}
    with servers.http_server(tmp_path) as web:
        assert sizes(listed(f"{web.url}/p.ozx")) == on_disk(folder)


def test_a_web_server_is_said_to_give_no_listing(folder: Path) -> None:
    with pytest.raises(ListingUnavailable, match="inventory"):
        listed("https://example.org/p.zarr")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound, match="nothing at"):
        listed(tmp_path / "absent.zarr")
    with pytest.raises(PathEscapesStore):
        listed(tmp_path, prefix="../up")


def test_progress_is_told_and_a_stop_is_heeded(folder: Path) -> None:
    told: list[int] = []
    objects = listed(folder, progress=told.append)
    assert told[-1] == len(objects)
    assert told == sorted(told)
    with pytest.raises(ReadCancelled):
        listed(folder, stop=lambda: True)


def test_links_within_the_store_are_followed_and_others_are_told(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key").write_bytes(b"k")
    (folder / "C").symlink_to(folder / "A")
    (folder / "D").symlink_to(tmp_path / "secret")
    (folder / "key").symlink_to(tmp_path / "secret/key")
    (folder / "dangling").symlink_to(folder / "nowhere")
    unread: list[UnreadFolder] = []
    found = sizes(listed(folder, unread=unread))
    assert {path.replace("C/", "A/", 1) for path in found if path[0] == "C"} == {
        path for path in found if path[0] == "A"
    }
    assert not [path for path in found if path.startswith(("D", "key", "dangling"))]
    assert sorted(one.path for one in unread) == ["D", "key"]
    assert all("out of the store" in one.reason for one in unread)


def test_links_that_lead_around_in_a_circle_end(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / "store" / name).mkdir(parents=True)
        (tmp_path / "store" / name / "file").write_bytes(b"x")
        (tmp_path / "store" / name / "other").symlink_to(tmp_path / "store" / other)
        (tmp_path / "store" / name / "up").symlink_to(tmp_path / "store")
    unread: list[UnreadFolder] = []
    found = sizes(listed(tmp_path / "store", unread=unread))
    assert {"a/file", "b/file", "a/other/file", "b/other/file"} <= set(found)
    assert len(found) < 20
    assert unread


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told_and_ends_nothing(folder: Path) -> None:
    (folder / "A").chmod(0)
    unread: list[UnreadFolder] = []
    try:
        found = sizes(listed(folder, unread=unread))
    finally:
        (folder / "A").chmod(0o755)
    assert [one.path for one in unread] == ["A"]
    assert "B/02/.zattrs" in found


def test_a_folder_that_cannot_be_listed_is_told_and_ends_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def refusing(path: str) -> object:
        if path.endswith("/A"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refusing)
    unread: list[UnreadFolder] = []
    found = sizes(listed(folder, unread=unread))
    assert [one.path for one in unread] == ["A"]
    assert "may not be read" in unread[0].reason
    assert "B/02/.zattrs" in found
    assert not [path for path in found if path.startswith("A/")]


def test_pipes_are_no_objects(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert "pipe" not in sizes(listed(folder))

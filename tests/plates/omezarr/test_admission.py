"""Every door of the reader asks the guard, and what cannot be checked when it is dialled before."""

import ast
import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest

from plates.omezarr import admission
from plates.omezarr.addressing import RootUrl
from plates.omezarr.browser_probe import BrowserProbe
from plates.omezarr.discover import find_stores
from plates.omezarr.errors import AddressRefused, PathEscapesStore, StoreNotFound
from plates.omezarr.guard import ROOTS, Guard
from plates.omezarr.listing import list_folder, open_folders
from plates.omezarr.object_listing import list_objects
from plates.omezarr.options import StoreOptions
from plates.omezarr.ranges import open_file
from plates.omezarr.read import read_store
from plates.omezarr.store import open_store
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.web_urls import WebUrls
from tests import stores
from tests.plates.omezarr.packing import STORED, pack
from tests.servers import KEY, REGION, SECRET, S3Server, s3_server

READER = Path(admission.__file__).parent
QUICK = StoreOptions(retries=1, timeout_s=5, connect_timeout_s=2)
NOTHING = replace(QUICK, guard=Guard(schemes=[]))
Door = Callable[[RootUrl, StoreOptions], object]
DOORS: dict[str, Door] = {
    "open_store": open_store,
    "open_folders": open_folders,
    "open_file": open_file,
    "list_objects": lambda root, options: list_objects(root, options=options),
    "WebUrls": WebUrls,
}
ASKS_BY_ITSELF = "BrowserProbe"
"""It takes addresses of the web alone, and asks before each step of a redirect."""
CLIENTS = {
    *("LocalStore", "LocalArchive", "RemoteArchive", "WebStore", "ObjectsStore", "FsspecStore"),
    *("BucketFile", "WebFile", "OtherFile", "WebClient", "GuardedClient", "S3Store"),
    *("LocalFolders", "ObjectsFolders", "WebFolders", "FsspecFolders", "open_on_network"),
    *("s3_client", "open_files", "entries_of", "url_to_fs", "filesystem", "scandir"),
}
"""What opens a storage, or a folder of this machine, when it is called."""
BEHIND_A_DOOR = {
    "discover.py": {"StoreSearch"},
    "folders_fsspec.py": {"_OfThread"},
    "folders_local.py": {"LocalFolders"},
    "object_listing.py": {"_elsewhere", "_in_bucket"},
    "object_listing_local.py": {"FolderListing"},
    "ranges.py": {"BucketFile"},
    "store_remote.py": {"open_on_network"},
    "transport_fsspec.py": {"FsspecStore", "open_files"},
    "transport_local.py": {"LocalStore", "entries_of"},
    "transport_objects.py": {"ObjectsStore", "s3_client"},
    "transport_web.py": {"WebStore"},
}
"""What a door, or a client that a door has opened, calls in its turn."""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "url",
    [
        "/data/p.zarr",
        "/data/p.ozx",
        "https://example.org/p.zarr",
        "https://example.org/p.ozx",
        "s3://bucket/p.zarr",
        "s3://bucket/p.ozx",
        "memory://x/p.zarr",
        "memory://x/p.ozx",
    ],
)
def test_every_door_asks_the_guard(door: str, url: str) -> None:
    with pytest.raises(AddressRefused):
        DOORS[door](RootUrl.parse(url), NOTHING)


@pytest.mark.parametrize("url", ["https://example.org/p.zarr", "http://127.0.0.1/p.zarr"])
def test_what_asks_as_a_browser_asks_the_guard(url: str) -> None:
    probe = BrowserProbe(guard=NOTHING.guard, own="http://ours/")
    with pytest.raises(AddressRefused):
        probe.replies(url)
    with pytest.raises(AddressRefused):
        probe.preflight(url, header="range")


def test_there_are_no_further_doors() -> None:
    found: dict[str, set[str]] = {}
    asking = set()
    for path in READER.rglob("*.py"):
        for top in ast.parse(path.read_text(encoding="utf-8")).body:
            called = {name_of(node.func) for node in ast.walk(top) if isinstance(node, ast.Call)}
            name = getattr(top, "name", "")
            if "admit" in called and path.name != "admission.py":
                asking.add(name)
            elif called & CLIENTS:
                found.setdefault(path.name, set()).add(name)
    # What only wants to know whether a door would open is none.
    assert asking - {"Guard", "GuardedClient", "_Asking", "shared_place"} == {
        *DOORS,
        ASKS_BY_ITSELF,
    }
    assert found == BEHIND_A_DOOR


def name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def under(guard: Guard, options: StoreOptions = QUICK) -> StoreOptions:
    return replace(options, guard=guard)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An allowed folder with a plate, an archive, and links to what lies beside it."""
    folder = tmp_path / "data"
    stores.plate(folder / "p.zarr", wells=["B03"])
    stores.plate(tmp_path / "secret/s.zarr", wells=["B03"])
    pack(folder / "p.zarr", folder / "p.ozx", method=STORED)
    pack(folder / "p.zarr", tmp_path / "secret/s.ozx", method=STORED)
    (folder / "out").symlink_to(tmp_path / "secret")
    (folder / "out.zarr").symlink_to(tmp_path / "secret/s.zarr")
    (folder / "out.ozx").symlink_to(tmp_path / "secret/s.ozx")
    return folder


def test_folders_and_archives_below_a_root_are_read(data: Path) -> None:
    options = under(Guard(roots=[f"file://{data}"]))
    digest = read_store(str(data / "p.zarr")).digest
    assert read_store(str(data / "p.zarr"), options=options).digest == digest
    assert read_store(str(data / "p.ozx"), options=options).digest == digest


def test_links_lead_nowhere_outside_of_a_root(data: Path) -> None:
    options = under(Guard(roots=[str(data)]))
    for name in ("out.zarr", "out.ozx", "out/s.zarr", "out", "../secret", ".."):
        with pytest.raises(AddressRefused, match=ROOTS):
            read_store(str(data / name), options=options)
        with pytest.raises(AddressRefused):
            list_folder(RootUrl.parse(str(data / name)), options=options)
    with pytest.raises(AddressRefused, match=ROOTS):
        list_folder(RootUrl.parse(str(data)), "out", options=options)
    found = find_stores(str(data), options=options)
    assert [Path(url).name for url in found.urls] == ["out.ozx", "p.ozx", "p.zarr"]
    assert [ROOTS in sentence for sentence in found.unread] == [True, True]


def test_what_does_not_exist_is_refused_like_what_does(tmp_path: Path) -> None:
    said = []
    for name in ("there", "nowhere"):
        (tmp_path / "there").mkdir(exist_ok=True)
        with pytest.raises(AddressRefused) as refusal:
            open_store(RootUrl.parse(str(tmp_path / name)), under(Guard()))
        said.append(str(refusal.value).replace(name, "x"))
    assert said[0] == said[1]


def test_a_link_that_changes_after_the_door_leads_nowhere_either(data: Path) -> None:
    guard = Guard(roots=[str(data)])
    (data / "now.zarr").symlink_to(data / "p.zarr")
    (data / "now.ozx").symlink_to(data / "p.ozx")
    root, packed = (RootUrl.parse(str(data / name)) for name in ("now.zarr", "now.ozx"))
    options = under(guard)
    admission.admit(root, options)
    archive = LocalArchive(packed, options)
    for name in ("now.zarr", "now.ozx"):
        (data / name).unlink()
        (data / name).symlink_to(data / f"out{Path(name).suffix}")
    with pytest.raises(AddressRefused):
        LocalStore(root, options)
    with pytest.raises(AddressRefused):
        archive.require()
    archive.close()


def test_names_of_folders_are_not_told_from_outside_of_a_store(data: Path) -> None:
    (data / "p.zarr/tables").symlink_to(data.parent / "secret")
    store = LocalStore(RootUrl.parse(str(data / "p.zarr")), QUICK)
    with pytest.raises(PathEscapesStore):
        store.folders("tables")
    assert store.folders("B") == ("03",)
    assert "B" in store.folders("")
    assert store.folders("none") == store.folders("zarr.json") == ()


def test_a_file_of_certificates_has_to_be_allowed_too(data: Path) -> None:
    (data / "ca.pem").write_text("")
    root = RootUrl.parse("https://example.org/p.zarr")
    for ca, guard in (
        ("/etc/passwd", Guard()),
        (str(data / "out/ca.pem"), Guard(roots=[str(data)])),
    ):
        with pytest.raises(AddressRefused, match="option ca"):
            open_store(root, under(guard, replace(QUICK, ca=ca)))
    open_store(root, under(Guard(roots=[str(data)]), replace(QUICK, ca=str(data / "ca.pem"))))


def test_an_allowed_storage_of_fsspec_is_read(tmp_path: Path) -> None:
    stores.plate(tmp_path / "p.zarr", wells=["B03"])
    memory = fsspec.filesystem("memory")
    memory.put(str(tmp_path / "p.zarr"), "/guarded/p.zarr", recursive=True)
    try:
        options = under(Guard(roots=["memory://guarded"]))
        assert read_store("memory://guarded/p.zarr", options=options).plate is not None
    finally:
        memory.rm("/guarded", recursive=True)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.mark.processes
def test_a_bucket_of_a_named_service_is_read_and_of_another_not(data: Path, s3: S3Server) -> None:
    url = s3.upload(data / "p.zarr", "guarded", "p.zarr")
    options = replace(QUICK, endpoint=s3.endpoint, region=REGION, key=KEY, secret=SECRET)
    named = under(Guard(roots=[s3.endpoint]), options)
    assert read_store(url, options=named).digest == read_store(str(data / "p.zarr")).digest
    assert find_stores("s3://guarded", options=named).urls == (url,)
    for door in DOORS.values():
        with pytest.raises(AddressRefused, match="other than Amazon's"):
            door(RootUrl.parse(url), under(Guard(), options))
    with pytest.raises(StoreNotFound):
        asyncio.run(size_of(RootUrl.parse("s3://guarded/none.ozx"), named))


async def size_of(root: RootUrl, options: StoreOptions) -> int:
    file = open_file(root, options)
    try:
        return await file.size()
    finally:
        await file.close()

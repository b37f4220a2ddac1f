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
from plates.omezarr.errors import (
    AddressRefused,
    PathEscapesStore,
    StoreNotFound,
    StoreUnreachable,
)
from plates.omezarr.guard import HOSTS, NETWORKS, ROOTS, Guard
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


def admitted(guard: Guard, url: str = "s3://bucket/p.zarr", **told: str | bool) -> None:
    admission.admit(RootUrl.parse(url), under(guard, replace(StoreOptions(), **told)))  # type: ignore[arg-type]


@pytest.fixture
def no_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "guard",
    [
        Guard(),
        Guard(hosts=["*.amazonaws.com"]),
        Guard(hosts=["s3.eu-central-1.amazonaws.com"]),
        Guard(schemes=[], hosts=["h.org"], roots=["s3://bucket"]),
    ],
)
def test_amazons_buckets_need_not_be_named(guard: Guard, no_cloud: None) -> None:
    admitted(guard, region="eu-central-1")


@pytest.mark.parametrize(
    "region", ["a@127.0.0.1:80/", "x.evil.example/", "eu/../", "", "EU", "eu#", "a" * 99]
)
def test_a_region_names_no_other_server(region: str, no_cloud: None) -> None:
    with pytest.raises(AddressRefused, match="region"):
        admitted(Guard(roots=["s3://bucket"]), region=region or "?")


def test_amazon_is_one_host_among_others(no_cloud: None) -> None:
    with pytest.raises(AddressRefused, match=HOSTS):
        admitted(Guard(hosts=["example.org"]))


def test_the_credentials_of_a_cloud_machine_are_only_used_if_their_address_is_allowed(
    no_cloud: None,
) -> None:
    with pytest.raises(AddressRefused, match=r"169\.254\.169\.254.*" + NETWORKS):
        admitted(Guard(roots=["s3://bucket"]), anonymous=False)
    admitted(Guard(networks=["169.254.169.254/32"]), anonymous=False)


@pytest.mark.parametrize(
    ("endpoint", "guard"),
    [
        ("http://127.0.0.1:9000", Guard(roots=["http://127.0.0.1:9000"])),
        ("http://minio.invalid:9000/x", Guard(schemes=["s3"], roots=["http://minio.invalid:9000"])),
        ("http://127.0.0.1:9000", Guard(networks=["127.0.0.0/8"])),
        ("http://LocalHost:9000", Guard(networks=["127.0.0.0/8", "::1/128"])),
        ("http://localhost", Guard(hosts=["localhost"], networks=["127.0.0.0/8", "::1/128"])),
        ("https://1.1.1.1", Guard(hosts=["1.1.1.1"])),
    ],
)
def test_an_endpoint_that_an_operator_named_is_admitted(endpoint: str, guard: Guard) -> None:
    admitted(guard, endpoint=endpoint, key="k")


@pytest.mark.parametrize(
    ("endpoint", "guard"),
    [
        ("https://1.1.1.1", Guard()),
        ("http://127.0.0.1:9000", Guard()),
        ("http://127.0.0.1:9000", Guard(roots=["s3://bucket"])),
        ("http://127.0.0.1:9000", Guard(roots=["s3://bucket", "http://127.0.0.1:9001"])),
        ("http://127.0.0.1:9000", Guard(hosts=["127.0.0.1"])),
        ("http://localhost:9000", Guard(hosts=["localhost"])),
        ("http://127.0.0.1:9000/a/../b", Guard(roots=["http://127.0.0.1:9000/a"])),
        ("http://1.1.1.1", Guard(schemes=["https", "s3"], hosts=["1.1.1.1"])),
        ("http://me:pw@1.1.1.1", Guard(hosts=["1.1.1.1"])),
        ("http://1.1.1.1?x", Guard(hosts=["1.1.1.1"])),
        ("http://1.1.1.1#@127.0.0.1", Guard(hosts=["1.1.1.1"])),
        ("http://1.1.1.1\\@127.0.0.1", Guard(hosts=["1.1.1.1"])),
        ("http://2130706433", Guard(hosts=["1.1.1.1"])),
        ("ftp://1.1.1.1", Guard(hosts=["1.1.1.1"])),
        ("file:///etc", Guard(roots=["/etc"])),
        ("", Guard()),
    ],
)
def test_any_other_endpoint_is_refused(endpoint: str, guard: Guard) -> None:
    with pytest.raises(AddressRefused) as refusal:
        admitted(guard, endpoint=endpoint, key="k")
    assert "me:pw" not in str(refusal.value)


def test_a_refused_endpoint_says_how_to_name_it() -> None:
    with pytest.raises(AddressRefused, match="an S3 service other than Amazon's") as refusal:
        admitted(Guard(), endpoint="http://localhost:9000", key="k")
    assert all(setting in str(refusal.value) for setting in (HOSTS, ROOTS, NETWORKS))


def test_an_endpoint_without_an_address_is_unreachable() -> None:
    with pytest.raises(StoreUnreachable, match="name is not known"):
        admitted(Guard(hosts=["no-such-host.invalid"]), endpoint="http://no-such-host.invalid")


@pytest.mark.parametrize(
    ("url", "guard", "is_admitted"),
    [
        ("memory://x/p.zarr", Guard(schemes=["memory"]), True),
        ("memory://x/p.zarr", Guard(roots=["memory://x"]), True),
        ("memory://x/p.zarr", Guard(roots=["memory://y"]), False),
        ("ftp://localhost/p.zarr", Guard(schemes=["ftp"]), False),
        ("ftp://10.0.0.1/p.zarr", Guard(schemes=["ftp"]), False),
        ("ftp://localhost/p.zarr", Guard(roots=["ftp://localhost"]), True),
        ("ftp://localhost/p.zarr", Guard(schemes=["ftp"], networks=["127.0.0.0/8", "::1"]), True),
        ("gs://a_bucket-/p.zarr", Guard(schemes=["gs"]), True),
    ],
)
def test_other_storage_is_looked_up_before(url: str, guard: Guard, *, is_admitted: bool) -> None:
    try:
        admitted(guard, url)
    except AddressRefused:
        assert not is_admitted
    else:
        assert is_admitted


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

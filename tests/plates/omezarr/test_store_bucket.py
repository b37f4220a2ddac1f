"""The same store in a bucket of S3, and what a bucket says to strangers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import (
    NotOmeZarr,
    StoreForbidden,
    StoreNotFound,
    StoreUnreachable,
)
from plates.omezarr.listing import FolderEntry, list_folder
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from tests import stores
from tests.servers import KEY, REGION, SECRET, S3Server, s3_server
from tests.stores import Fault, Style, Version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stores.plate(tmp_path / "p.zarr", wells=["B03"])
    return tmp_path


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


def s3_options(server: S3Server, *, key: str = KEY) -> StoreOptions:
    return StoreOptions(
        endpoint=server.endpoint, region=REGION, key=key, secret=SECRET, retries=1, timeout_s=10
    )


@pytest.mark.processes
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_bucket_shows_the_same_as_the_disk(
    tmp_path: Path, s3: S3Server, version: Version
) -> None:
    style = Style(field_names=("0", "field 1", "100%"))
    faults = {"C/04": Fault.TRUNCATED}
    folder = stores.plate(
        tmp_path / "P.zarr", version=version, wells=["B03", "C04"], style=style, faults=faults
    )
    local = read_store(str(folder))
    remote = read_store(s3.upload(folder, "plates", f"{version}/P.zarr"), options=s3_options(s3))
    assert (remote.digest, remote.plate, remote.name) == (local.digest, local.plate, "P")
    assert len(remote.problems) == 1


@pytest.mark.processes
def test_a_bucket_is_listed(folder: Path, s3: S3Server) -> None:
    s3.upload(folder, "listed", "screens")
    root = RootUrl.parse("s3://listed/screens")
    assert list_folder(root, options=s3_options(s3)) == (FolderEntry("p.zarr", is_folder=True),)
    with pytest.raises(NotOmeZarr, match=r"such as p\.zarr"):
        read_store("s3://listed/screens", options=s3_options(s3))


@pytest.mark.processes
@pytest.mark.parametrize("url", ["s3://no-such-bucket/p.zarr", "s3://plates/no.zarr"])
def test_nothing_in_a_bucket_is_not_found(s3: S3Server, url: str) -> None:
    with pytest.raises(StoreNotFound):
        read_store(url, options=s3_options(s3))


@pytest.mark.processes
def test_a_bucket_is_forbidden_to_strangers(folder: Path, s3: S3Server) -> None:
    url = s3.upload(folder / "p.zarr", "private", "p.zarr")
    for options in (
        s3_options(s3, key="stranger"),
        StoreOptions(endpoint=s3.endpoint, region=REGION, anonymous=True),
    ):
        with pytest.raises(StoreForbidden) as refusal:
            read_store(url, options=options)
        assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "content", [None, b"no certificate", b"\xff", b"-----BEGIN CERTIFICATE-----"]
)
def test_certificates_that_cannot_be_read_are_told_of_a_bucket_too(
    tmp_path: Path, content: bytes | None
) -> None:
    ca = tmp_path / "ca.pem"
    if content is not None:
        ca.write_bytes(content)
    options = StoreOptions(ca=str(ca), anonymous=True, endpoint="http://127.0.0.1:1", retries=0)
    with pytest.raises(StoreUnreachable, match="certificates of the option ca cannot be read"):
        read_store("s3://bucket/p.zarr", options=options)

"""Which services of objects, and which other storages, are admitted by what the operator named."""

from dataclasses import replace

import pytest

from plates.omezarr import admission
from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import AddressRefused, StoreUnreachable
from plates.omezarr.guard import HOSTS, NETWORKS, ROOTS, Guard
from plates.omezarr.options import StoreOptions


def admitted(guard: Guard, url: str = "s3://bucket/p.zarr", **told: str | bool) -> None:
    options = replace(StoreOptions(guard=guard), **told)  # type: ignore[arg-type]
    admission.admit(RootUrl.parse(url), options)


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

from ipaddress import ip_address
from pathlib import Path

import pytest

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import AddressRefused, GuardMalformed
from plates.omezarr.guard import HOSTS, NETWORKS, ROOTS, SCHEMES, Guard
from plates.omezarr.hosts import Server


def admits(guard: Guard, url: str) -> bool:
    try:
        guard.admit(RootUrl.parse(url))
    except AddressRefused:
        return False
    return True


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/p.zarr",
        "http://example.org:8080/a/../p.zarr?sig=1",
        "https://1.1.1.1/p.zarr",
        "https://[2606:4700::1111]/p.zarr",
        "https://bücher.example/p.zarr",
        "https://me:pw@example.org/p.zarr",
        "s3://bucket/p.zarr",
        "s3://My.bucket_1/a/p.zarr",
    ],
)
def test_what_is_public_is_admitted_by_default(url: str) -> None:
    assert admits(Guard(), url)


@pytest.mark.parametrize(
    "url",
    [
        "/etc",
        "etc",
        "~/p.zarr",
        "file:///etc",
        "file://example.org/etc",
        "ftp://example.org/p.zarr",
        "gs://bucket/p.zarr",
        "memory://x/p.zarr",
        "local:///etc",
        "simplecache://x/a::file:///etc",
        "zip::file:///etc/p.zip",
        "http://127.0.0.1/p.zarr",
        "http://127.0.0.1.:80/p.zarr",
        "http://127.1/p.zarr",
        "http://2130706433/p.zarr",
        "http://0x7f000001/p.zarr",
        "http://017700000001/p.zarr",
        "http://①②⑦.0.0.1/p.zarr",
        "http://%31%32%37.0.0.1/p.zarr",
        "http://169.254.169.254/latest/meta-data",
        "http://10.1.2.3/p.zarr",
        "http://100.64.0.1/p.zarr",
        "http://0.0.0.0/p.zarr",
        "http://[::1]/p.zarr",
        "http://[::]/p.zarr",
        "http://[::ffff:10.0.0.1]/p.zarr",
        "http://[64:ff9b::a00:1]/p.zarr",
        "http://[2002:7f00:1::]/p.zarr",
        "http://[fd00::1]/p.zarr",
        "http://good.org@127.0.0.1/p.zarr",
        "http://good.org\\@127.0.0.1/p.zarr",
        "http://evil.org\\.good.org/p.zarr",
        "s3://127.0.0.1#/p.zarr",
        "s3://a@b:80/p.zarr",
    ],
)
def test_what_is_not_public_is_refused_by_default(url: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        Guard().admit(RootUrl.parse(url))
    assert not refusal.value.passing


@pytest.mark.parametrize(
    ("guard", "url", "setting"),
    [
        (Guard(), "ftp://me:s3cret@example.org/p.zarr", SCHEMES),
        (Guard(schemes=["https"]), "http://me:s3cret@example.org/p.zarr", SCHEMES),
        (Guard(hosts=["h.org"]), "https://me:s3cret@example.org/p.zarr?sig=s3cret", HOSTS),
        (Guard(), "http://me:s3cret@10.0.0.1/p.zarr?sig=s3cret", NETWORKS),
        (Guard(), "/etc", ROOTS),
        (Guard(schemes=["ftp"], hosts=["h.org"]), "ftp://me:s3cret@example.org/p", HOSTS),
    ],
)
def test_a_refusal_names_the_address_and_the_setting_but_no_secret(
    guard: Guard, url: str, setting: str
) -> None:
    root = RootUrl.parse(url)
    with pytest.raises(AddressRefused) as refusal:
        guard.admit(root)
    assert root.shown in str(refusal.value)
    assert setting in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "is_admitted"),
    [
        ("https://Data.Example.org.:8443/p.zarr", True),
        ("https://data.example.org@evil.org/p.zarr", False),
        ("https://x.data.example.org/p.zarr", False),
        ("https://example.org/p.zarr", False),
        ("https://a.lab.org/p.zarr", True),
        ("https://a.b.lab.org/p.zarr", True),
        ("https://lab.org/p.zarr", False),
        ("https://evillab.org/p.zarr", False),
        ("https://lab.org.evil.org/p.zarr", False),
        ("https://xn--bcher-kva.example/p.zarr", True),
        ("https://bücher.example/p.zarr", True),
        ("http://10.0.0.1/p.zarr", False),
    ],
)
def test_with_hosts_only_they_are_admitted(url: str, *, is_admitted: bool) -> None:
    guard = Guard(hosts=["data.example.org", "*.Lab.org.", "BÜCHER.example", "10.0.0.1"])
    assert admits(guard, url) is is_admitted


@pytest.mark.parametrize(
    ("ip", "is_admitted"),
    [
        ("10.1.2.3", True),
        ("10.2.0.1", False),
        ("::ffff:10.1.2.3", True),
        ("64:ff9b::10.1.2.3", True),
        ("fd00:1::5", True),
        ("fd00:2::5", False),
        ("127.0.0.1", False),
    ],
)
def test_a_network_that_is_allowed_may_be_dialled(ip: str, *, is_admitted: bool) -> None:
    guard = Guard(networks=["10.1.0.0/16", "fd00:1::/64"])
    address = ip_address(ip)
    place = f"[{ip}]" if address.version == 6 else ip
    assert admits(guard, f"http://{place}/p.zarr") is is_admitted
    if not is_admitted:
        with pytest.raises(AddressRefused, match=NETWORKS):
            guard.admit_ip(address, "http://named.example/p.zarr")


def test_a_root_on_the_web_holds_whatever_its_server_is() -> None:
    guard = Guard(schemes=["https"], hosts=["h.org"], roots=["http://127.0.0.1:8000/data"])
    assert admits(guard, "http://127.0.0.1:8000/data/p.zarr")
    assert not admits(guard, "http://127.0.0.1:8000/database/p.zarr")
    assert not admits(guard, "http://127.0.0.1:8000/data/../p.zarr")
    assert not admits(guard, "http://127.0.0.1:9000/data/p.zarr")
    assert not admits(guard, "http://127.0.0.2:8000/data/p.zarr")


def test_roots_hold_buckets_and_other_storage() -> None:
    guard = Guard(schemes=[], roots=["s3://bucket/a", "ftp://h/data", "https://[2001:db8::1]/x"])
    assert admits(guard, "s3://bucket/a/p.zarr")
    assert not admits(guard, "s3://bucket/b/p.zarr")
    assert admits(guard, "ftp://h/data/p.zarr")
    assert not admits(guard, "ftp://h/data/x::file:///etc")
    assert not admits(guard, "ftp://h/other/p.zarr")
    assert admits(guard, "https://[2001:db8::1]/x/p.zarr")


def test_a_folder_is_allowed_by_where_it_really_lies(tmp_path: Path) -> None:
    for name in ("data", "database", "elsewhere/deep"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "data/out").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "data/in").symlink_to(tmp_path / "data")
    (tmp_path / "named").symlink_to(tmp_path / "data")
    for root in ("data", "data/", "named"):
        guard = Guard(roots=[f"file://{tmp_path}/{root}"])
        for inside in ("data", "data/p.zarr", "named/p.zarr", "data/in/in/p.zarr", "data/x/../y"):
            assert admits(guard, str(tmp_path / inside)), inside
        for outside in (
            "",
            "database",
            "data/../database",
            "data/out/deep",
            "data/out",
            "data/%2e%2e/../../database",
        ):
            assert not admits(guard, f"{tmp_path}/{outside}"), outside


def test_a_root_of_a_file_system_holds_all_of_it(tmp_path: Path) -> None:
    assert admits(Guard(roots=["file:///"]), str(tmp_path))


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (SCHEMES, {"schemes": ["file"]}),
        (SCHEMES, {"schemes": ["local"]}),
        (SCHEMES, {"schemes": ["ht tp"]}),
        (SCHEMES, {"schemes": [""]}),
        (HOSTS, {"hosts": ["*"]}),
        (HOSTS, {"hosts": ["a.*.org"]}),
        (HOSTS, {"hosts": ["https://example.org"]}),
        (HOSTS, {"hosts": ["example.org:80"]}),
        (HOSTS, {"hosts": ["10.0.0.0/8"]}),
        (HOSTS, {"hosts": ["*.10.0.0.1"]}),
        (NETWORKS, {"networks": ["10.0.0.1/8"]}),
        (NETWORKS, {"networks": ["example.org"]}),
        (NETWORKS, {"networks": [""]}),
        (ROOTS, {"roots": [""]}),
        (ROOTS, {"roots": ["data/screens"]}),
        (ROOTS, {"roots": ["s3:/bucket"]}),
        (ROOTS, {"roots": ["s3://"]}),
        (ROOTS, {"roots": ["https://"]}),
        (ROOTS, {"roots": ["https://2130706433/"]}),
        (ROOTS, {"roots": ["https://h.org/a/../b"]}),
        (ROOTS, {"roots": ["https://h.org/a?sig=s3cret"]}),
        (ROOTS, {"roots": ["https://me:s3cret@h.org/a"]}),
        (ROOTS, {"roots": ["local:///etc"]}),
        (ROOTS, {"roots": ["gs://a::file:///etc"]}),
    ],
)
def test_what_makes_no_guard_is_refused_by_the_name_of_its_setting(
    setting: str, told: dict[str, list[str]]
) -> None:
    with pytest.raises(GuardMalformed, match=f"^{setting}: ") as refusal:
        Guard(**told)
    assert "s3cret" not in str(refusal.value)


def test_a_guard_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Guard().schemes = frozenset({"file"})  # type: ignore[attr-defined]


def test_without_hosts_every_server_may_be_asked_but_none_is_named() -> None:
    Guard().admit_server(Server("example.org"), "https://example.org")
    assert not Guard().names(Server("example.org"))

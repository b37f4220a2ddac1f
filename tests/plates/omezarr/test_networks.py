from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.networks import IpAddress, end_of, ip_of, is_public

INNER = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
]
PUBLIC = ["1.1.1.1", "9.255.255.255", "100.63.255.255", "100.128.0.0", "172.32.0.0", "193.0.0.1"]


def carriers(ip: str) -> list[str]:
    """The ways in which an IPv6 address may carry an IPv4 address."""
    number = int(IPv4Address(ip))
    return [
        f"::ffff:{ip}",
        f"64:ff9b::{ip}",
        str(IPv6Address(0x2002 << 112 | number << 80 | 1)),
    ]


@pytest.mark.parametrize("ip", INNER)
def test_an_address_of_somebodys_own_network_is_not_public_however_it_is_carried(ip: str) -> None:
    assert not is_public(ip_address(ip))
    assert not any(is_public(ip_address(carrier)) for carrier in carriers(ip))


@pytest.mark.parametrize("ip", PUBLIC)
def test_an_address_of_the_internet_is_public_however_it_is_carried(ip: str) -> None:
    assert is_public(ip_address(ip))
    assert all(is_public(ip_address(carrier)) for carrier in carriers(ip))


@pytest.mark.parametrize(
    "ip",
    [
        "::",
        "::1",
        "::127.0.0.1",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "4000::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_ipv6_address_that_is_no_global_one_is_not_public(ip: str) -> None:
    assert not is_public(ip_address(ip))


@pytest.mark.parametrize("ip", ["2606:4700::1111", "2a00:1450:4001::200e", "2001:4860::8888"])
def test_a_global_ipv6_address_is_public(ip: str) -> None:
    assert is_public(ip_address(ip))


@given(st.ip_addresses() | st.sampled_from(INNER + PUBLIC).map(ip_address))
def test_what_is_public_is_global_to_python_too(ip: IpAddress) -> None:
    if is_public(ip):
        assert end_of(ip).is_global
        assert not end_of(ip).is_multicast


@given(st.ip_addresses(v=4))
def test_an_address_ends_where_it_is_carried_to(ip: IPv4Address) -> None:
    assert all(end_of(ip_address(carrier)) == ip for carrier in carriers(str(ip)))


@pytest.mark.parametrize(
    ("text", "ip"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("010.0.0.1", None),
        ("2130706433", None),
        ("0x7f.1", None),
        ("localhost", None),
        ("", None),
    ],
)
def test_only_addresses_in_full_are_read(text: str, ip: str | None) -> None:
    assert ip_of(text) == (None if ip is None else ip_address(ip))

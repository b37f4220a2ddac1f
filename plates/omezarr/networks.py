"""Which IP addresses are public, and which lie in somebody's own network."""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, TypeAlias

IpAddress: TypeAlias = IPv4Address | IPv6Address
IpNetwork: TypeAlias = IPv4Network | IPv6Network

# Written out, since what ipaddress calls private differs between versions of Python. From the
# registries of special-purpose addresses of IANA (RFC 6890), and multicast.
_SPECIAL_4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
_UNICAST_6: Final = IPv6Network("2000::/3")
"""All that was ever given out; loopback, link-local, unique local and multicast lie elsewhere."""
_SPECIAL_6: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR: Final = IPv6Network("2002::/16")


def ip_of(text: str) -> IpAddress | None:
    """The IP address that a text writes in full, None if it writes none; a zone is left out."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def network_of(text: str) -> IpNetwork:
    """The network that a text writes, such as `10.1.0.0/16`; ValueError if it writes none."""
    return ip_network(text)


def end_of(address: IpAddress) -> IpAddress:
    """Where packets to an address end: the IPv4 address that an IPv6 address may carry."""
    if isinstance(address, IPv4Address):
        return address
    if address in _MAPPED or address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFF_FFFF)
    return address


def is_public(address: IpAddress) -> bool:
    """Whether an address belongs to the internet, wherever one asks from.

    Loopback, private, link-local, shared, multicast, reserved and unspecified ones do not; an
    IPv6 address that carries an IPv4 one is as public as that.
    """
    end = end_of(address)
    if isinstance(end, IPv4Address):
        return not any(end in network for network in _SPECIAL_4)
    return end in _UNICAST_6 and not any(end in network for network in _SPECIAL_6)

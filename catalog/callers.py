"""Where a request comes from: the address of who asked, past the proxies that are trusted."""

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Network = IPv4Network | IPv6Network


def address_of(request: HttpRequest) -> str | None:
    """The address that a request came from; None where a server listens on a socket of its own.

    `X-Forwarded-For` is believed as far as proxies of PLATECAT_TRUSTED_PROXIES have written it: from
    its end, the first address that is none of theirs.
    """
    told = str(request.META.get("REMOTE_ADDR", ""))
    trusted = trusted_networks(tuple(settings.TRUSTED_PROXIES))
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    while hops and hops[-1] and is_among(told, trusted):
        told = hops.pop()
    return plain_address(told)


@cache
def trusted_networks(names: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks of proxies that are trusted."""
    return tuple(ip_network(name, strict=False) for name in names)


def is_among(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address is of one of these networks; text that is no address is of none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def plain_address(text: str) -> str | None:
    """An address as it is kept: IPv4 as such also where it comes in IPv6; None for what is none."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)

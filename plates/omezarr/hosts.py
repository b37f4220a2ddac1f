"""The server that an address names, in one spelling however it is written."""

import re
from dataclasses import dataclass
from typing import Final

from plates.omezarr.networks import IpAddress, ip_of

_PORTS: Final = {"http": 80, "https": 443}
_HIGHEST_PORT: Final = 65_535
_LONGEST_NAME: Final = 253
_BRACKETED: Final = re.compile(r"\[([0-9a-f:.]{2,45})\](?::(\d{0,5}))?", re.ASCII)
_NAMED: Final = re.compile(r"([^:\[\]]+)(?::(\d{0,5}))?", re.ASCII)
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
"""What a client takes for a piece of an IPv4 address where it is the last part of a name."""


class NotPlain(ValueError):
    """An address that clients and servers might read differently; its text says what of it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server as an address names it.

    `name` is in ASCII and lower case, without a dot at its end, or an IP address in its shortest
    spelling; then `ip` is that address. `port` is None where the address names none.
    """

    name: str
    port: int | None = None
    ip: IpAddress | None = None

    def with_port(self, scheme: str) -> str:
        """The server with the port that a web address of a scheme reaches: to compare by."""
        return f"{self.name}:{self.port or _PORTS.get(scheme, 0)}"


def server_of(place: str) -> Server:
    """The server of a place, as `host:port`; NotPlain if clients might differ on it.

    Refused are user names, percent signs and backslashes, zones of IPv6, and IPv4 addresses that
    are not written as four decimal numbers.
    """
    place = ascii_place(place).lower()
    match = _BRACKETED.fullmatch(place)
    if match is not None:
        ip = ip_of(match[1])
        if ip is None or ip.version == 4:  # noqa: PLR2004
            raise NotPlain("it is no IPv6 address")
        return Server(str(ip), _port(match[2]), ip)
    match = _NAMED.fullmatch(place)
    if match is None:
        raise NotPlain("it is not written as a name and a port")
    return _named(match[1].removesuffix("."), _port(match[2]))


def _named(name: str, port: int | None) -> Server:
    labels = name.split(".")
    if len(name) > _LONGEST_NAME or not all(map(_LABEL.fullmatch, labels)):
        raise NotPlain("it is no name of a server")
    if _NUMBER.fullmatch(labels[-1]) is None:
        return Server(name, port)
    ip = ip_of(name)
    if ip is None:
        raise NotPlain("an IP address is written as four decimal numbers")
    return Server(name, port, ip)


def _port(text: str | None) -> int | None:
    if not text:
        return None
    port = int(text)
    if not 0 < port <= _HIGHEST_PORT:
        raise NotPlain("its port is no port")
    return port


def ascii_place(place: str) -> str:
    """A place as it goes over the wire: names in other letters as IDNA spells them.

    NotPlain if they cannot be spelt so.
    """
    if place.isascii():
        return place
    name, colon, port = place.partition(":")
    try:
        return f"{name.encode('idna').decode('ascii')}{colon}{port.encode('ascii').decode()}"
    except UnicodeError as error:
        raise NotPlain("its name cannot be written for the wire") from error

"""What may be read of all that an address can name: a list of what is allowed, made by an operator.

A guard judges texts and IP addresses; it looks nothing up and dials nothing.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from plates.omezarr.addressing import LOCAL, WEB, RootUrl
from plates.omezarr.errors import AddressRefused, GuardMalformed, UnsupportedScheme
from plates.omezarr.hosts import NotPlain, Server, server_of
from plates.omezarr.networks import IpAddress, IpNetwork, end_of, is_public, network_of
from plates.omezarr.places import is_below, place_of

DEFAULT_SCHEMES: Final = ("https", "http", "s3")
SCHEMES: Final = "PLATECAT_ALLOWED_SCHEMES"
HOSTS: Final = "PLATECAT_ALLOWED_HOSTS"
ROOTS: Final = "PLATECAT_ALLOWED_ROOTS"
NETWORKS: Final = "PLATECAT_ALLOWED_NETWORKS"
"""What a refusal tells an operator to set."""

_S3: Final = "s3"
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+", re.ASCII)
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}", re.ASCII)
_CHAIN: Final = "::"
_LOCAL_TO_FSSPEC: Final = "local"


class Guard:
    """What may be read; nothing of it can be changed, and no options of a source can hold one.

    `schemes` are those of addresses anywhere on the network. `hosts` are names of servers, or
    `*.example.org` for all below a name; without any, every public one. `networks` are those that
    may be dialled though they are not public, such as `10.1.0.0/16`. `roots` are addresses, or
    folders of this machine; what lies below one is allowed whatever the rest says.
    GuardMalformed if one of them cannot be read.
    """

    # No dataclass: msgspec makes one of those from any JSON that looks alike.
    __slots__ = ("_folders", "_hosts", "_networks", "_places", "_schemes")

    def __init__(
        self,
        *,
        schemes: Iterable[str] = DEFAULT_SCHEMES,
        hosts: Iterable[str] = (),
        roots: Iterable[str] = (),
        networks: Iterable[str] = (),
    ) -> None:
        parsed = [_root(text) for text in roots]
        self._schemes: Final = frozenset(map(_scheme, schemes))
        self._hosts: Final = tuple(map(_host, hosts))
        self._networks: Final = tuple(map(_network, networks))
        self._folders: Final = tuple(root.path for root in parsed if root.is_local)
        self._places: Final = tuple(place_of(root) for root in parsed if not root.is_local)

    def admit(self, root: RootUrl) -> None:
        """Nothing if an address may be read as far as its text tells; AddressRefused otherwise."""
        if root.is_local:
            self.admit_folder(os.path.realpath(root.path), root.shown)
        elif _is_chain(root):
            raise AddressRefused(
                f"{root.shown} may not be read: it joins several addresses by '::'. Give one."
            )
        elif not self.holds(root):
            self._admit_anywhere(root)

    def holds(self, root: RootUrl) -> bool:
        """Whether an address that is no folder of this machine lies below an allowed root."""
        try:
            place = place_of(root)
        except NotPlain:
            return False
        return any(allowed.holds(place) for allowed in self._places)

    def _admit_anywhere(self, root: RootUrl) -> None:
        """AddressRefused if an address that lies below no root may not be read."""
        self.admit_scheme(root.scheme, root.shown)
        if root.scheme == _S3:
            if _BUCKET.fullmatch(root.place) is None:
                raise AddressRefused(f"{root.shown} may not be read: that is no name of a bucket.")
        elif root.scheme in WEB or self._hosts:
            self.admit_server(readable_server(root), root.shown)

    def admit_scheme(self, scheme: str, shown: str) -> None:
        """Nothing if a scheme is allowed; AddressRefused otherwise."""
        if scheme not in self._schemes:
            raise AddressRefused(
                f"{shown} may not be read: addresses that begin with {scheme}:// are not allowed "
                f"here. {_advice(SCHEMES)}"
            )

    def admit_server(self, server: Server, shown: str) -> None:
        """Nothing if a server may be asked as far as its name tells; AddressRefused otherwise."""
        if self._hosts and not self.names(server):
            raise AddressRefused(
                f"{shown} may not be read: {server.name} is none of the servers that are allowed "
                f"here. {_advice(HOSTS)}"
            )
        if server.ip is not None:
            self.admit_ip(server.ip, shown)

    def admit_ip(self, ip: IpAddress, shown: str) -> None:
        """Nothing if an IP address may be dialled; AddressRefused otherwise."""
        if not is_public(ip) and not self.lists(ip):
            raise AddressRefused(
                f"{shown} may not be read: it leads to {ip}, which is not a public address (it is "
                f"this machine's, private, or reserved). {_advice(NETWORKS)}"
            )

    def admit_folder(self, real: str, shown: str) -> None:
        """Nothing if a file or folder may be read, by its real path; AddressRefused otherwise."""
        # Its links are followed each time: folders are mounted, and links made, after the start.
        if not any(is_below(real, os.path.realpath(folder)) for folder in self._folders):
            raise AddressRefused(
                f"{shown} may not be read: it does not lie below a folder that is allowed here. "
                f"{_advice(ROOTS)}"
            )

    def names(self, server: Server) -> bool:
        """Whether a server is one of the allowed hosts; without any of them, none is."""
        return any(
            server.name.endswith(host) if host.startswith(".") else server.name == host
            for host in self._hosts
        )

    def lists(self, ip: IpAddress) -> bool:
        """Whether an IP address lies in one of the allowed networks."""
        end = end_of(ip)
        return any(end in network for network in self._networks)


def readable_server(root: RootUrl) -> Server:
    """The server of an address; AddressRefused if clients might read it differently."""
    try:
        return server_of(root.place)
    except NotPlain as error:
        raise AddressRefused(
            f"{root.shown} may not be read: its server is not named plainly ({error})."
        ) from error


def _is_chain(root: RootUrl) -> bool:
    """Whether fsspec would open further addresses that stand in this one."""
    return root.scheme not in {*WEB, _S3, LOCAL} and _CHAIN in f"{root.place}/{root.path}"


def _advice(setting: str) -> str:
    either = setting if setting == ROOTS else f"{setting}, or what lies below one with {ROOTS}"
    return f"An operator can allow it with {either}."


def _scheme(text: str) -> str:
    scheme = text.lower().removesuffix("://")
    if _SCHEME.fullmatch(scheme) is None:
        raise GuardMalformed(f"{SCHEMES}: {text!r} is no scheme, such as https or s3.")
    if scheme in {LOCAL, _LOCAL_TO_FSSPEC}:
        raise GuardMalformed(
            f"{SCHEMES}: folders of this machine are allowed one by one, with {ROOTS}; "
            "file:/// there stands for all of them."
        )
    return scheme


def _host(text: str) -> str:
    """A name of the allowed hosts; one that begins with a dot stands for all below."""
    wildcard, name = text.startswith("*."), text.removeprefix("*.")
    try:
        server = server_of(name)
    except NotPlain as error:
        raise GuardMalformed(
            f"{HOSTS}: {text!r} is no host: {error}. Write example.org, or *.example.org for all "
            "below it; leave it empty to allow every public one."
        ) from error
    if server.port is not None or (wildcard and server.ip is not None):
        raise GuardMalformed(f"{HOSTS}: {text!r} is more than the name of a host.")
    return f".{server.name}" if wildcard else server.name


def _network(text: str) -> IpNetwork:
    try:
        return network_of(text)
    except ValueError as error:
        raise GuardMalformed(
            f"{NETWORKS}: this is no network, such as 10.1.0.0/16 or fd00:1::/64: {error}."
        ) from error


def _root(text: str) -> RootUrl:
    try:
        root = RootUrl.parse(text)
        if not root.is_local:
            place_of(root)
    except (UnsupportedScheme, NotPlain) as error:
        raise GuardMalformed(f"{ROOTS}: one of its addresses cannot be read: {error}") from error
    if root.userinfo or root.query:
        raise GuardMalformed(f"{ROOTS}: {root.shown} holds a user or a query; leave them out.")
    if root.scheme == _LOCAL_TO_FSSPEC or _is_chain(root):
        raise GuardMalformed(f"{ROOTS}: {root.shown} is no address of one place.")
    if root.is_local and "://" not in text and not Path(text.strip()).is_absolute():
        raise GuardMalformed(f"{ROOTS}: {text!r} is neither a URL nor the whole path of a folder.")
    return root

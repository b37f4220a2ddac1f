"""The one place where a guard is asked whether an address may be opened.

What is dialled here is checked once more when it is dialled; what other clients dial is not, so
that their servers are looked up beforehand.
"""

import os
import re
import socket
from ipaddress import IPv4Address
from typing import Final

from plates.omezarr.addressing import LOCAL, WEB, RootUrl
from plates.omezarr.errors import AddressRefused, StoreUnreachable
from plates.omezarr.guard import HOSTS, NETWORKS, ROOTS, Guard, readable_server
from plates.omezarr.hosts import NotPlain, Server, server_of
from plates.omezarr.networks import IpAddress, ip_of
from plates.omezarr.options import StoreOptions
from plates.omezarr.places import web_address

_S3: Final = "s3"
_REGION: Final = re.compile(r"[a-z0-9-]{1,63}", re.ASCII)
_FIRST_REGION: Final = "us-east-1"
_CREDENTIALS_OF_THE_MACHINE: Final = IPv4Address("169.254.169.254")


def admit(root: RootUrl, options: StoreOptions) -> None:
    """Nothing if an address may be opened under these options, or no guard is among them.

    AddressRefused otherwise, and StoreUnreachable if that cannot be told without a server's
    IP address.
    """
    guard = options.guard
    if guard is None:
        return
    guard.admit(root)
    if options.ca is not None:
        guard.admit_folder(
            os.path.realpath(options.ca), f"The file of the option ca, {options.ca},"
        )
    if root.scheme == _S3:
        _admit_service(guard, root, options)
    elif root.scheme not in {LOCAL, *WEB} and not guard.holds(root):
        _admit_other(guard, root)


def _admit_service(guard: Guard, root: RootUrl, options: StoreOptions) -> None:
    """AddressRefused if the S3 service that the options name may not be asked."""
    # Amazon's servers are called after their region.
    region = options.region or _FIRST_REGION
    if _REGION.fullmatch(region) is None:
        raise AddressRefused(f"{root.shown} may not be read: its region is no name of a region.")
    if options.endpoint is not None:
        _admit_endpoint(guard, options.endpoint)
    elif not guard.holds(root):
        guard.admit_server(Server(f"s3.{region}.amazonaws.com"), root.shown)
    if options.asks_the_machine:
        guard.admit_ip(
            _CREDENTIALS_OF_THE_MACHINE, f"{root.shown}, with the credentials of this machine,"
        )


def _admit_endpoint(guard: Guard, endpoint: str) -> None:
    service = _service(endpoint)
    if guard.holds(service):
        return
    server = readable_server(service)
    guard.admit_scheme(service.scheme, service.shown)
    found = addresses_of(server)
    if not found:
        raise StoreUnreachable(f"{service.shown} could not be reached: its name is not known.")
    if not guard.names(server) and not all(map(guard.lists, found)):
        raise AddressRefused(
            f"{service.shown} may not be asked: an S3 service other than Amazon's has to be named "
            f"by an operator, in {HOSTS}, {ROOTS} or {NETWORKS}."
        )
    for ip in found:
        guard.admit_ip(ip, service.shown)


def _service(endpoint: str) -> RootUrl:
    try:
        service = web_address(endpoint)
    except NotPlain as error:
        raise _not_plain(str(error)) from error
    if "?" in endpoint or "#" in endpoint:
        raise _not_plain("it holds more than a server and a path")
    return service


def _not_plain(reason: str) -> AddressRefused:
    return AddressRefused(
        f"The endpoint of this S3 service may not be asked: {reason}. Write it as "
        "https://s3.example.org."
    )


def _admit_other(guard: Guard, root: RootUrl) -> None:
    """AddressRefused if what an address names as its server, if it is one, may not be dialled."""
    try:
        server = server_of(root.place)
    except NotPlain:  # a bucket, or nothing
        return
    for ip in addresses_of(server):
        guard.admit_ip(ip, root.shown)


def addresses_of(server: Server) -> tuple[IpAddress, ...]:
    """The IP addresses of a server as this machine knows them now; none if its name is not known."""
    if server.ip is not None:
        return (server.ip,)
    try:
        found = socket.getaddrinfo(server.name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    read = (ip_of(str(address[0])) for *_, address in found)
    return tuple(dict.fromkeys(ip for ip in read if ip is not None))

"""Whether one address lies below another: by its server and the parts of its path, never as text."""

import os
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from plates.omezarr.addressing import WEB, RootUrl
from plates.omezarr.hosts import NotPlain, server_of

_UNPLAIN: Final = re.compile(r"[\x00-\x1f\x7f/\\]")
_MOST_ENCODINGS: Final = 3
_WEB_URL: Final = re.compile(r"(https?)://([!-~]*)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """What is compared of an address that is no folder of this machine.

    `server` is the server with its port, or the bucket; `parts` are those of the path, decoded.
    """

    scheme: str
    server: str
    parts: tuple[str, ...]

    def holds(self, other: "Place") -> bool:
        """Whether another place is this one or lies below it."""
        return (
            self.scheme == other.scheme
            and self.server == other.server
            and self.parts == other.parts[: len(self.parts)]
        )


def place_of(root: RootUrl) -> Place:
    """What is compared of an address; NotPlain if its server or its path can be read in two ways."""
    path = root.path.rstrip("/")
    parts = path.split("/") if path else []
    if not all(map(_is_plain, parts)):
        raise NotPlain("its path does not lead straight down")
    if root.scheme not in WEB:
        return Place(root.scheme, root.place, tuple(parts))
    server = server_of(root.place).with_port(root.scheme)
    return Place(root.scheme, server, tuple(map(_decoded, parts)))


def web_address(url: str) -> RootUrl:
    """The web address that a URL means, its path as it is written, without its query.

    NotPlain if clients might read it differently.
    """
    match = _WEB_URL.fullmatch(url)
    if match is None:
        raise NotPlain("it is no web address in plain letters")
    place, _, path = re.split(r"[?#]", match[2], maxsplit=1)[0].partition("/")
    server_of(place)
    return RootUrl(match[1].lower(), place.lower(), path)


def _is_plain(part: str) -> bool:
    """Whether a part of a path is a name to every server, however often it decodes it."""
    for _ in range(_MOST_ENCODINGS):
        # Some servers cut off what follows a semicolon.
        if part.partition(";")[0] in {".", ".."} or _UNPLAIN.search(part) is not None:
            return False
        decoded = _decoded(part)
        if decoded == part:
            return True
        part = decoded
    return False


def _decoded(part: str) -> str:
    # So that bytes that are no UTF-8 stay different from each other.
    return unquote(part, errors="surrogateescape")


def is_below(real: str, folder: str) -> bool:
    """Whether a real path is that of a folder, or of something in it."""
    top = folder.rstrip(os.sep)
    return real.rstrip(os.sep) == top or real.startswith(top + os.sep)

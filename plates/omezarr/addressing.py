"""Addresses of stores, and paths inside them. What comes from a document is hostile."""

import os
import re
import sys
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from plates.omezarr.errors import PathEscapesStore, UnsupportedScheme

if sys.platform == "win32":
    from urllib.request import url2pathname as path_of
else:
    from urllib.parse import unquote as path_of

LOCAL: Final = "file"
WEB: Final = frozenset({"http", "https"})
MAX_PATH = 1_024
MAX_NAME = 255
MAX_DEPTH = 16
_MAX_URL = 4_096
_NO_ADDRESS = (
    "This is no address of a store: give a folder, or a URL such as "
    "https://example.org/plate.zarr or s3://bucket/plate.zarr."
)

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Characters that some client or server might read as more than part of a name.
_HOSTILE = re.compile(r"[\x00-\x1f\x7f\\]")
_IN_URL = re.compile(
    r"\b([a-z][a-z0-9+.-]*://)([^\s/?#]*@)?([^\s?#'\"<>)]*)(\?[^\s'\"<>)]*)?", re.IGNORECASE
)
# What nearly all paths of a document look like: no more has to be looked at.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SUFFIXES = (".ome.zarr.zip", ".zarr.zip", ".ozx", ".ome.zarr", ".zarr")
_ARCHIVES = (".ozx", ".zip")
_PACKED_STORES = (".ozx", ".zarr.zip")

MARKS: Final = ("zarr.json", ".zattrs", ".zarray", ".zgroup")
"""The documents that a folder holds if it is a node of a Zarr hierarchy."""


def hide_secrets(text: str) -> str:
    """The text with user names, passwords and query strings cut out of every URL in it."""
    return _IN_URL.sub(lambda match: match[1] + match[3], text)


def safe_path(text: str) -> str:
    """A path from a document, if it can only lead downwards in its store; PathEscapesStore else.

    Parts are divided by `/`; one trailing `/` is forgiven. Refused are empty paths and parts,
    `.` and `..`, absolute paths, URLs, backslashes and control characters, and absurd lengths.
    """
    if _PLAIN_NAME.fullmatch(text) is not None:
        return text
    path = text.removesuffix("/")
    parts = path.split("/")
    if (
        "" in parts
        or "." in parts
        or ".." in parts
        or "://" in path
        or _HOSTILE.search(path) is not None
        or len(path) > MAX_PATH
        or len(parts) > MAX_DEPTH
        or max(map(len, parts)) > MAX_NAME
    ):
        raise PathEscapesStore(
            f"The path {text[:80]!r} is refused: a path has to lead to a folder inside of the "
            "store, through plain names divided by '/'."
        )
    return path


@dataclass(frozen=True, slots=True)
class RootUrl:
    """The address of a store, taken apart.

    `scheme` is in lower case, `file` for local folders. `place` is host and port, or the bucket.
    `path` is without slashes at its ends and not percent-encoded, but for local folders, where
    it is absolute, and for http, where it stays as it was written. `userinfo` and `query` may
    hold credentials.
    """

    scheme: str
    place: str
    path: str
    userinfo: str = ""
    query: str = ""

    @classmethod
    def parse(cls, text: str) -> "RootUrl":
        """The address that a text means: a path (relative or from `~`) or a URL.

        UnsupportedScheme if it is neither.
        """
        text = text.strip()
        if not text or len(text) > _MAX_URL or _CONTROL.search(text) is not None:
            raise UnsupportedScheme(_NO_ADDRESS)
        scheme = _SCHEME.match(text)
        # One letter before the colon is a drive of Windows.
        if scheme is None:
            return _local(text)
        if not _is_text(text):
            raise UnsupportedScheme(_NO_ADDRESS)
        return cls._of_url(text, scheme[1].lower())

    @classmethod
    def _of_url(cls, text: str, scheme: str) -> "RootUrl":
        try:
            parts = urlsplit(text)
            parts.port  # noqa: B018 - the property raises for a port that is no number
        except ValueError as error:
            raise UnsupportedScheme(
                f"{hide_secrets(text)} is not a URL: {hide_secrets(str(error))}."
            ) from error
        if scheme == LOCAL:
            return _local(path_of(parts.path))
        if scheme in WEB:
            return cls._of_web(parts, scheme)
        # Keys of object stores may hold '?' and '#': everything after the host is the key.
        place, _, path = text.partition("://")[2].partition("/")
        userinfo, _, place = place.rpartition("@")
        if scheme == "s3" and not place:
            raise UnsupportedScheme("This s3 address names no bucket.")
        return cls(scheme=scheme, place=place, path=path.strip("/"), userinfo=userinfo)

    @classmethod
    def _of_web(cls, parts: SplitResult, scheme: str) -> "RootUrl":
        userinfo, _, place = parts.netloc.rpartition("@")
        if not place:
            raise UnsupportedScheme(f"This {scheme} address names no server.")
        path = quote(parts.path.strip("/"), safe="/%:@!$&'()*+,;=~-._")
        return cls(scheme, place.lower(), path, userinfo, parts.query)

    @property
    def is_local(self) -> bool:
        """Whether this is a folder of this machine."""
        return self.scheme == LOCAL

    @property
    def is_archive(self) -> bool:
        """Whether its name is that of a zip archive."""
        return self.path.lower().endswith(_ARCHIVES)

    @property
    def shown(self) -> str:
        """The address without anything secret: for messages, and to compare addresses by."""
        return (
            self.path if self.is_local else f"{self.scheme}://{self.place}/{self.path}".rstrip("/")
        )

    @property
    def name(self) -> str:
        """The last name of the address without `.ome.zarr`, `.ozx` and the like: the store's name."""
        path = unquote(self.path) if self.scheme in WEB else self.path
        name = re.split(r"[/\\]", path.rstrip("/\\"))[-1] or self.place
        for suffix in _SUFFIXES:
            if name.lower().endswith(suffix) and len(name) > len(suffix):
                return name[: -len(suffix)]
        return name

    def child(self, path: str) -> str:
        """The address of a path inside the store, to be shown."""
        if not path:
            return self.shown
        return f"{self.shown.rstrip('/')}/{path}"


def names_packed_store(name: str) -> bool:
    """Whether a file of this name is a store in an archive, and not just any archive."""
    return name.lower().endswith(_PACKED_STORES)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _local(path: str) -> RootUrl:
    try:
        encoded = os.fsencode(path)
    except UnicodeEncodeError as error:
        raise UnsupportedScheme(_NO_ADDRESS) from error
    if b"\0" in encoded:
        raise UnsupportedScheme(_NO_ADDRESS)
    return RootUrl(scheme=LOCAL, place="", path=os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111 - Path() would lose a drive's form

"""Addresses as they stand in lists that people keep: recognised, and written in one way."""

import os
import re
from typing import Final
from urllib.parse import quote

from plates.omezarr.addressing import MARKS, RootUrl, hide_secrets, safe_path
from plates.omezarr.errors import PathEscapesStore, StoreError, UnsupportedScheme

MAX_URL: Final = 4_096
LIST_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson")

STORE, RELATIVE, ADDRESS, NOTHING = 3, 2, 1, 0
"""How much a text looks like the address of a store: an absolute one that names a Zarr, a relative
one that does, any address, none."""

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+://\S", re.IGNORECASE)
_NAMES_ZARR: Final = re.compile(r"\.(?:zarr(?:\.zip)?|ozx)(?:[/?#|]|\Z)", re.IGNORECASE)
_NO_STORE: Final = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|tiff?|pdf|html?|zip|md)\Z|://(?:www\.)?creativecommons\.org|"
    r"://(?:dx\.)?doi\.org|://orcid\.org|://spdx\.org",
    re.IGNORECASE,
)
_WINDOWS: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_TABLE_NAME: Final = re.compile(r"[^\s:]+\.(?:csv|tsv|jsonl|ndjson)", re.IGNORECASE)
# A viewer's link, or an address behind one of Neuroglancer's own schemes.
_IS_LINK: Final = re.compile(r"[?&#]\S*=|\A(?:ome-)?zarr[23]?://", re.IGNORECASE)
_SAFE_IN_URL: Final = "/%:@!$&'()*+,;=~-._"
_MARK_AT_END: Final = tuple(f"/{mark}" for mark in (*MARKS, ".zmetadata"))


def likeness(text: str) -> int:
    """How much a text looks like an address of a store: STORE, RELATIVE, ADDRESS or NOTHING."""
    text = text.strip()
    if not text or len(text) > MAX_URL or "\n" in text or "\t" in text:
        return NOTHING
    is_absolute = _SCHEME.match(text) is not None or text[0] == "/" or bool(_WINDOWS.match(text))
    if _names_zarr(text):
        return STORE if is_absolute else (NOTHING if ":" in text else RELATIVE)
    if not is_absolute:
        return ADDRESS if _TABLE_NAME.fullmatch(text) else NOTHING
    if "#!" in text:
        return STORE if "zarr" in text and text.endswith(("}", "%7D")) else NOTHING
    is_one = text.count("://") <= 1 or _IS_LINK.search(text) is not None
    is_plain = " " not in text and '"' not in text
    return ADDRESS if is_one and is_plain and _NO_STORE.search(text) is None else NOTHING


def _names_zarr(text: str) -> bool:
    """Whether the last name that could be a store's is one, and not one in the midst of a text."""
    found = _NAMES_ZARR.search(text)
    return found is not None and " " not in text[found.end() :] and text[0] not in "#\"'"


def names_list(address: str) -> bool:
    """Whether an address is that of a further list, by its name; that of a server never is."""
    _, scheme, place = address.partition("://")
    if scheme and "/" not in place.rstrip("/"):
        return False
    return address.lower().removesuffix(".gz").endswith(LIST_SUFFIXES)


def written_address(text: str, *, base: str = "", relative: bool = True) -> str:
    """A listed address as it is written everywhere: without trailing slash, blanks escaped.

    A relative path is put below `base`, the folder of the list; it stays relative if that is not
    known. The address of a document at a root is taken for the root. A StoreError says why an
    address is refused: none at all, too long, out of its folder, of Windows, or with secrets.
    """
    if len(text) > MAX_URL:
        raise UnsupportedScheme(f"Its address is longer than {MAX_URL:,} characters.")
    if _WINDOWS.match(text) and os.name != "nt":
        raise UnsupportedScheme(
            f"{text[:80]!r} is a path of a Windows machine; give the path of this machine or a URL."
        )
    if _SCHEME.match(text) or text.startswith(("/", "~/")) or _WINDOWS.match(text):
        return _absolute(text)
    if not relative and likeness(text) == NOTHING:
        raise UnsupportedScheme(f"{text[:80]!r} is no address.")
    return _relative(text, base)


def _absolute(text: str) -> str:
    root = RootUrl.parse(text)
    if root.userinfo or root.query:
        raise UnsupportedScheme(
            f"{hide_secrets(text)[:200]} carries a user name, a password or a query; leave them out "
            "and name credentials in the source."
        )
    return _without_mark(root.shown)


def _relative(text: str, base: str) -> str:
    path = safe_path(_without_mark(re.sub(r"\A(?:\./+)+", "", text).rstrip("/")))
    if not base:
        return path
    if base.lower().startswith(("http://", "https://")):
        path = quote(path, safe=_SAFE_IN_URL)
    return RootUrl.parse(f"{base.rstrip('/')}/{path}").shown


def _without_mark(address: str) -> str:
    for mark in _MARK_AT_END:
        if address.endswith(mark):
            return address.removesuffix(mark)
    return address


def why_refused(error: StoreError) -> str:
    """The sentence for an address that is refused, about a list instead of a document."""
    if isinstance(error, PathEscapesStore):
        return (
            "Its path is refused: it has to lead downwards from the list's folder, through plain "
            "names divided by '/'."
        )
    return str(error)

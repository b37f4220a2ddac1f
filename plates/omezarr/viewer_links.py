"""Links to viewers, taken for the stores that they open."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from plates.omezarr.jsonvalues import JsonFault, JsonValue, decode_document, list_of, object_of

PARAMETERS: Final = ("source", "url", "image_url", "image", "fileToLoad", "csv")
"""What viewers call the address of what they open: ome-ngff-validator and vizarr say `source`,
Avivator `image_url`, itk-vtk-viewer `fileToLoad` or `image`, the table of the OME 2024 challenge `csv`."""
MAX_OF_ONE_LINK: Final = 100

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
# Neuroglancer: `zarr://https://...`, or since 2025 `https://...|zarr3:`.
_PREFIX: Final = re.compile(r"\A(?:ome-)?zarr[23]?://(?=[a-z][a-z0-9+.-]+://|/)", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"\|(?:ome-)?(?:zarr[23]?|zip):.*\Z", re.IGNORECASE)
_WRAPPED: Final = re.compile(r"""\A(?:<(.*)>|"(.*)"|'(.*)'|`(.*)`)\Z""", re.DOTALL)
_MAX_FIELDS: Final = 50
_DEEPEST: Final = 3


def addresses_in(text: str) -> tuple[str, ...]:
    """The addresses that a text means: those that a link to a viewer opens, else the text itself.

    Without blanks, angle brackets and quotes around it, and without Neuroglancer's own schemes.
    """
    return tuple(dict.fromkeys(_unwrapped(text, 0)))[:MAX_OF_ONE_LINK]


def _unwrapped(text: str, depth: int) -> Iterator[str]:
    text = _WRAPPED.sub(r"\1\2\3\4", text.strip()).strip()
    text = _SUFFIX.sub("", _PREFIX.sub("", text))
    inner = [] if depth == _DEEPEST else [one for one in _opened_by(text) if _SCHEME.match(one)]
    if not inner:
        yield text
    for one in inner:
        yield from _unwrapped(one, depth + 1)


def _opened_by(link: str) -> Iterator[str]:
    """What a link hands to a viewer, in its query or behind its hash."""
    is_plain = "?" not in link and "#" not in link
    if is_plain or not link.lower().startswith(("http://", "https://")):
        return
    try:
        parts = urlsplit(link)
    except ValueError:
        return
    if parts.fragment.startswith("!"):
        yield from _layers(unquote(parts.fragment[1:]))
        return
    yield from _parameters(parts)


def _parameters(parts: SplitResult) -> Iterator[str]:
    for query in (parts.query, parts.fragment.rpartition("?")[2]):
        try:
            fields = parse_qsl(query, max_num_fields=_MAX_FIELDS)
        except ValueError:
            continue
        for key, value in fields:
            if key in PARAMETERS:
                yield value.strip()


def _layers(state: str) -> Iterator[str]:
    """The Zarr sources of a state of Neuroglancer; those of other formats are no stores."""
    try:
        document = object_of(decode_document(state.encode("utf-8", "replace")))
    except JsonFault:
        return
    for layer in list_of(document.get("layers"))[:MAX_OF_ONE_LINK]:
        source = object_of(layer).get("source")
        for one in list_of(source)[:MAX_OF_ONE_LINK] or [source]:
            url = _url_of(one)
            if _PREFIX.match(url) or _SUFFIX.search(url):
                yield url


def _url_of(source: JsonValue) -> str:
    url = source.get("url") if isinstance(source, dict) else source
    return url if isinstance(url, str) else ""

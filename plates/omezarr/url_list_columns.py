"""The columns of a list of addresses: which holds them, and which others are known."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from plates.omezarr.listed_addresses import ADDRESS, NOTHING, RELATIVE, STORE, likeness

KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "title", "file name", "image name", "plate", "plate name", "label"),
    "dataset": ("dataset", "dataset id", "study", "study id", "project", "accession", "source"),
    "licence": ("license", "licence", "rights"),
    "version": ("version", "ngff version", "OME-NGFF version", "OME-Zarr version"),
}
"""What beside an address is known, and the headers by which, whatever their case and blanks."""
ADDRESS_HEADERS: Final = (
    *("url", "uri", "href", "link", "address", "location", "path", "file path", "store", "zarr"),
    *("zarr url", "ome zarr url", "store url", "s3 url", "s3 uri", "content url", "image url"),
)
"""Headers that speak for a column where its content alone does not decide."""
MAX_REST: Final = 40
"""Columns that are kept besides the known ones."""

_OTHERS: Final = (
    *("origin", "thumbnail", "thumbnail url", "preview", "doi", "type", "description", "homepage"),
    *("publication", "website", "source image", "projection", "rel", "same as"),
    *KNOWN["licence"],
)
_MAX_HEADER: Final = 128
_MAX_TEXT: Final = 1_024
_BONUS: Final = 0.5
_NOT_PLAIN: Final = re.compile(r"[\W_]+")


def _plain(header: str) -> str:
    return _NOT_PLAIN.sub("", header[:_MAX_HEADER].lower())


_FIELD_OF: Final = {_plain(one): field for field, headers in KNOWN.items() for one in headers}
_NAMES_ADDRESS: Final = frozenset(map(_plain, ADDRESS_HEADERS))
_NAMES_OTHER: Final = frozenset(map(_plain, _OTHERS))


class Column(NamedTuple):
    """A column that may hold the addresses, its number from 0, and how much speaks for it."""

    number: int
    score: float
    names_stores: bool
    """Whether one of its cells names a Zarr."""


class Beside(msgspec.Struct, frozen=True, gc=False):
    """What stands beside an address in its row; `rest` is pairs of column and text, as it came."""

    name: str = ""
    dataset: str = ""
    licence: str = ""
    version: str = ""
    rest: tuple[tuple[str, str], ...] = ()


def columns_table() -> Iterator[str]:
    """The lines of a table of the known columns, in Markdown."""
    yield "| becomes | headers, whatever their case and blanks |"
    yield "|---|---|"
    for field, headers in KNOWN.items():
        yield f"| {field} | {', '.join(f'`{header}`' for header in headers)} |"


def names_addresses(header: str) -> bool:
    """Whether a header is one of those that are given to addresses."""
    return _plain(header) in _NAMES_ADDRESS


def address_column(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Column | None:
    """The column that holds addresses, told by its cells first and its header second; None if none.

    Where headers are not known, they are empty texts.
    """
    width = max([len(header), *map(len, rows)], default=0)
    columns = [_weighed(index, header, rows) for index in range(width)]
    return max(filter(None, columns), key=lambda column: column.score, default=None)


def _weighed(index: int, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Column | None:
    cells = [row[index] for row in rows if index < len(row) and row[index].strip()]
    likely = [likeness(cell) for cell in cells]
    name = _plain(header[index]) if index < len(header) else ""
    mean = sum(likely) / max(len(rows), 1)
    if not mean and name not in _NAMES_ADDRESS:
        return None
    bonus = _BONUS * ((name in _NAMES_ADDRESS) - (name in _NAMES_OTHER))
    return Column(index, mean + bonus, max(likely, default=NOTHING) >= RELATIVE)


def mostly_relative(cells: Sequence[str]) -> bool:
    """Whether most cells of a column are no absolute addresses, so that plain paths are meant."""
    absolute = sum(likeness(cell) in {ADDRESS, STORE} for cell in cells)
    return 2 * absolute < len(cells)


def beside(header: Sequence[str], cells: Sequence[str], *, but: int) -> Beside:
    """What a row says besides the cell of its address."""
    known: dict[str, str] = {}
    rest: list[tuple[str, str]] = []
    for index, cell in enumerate(cells):
        text = cell.strip()[:_MAX_TEXT]
        if index == but or not text:
            continue
        title = header[index].strip()[:_MAX_HEADER] if index < len(header) else ""
        field = _FIELD_OF.get(_plain(title))
        if field is not None and field not in known:
            known[field] = text
        elif len(rest) < MAX_REST:
            rest.append((title or f"column {index + 1}", text))
    return msgspec.convert({**known, "rest": tuple(rest)}, Beside)

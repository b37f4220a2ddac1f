"""Lists of addresses of stores: what people keep where nothing can be listed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from plates.omezarr.errors import ListMalformed, StoreError
from plates.omezarr.jsonvalues import JsonFault, JsonValue, decode_document
from plates.omezarr.listed_addresses import MAX_URL, names_list, why_refused, written_address
from plates.omezarr.row_problems import RowProblem, RowProblems
from plates.omezarr.url_list_columns import Beside
from plates.omezarr.url_list_json import document_rows, json_lines
from plates.omezarr.url_list_rows import ListForm, ListRow
from plates.omezarr.url_list_tables import layout_of, table_rows
from plates.omezarr.url_list_text import list_text
from plates.omezarr.viewer_links import addresses_in

MAX_ROWS: Final = 1_000_000


class ListedUrl(msgspec.Struct, frozen=True, gc=False):
    """One address of a list, and what its row says besides.

    `url` is an address without a trailing slash; or a path relative to the list, where its base is
    not known. `row` is the line where it stands, or its number in a JSON list.
    """

    url: str
    row: int
    beside: Beside = Beside()


@dataclass(frozen=True, slots=True)
class UrlList:
    """A list of addresses as it was understood.

    `entries` are roots of stores, or of what holds stores; `lists` are further lists of them. Each
    address is there once, with its first row. `complete` is False if there were more than MAX_ROWS.
    """

    entries: tuple[ListedUrl, ...]
    lists: tuple[ListedUrl, ...]
    form: ListForm
    problems: tuple[RowProblem, ...] = ()
    problem_count: int = 0
    duplicates: int = 0
    complete: bool = True


def read_url_list(content: bytes, *, name: str = "", base: str = "") -> UrlList:
    """The addresses in a list: CSV and its kin, plain lines, or JSON of any shape.

    The column of addresses is found by what it holds. `name` is what the list is called in
    messages, `base` the folder or address that its relative paths start from. ListMalformed for
    what is no list: too large, no text, or without any address.
    """
    shown = f"{name[:200]}: " if name else ""
    problems = RowProblems()
    try:
        form, rows = _understood(content, problems)
        return _Collected(form, problems, base).take(rows)
    except ListMalformed as error:
        raise ListMalformed(f"{shown}{error}") from error


def _understood(content: bytes, problems: RowProblems) -> tuple[ListForm, Iterator[ListRow]]:
    decoded = list_text(content)
    text = decoded.text.removeprefix("\ufeff")
    if text.lstrip()[:1] in {"{", "["}:
        kind, document = _document(text, problems)
        return ListForm(kind, decoded.encoding), _clearest(document_rows(document, problems))
    layout = layout_of(text)
    if layout is None:
        raise ListMalformed(
            "There are no addresses in it. A list holds one on each line, or has a column of them, "
            "such as https://example.org/plate.zarr or s3://bucket/plate.zarr."
        )
    return layout.form(decoded.encoding), table_rows(text, layout, problems)


def _document(text: str, problems: RowProblems) -> tuple[str, JsonValue]:
    try:
        return "json", decode_document(text.encode("utf-8", "replace"))
    except JsonFault as error:
        values = json_lines(text, problems)
        if values is None:
            raise ListMalformed(f"This looks like JSON, but {error}.") from error
        return "json lines", values


def _clearest(rows: Iterator[ListRow]) -> Iterator[ListRow]:
    """The rows whose addresses are clear; all of them if none is."""
    held: list[ListRow] = []
    for row in rows:
        if not row.weak:
            yield row
            yield from (one for one in rows if not one.weak)
            return
        if len(held) < MAX_ROWS:
            held.append(row)
    if not held:
        raise ListMalformed("There are no addresses of stores in this JSON document.")
    yield from held


class _Collected:
    """The addresses of a list as its rows are gone through."""

    def __init__(self, form: ListForm, problems: RowProblems, base: str) -> None:
        self._form, self._problems, self._base = form, problems, base
        self._entries: list[ListedUrl] = []
        self._lists: list[ListedUrl] = []
        self._seen: set[str] = set()
        self._duplicates = 0

    def take(self, rows: Iterable[ListRow]) -> UrlList:
        """All rows, up to a bound."""
        complete = True
        for row in rows:
            if len(self._seen) >= MAX_ROWS:
                self._problems.add(row.row, f"Only the first {MAX_ROWS:,} addresses are taken.")
                complete = False
                break
            self._add(row)
        return UrlList(
            tuple(self._entries),
            tuple(self._lists),
            self._form,
            tuple(self._problems.kept),
            self._problems.count,
            self._duplicates,
            complete,
        )

    def _add(self, row: ListRow) -> None:
        for text in addresses_in(row.text[: 16 * MAX_URL]):
            try:
                url = written_address(text, base=self._base, relative=row.relative)
            except StoreError as error:
                self._problems.add(row.row, why_refused(error))
                continue
            if url in self._seen:
                self._duplicates += 1
                continue
            self._seen.add(url)
            (self._lists if names_list(url) else self._entries).append(
                ListedUrl(url, row.row, row.beside)
            )

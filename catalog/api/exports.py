"""What a query finds as a file, whole: a row for each well or field, streamed."""

import csv
from collections.abc import Generator, Iterator, Sequence
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request

from catalog.api.cross_origin import OpenToPages
from catalog.api.filters import unknown, words_of
from catalog.api.streams import GZIP, Begun, accepts_gzip, packed
from catalog.api.views import SEARCH_ERRORS, Decorator
from catalog.api.wells import QUERY
from catalog.errors import NotUnderstood
from catalog.queries.found_table import FoundTable
from catalog.queries.snapshot import one_snapshot
from catalog.queries.table_columns import Rows
from catalog.queries.table_files import FORMS, FileForm
from catalog.queries.visible import Viewer

PARAMETERS: Final = ("q", "rows", "keys")
ROWS = OpenApiParameter(
    "rows",
    OpenApiTypes.STR,
    enum=words_of(Rows),
    default=Rows.WELLS.value,
    description="What a row is about: a well, or a field of view of one.",
)
KEYS = OpenApiParameter(
    "keys",
    OpenApiTypes.STR,
    description=(
        "Keys of annotation that have columns, in this order, separated by commas; a name with a "
        "comma stands in double quotes. Left out: all that anything has which is found. Empty: none."
    ),
    examples=[
        OpenApiExample("A few", value="compound,concentration,cell_line"),
        OpenApiExample("With blanks and a comma", value='"siRNA, pooled",gene'),
    ],
)
LONGEST_KEYS: Final = 10_000


def exported(form: str, noun: str) -> Decorator:
    """The schema of the export in a form."""
    kind = FORMS[form].content_type.split(";")[0]
    body = OpenApiTypes.BINARY if FORMS[form].packs_itself else OpenApiTypes.STR
    return extend_schema(
        summary=f"Wells that a query finds, as {noun}",
        tags=["search"],
        operation_id=f"export_wells_{form}",
        parameters=[QUERY, ROWS, KEYS],
        responses={(200, kind): body, **SEARCH_ERRORS},
    )


class WellExport(OpenToPages):
    """The wells that a query finds, as a file."""

    form = ""

    def file(self, request: Request) -> HttpResponseBase:
        """The file; of a HEAD request only what would stand above it."""
        form = FORMS[self.form]
        text, rows, keys = asked(request)
        is_packed = not form.packs_itself and accepts_gzip(request)
        content = self.content(text, rows, keys)
        begun = Begun(packed(content) if is_packed else content)
        if request.method == "HEAD":
            begun.close()
            return with_headers(HttpResponse(), form, self.file_name(rows), is_packed=is_packed)
        sent = StreamingHttpResponse(begun)
        return with_headers(sent, form, self.file_name(rows), is_packed=is_packed)

    def content(
        self, text: str, rows: Rows, keys: Sequence[str] | None
    ) -> Generator[bytes, None, None]:
        """The bytes of the file, all of one view of the catalog."""
        with one_snapshot():
            table = FoundTable(text, Viewer(self.request.user), rows=rows, keys=keys)
            yield from FORMS[self.form].write(table.schema, table.batches())

    def file_name(self, rows: Rows) -> str:
        """What the file is called."""
        return f"{rows.value}.{self.form}"


def with_headers(
    answer: HttpResponseBase, form: FileForm, name: str, *, is_packed: bool
) -> HttpResponseBase:
    """An answer as a file to download."""
    answer["Content-Type"] = form.content_type
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    if not form.packs_itself:
        answer["Vary"] = "Accept-Encoding"
    if is_packed:
        answer["Content-Encoding"] = GZIP
    return answer


def asked(request: Request) -> tuple[str, Rows, list[str] | None]:
    """Query, rows and keys of a request; an unknown parameter is refused."""
    for name in request.query_params:
        if name not in PARAMETERS:
            raise NotUnderstood(name, unknown(name, PARAMETERS))
    for name, values in request.query_params.lists():
        if any("\x00" in value for value in values):
            raise NotUnderstood(name, f"'{name}' holds a character that no text has.")
    rows = request.query_params.get("rows", Rows.WELLS.value)
    if rows not in words_of(Rows):
        sentence = f"'rows' is one of {', '.join(words_of(Rows))}, not '{rows[:80]}'."
        raise NotUnderstood("rows", sentence)
    keys = request.query_params.get("keys")
    return (
        request.query_params.get("q", ""),
        Rows(rows),
        None if keys is None else list(keys_in(keys)),
    )


def keys_in(text: str) -> Iterator[str]:
    """The names of keys in a list of them, each once."""
    if len(text) > LONGEST_KEYS:
        sentence = f"'keys' is longer than {LONGEST_KEYS:,} characters. Leave it out for all keys."
        raise NotUnderstood("keys", sentence)
    lines = csv.reader([text.replace("\n", " ").replace("\r", " ")], skipinitialspace=True)
    yield from dict.fromkeys(name.strip() for line in lines for name in line if name.strip())


class WellsAsCsv(WellExport):
    """The wells that a query finds, as CSV."""

    form = "csv"

    @exported("csv", "CSV")
    def get(self, request: Request) -> HttpResponseBase:
        """A line for each well or field, by dataset, plate and position, of one moment's catalog."""
        return self.file(request)


class WellsAsParquet(WellExport):
    """The wells that a query finds, as Parquet."""

    form = "parquet"

    @exported("parquet", "Parquet")
    def get(self, request: Request) -> HttpResponseBase:
        """A row for each well or field, by dataset, plate and position, of one moment's catalog."""
        return self.file(request)


class WellsAsNdjson(WellExport):
    """The wells that a query finds, as NDJSON."""

    form = "ndjson"

    @exported("ndjson", "NDJSON")
    def get(self, request: Request) -> HttpResponseBase:
        """An object on a line for each well or field, by dataset, plate and position."""
        return self.file(request)

"""What a query finds as bytes: how many they are, and a script that fetches them."""

import csv
import re
from collections.abc import Generator, Iterator
from itertools import chain, islice
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.download_script import chosen_tool, notes_of, script_of
from catalog.api.download_tools import ONE_BY_ONE, TOOLS
from catalog.api.filters import unknown
from catalog.api.streams import Begun
from catalog.api.views import SEARCH_ERRORS, ReadView
from catalog.api.wells import QUERY
from catalog.errors import DownloadTooLarge, NotUnderstood
from catalog.queries.downloads import Download, Selection, StorePart
from catalog.queries.snapshot import one_snapshot

PARAMETERS: Final = ("q", "fields", "channels", "levels", "tool")
MOST_LINES: Final = 2_000_000
"""Objects that a script names one by one."""
_RANGE: Final = re.compile(r"(\d{1,6})(?:\.\.(\d{1,6}))?", re.ASCII)
_WIDEST: Final = 100_000
_WHICH = "Numbers and ranges from 0, such as `0` or `0..2,5`; left out: all."
WANTED = [
    QUERY,
    OpenApiParameter("fields", OpenApiTypes.STR, description=f"Fields of each well. {_WHICH}"),
    OpenApiParameter(
        "levels", OpenApiTypes.STR, description=f"Resolutions, 0 is the largest. {_WHICH}"
    ),
    OpenApiParameter(
        "channels",
        OpenApiTypes.STR,
        description="Labels of channels, separated by commas, whatever their case; left out: all.",
    ),
    OpenApiParameter(
        "tool",
        OpenApiTypes.STR,
        enum=list(TOOLS),
        description="What copies, where it can: rclone, aws or s5cmd from S3, curl or wget from the web.",
    ),
]


class StoreManifest(serializers.Serializer[object]):
    """What is wanted of one store."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="Empty: it lies nowhere any more.")
    plate = serializers.UUIDField(allow_null=True)
    tool = serializers.CharField(allow_null=True, help_text="Null: the script leaves it out.")
    is_whole = serializers.BooleanField(help_text="Nothing of it is left out.")
    wells = serializers.ListField(child=serializers.CharField(), help_text="Their paths.")
    fields = serializers.ListField(child=serializers.CharField(), help_text="Their paths.")  # type: ignore[assignment]
    objects = serializers.IntegerField(
        help_text="Chunk objects that are declared; of chunks that hold nothing there may be none."
    )
    pixel_bytes = serializers.IntegerField(help_text="Of all pixels, unpacked.")
    bytes = serializers.IntegerField(
        allow_null=True, help_text="What is to be fetched; null: the store was not counted yet."
    )
    bytes_are = serializers.ChoiceField(
        choices=["counted", "estimated", "unknown"],
        help_text="`estimated`: by the mean size of the chunks of the store.",
    )
    notes = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A field of a well",
            value={
                "stores": [
                    {
                        "id": "01930000-0000-7000-8000-000000000000",
                        "name": "plate7.ome.zarr",
                        "url": "s3://screens/plate7.ome.zarr",
                        "plate": "01930000-0000-7000-8000-000000000001",
                        "tool": "rclone",
                        "is_whole": False,
                        "wells": ["B/03"],
                        "fields": ["B/03/0"],
                        "objects": 12,
                        "pixel_bytes": 27993600,
                        "bytes": 14011392,
                        "bytes_are": "estimated",
                        "notes": [],
                    }
                ],
                "objects": 12,
                "pixel_bytes": 27993600,
                "bytes": 14011392,
                "stores_of_unknown_bytes": 0,
            },
            response_only=True,
        )
    ]
)
class Manifest(serializers.Serializer[object]):
    """What a download fetches."""

    stores = StoreManifest(many=True)
    objects = serializers.IntegerField()
    pixel_bytes = serializers.IntegerField()
    bytes = serializers.IntegerField(help_text="Of the stores of which it is known.")
    stores_of_unknown_bytes = serializers.IntegerField()


class DownloadManifest(ReadView):
    """What of stores a query finds."""

    @extend_schema(
        summary="How many bytes and objects a download has, and which",
        tags=["search"],
        operation_id="download_manifest",
        parameters=WANTED,
        responses={200: Manifest, **SEARCH_ERRORS},
    )
    def get(self, request: Request) -> Response:
        """Store by store; wells without any field that is there are not among it."""
        selection, tool = selection_in(request), tool_in(request)
        with one_snapshot():
            parts = Download(request.query_params.get("q", ""), self.viewer, selection).stores()
        stores = [told(part, tool) for part in parts if part.wells]
        known = [part.bytes[0] for part in parts if part.wells]
        return Response(
            {
                "stores": stores,
                "objects": sum(part.objects for part in parts),
                "pixel_bytes": sum(part.pixel_bytes for part in parts),
                "bytes": sum(one for one in known if one is not None),
                "stores_of_unknown_bytes": known.count(None),
            }
        )


class DownloadScript(ReadView):
    """A script that fetches what a query finds."""

    @extend_schema(
        summary="A shell script that fetches what a query finds",
        tags=["search"],
        operation_id="download_script",
        parameters=WANTED,
        responses={(200, "text/x-shellscript"): OpenApiTypes.STR, **SEARCH_ERRORS},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """For any POSIX shell; what arrives is a smaller OME-Zarr plate for each store."""
        begun = Begun(self.lines(request))
        if request.method == "HEAD":
            begun.close()
        answer = HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(begun)
        answer["Content-Type"] = "text/x-shellscript; charset=utf-8"
        answer["Content-Disposition"] = 'attachment; filename="download.sh"'
        return answer

    def lines(self, request: Request) -> Generator[bytes, None, None]:
        """The script, some lines at a time."""
        selection, tool = selection_in(request), tool_in(request)
        text = request.query_params.get("q", "")
        with one_snapshot():
            parts = [one for one in Download(text, self.viewer, selection).stores() if one.wells]
        refuse_too_many(parts, tool)
        title = f"What {text or 'everything'} finds, from {request.build_absolute_uri()}"
        lines = script_of(title, parts, tool)
        while some := list(islice(lines, 10_000)):
            yield "".join(some).encode()


def told(part: StorePart, wanted: str | None) -> dict[str, object]:
    """What a manifest says of a store."""
    tool, refusal = chosen_tool(part, wanted)
    known, how = part.bytes
    return {
        "id": str(part.store.id),
        "name": part.store.name,
        "url": part.url,
        "plate": str(part.store.plate.id) if part.store.plate else None,
        "tool": tool,
        "is_whole": part.is_whole,
        "wells": [well.path for well in part.wells],
        "fields": [one.path for well in part.wells for one in well.fields],
        "objects": part.objects,
        "pixel_bytes": part.pixel_bytes,
        "bytes": known,
        "bytes_are": how,
        "notes": list(chain(notes_of(part, tool or ""), [refusal] if refusal else [])),
    }


def refuse_too_many(parts: list[StorePart], tool: str | None) -> None:
    """DownloadTooLarge where a script would name more objects than it can."""
    named = sum(part.objects for part in parts if chosen_tool(part, tool)[0] in ONE_BY_ONE)
    if named > MOST_LINES:
        raise DownloadTooLarge(f"{named:,} objects that are fetched one by one", f"{MOST_LINES:,}")


def selection_in(request: Request) -> Selection:
    """What of each well a request wants; an unknown parameter is refused."""
    for name, values in request.query_params.lists():
        if name not in PARAMETERS:
            raise NotUnderstood(name, unknown(name, PARAMETERS))
        if any("\x00" in value for value in values):
            raise NotUnderstood(name, f"'{name}' holds a character that no text has.")
    labels = request.query_params.get("channels", "")
    told = next(
        csv.reader([labels.replace("\n", " ").replace("\r", " ")], skipinitialspace=True), []
    )
    channels = tuple(dict.fromkeys(one.strip().casefold() for one in told if one.strip()))
    return Selection(numbers_in(request, "fields"), channels or None, numbers_in(request, "levels"))


def numbers_in(request: Request, name: str) -> frozenset[int] | None:
    """The numbers of a parameter; None where it is left out."""
    text = request.query_params.get(name, "")
    return frozenset(chain.from_iterable(ranges_of(text, name))) if text else None


def ranges_of(text: str, name: str) -> Iterator[range]:
    """The ranges that a text lists."""
    for one in text.split(","):
        found = _RANGE.fullmatch(one.strip())
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if last < first or last >= _WIDEST:
            raise NotUnderstood(
                name, f"'{name}' lists numbers and ranges from 0, such as 0..2,5; not '{one[:40]}'."
            )
        yield range(first, last + 1)


def tool_in(request: Request) -> str | None:
    """The tool that a request names."""
    tool = request.query_params.get("tool")
    if tool is not None and tool not in TOOLS:
        raise NotUnderstood("tool", f"'tool' is one of {', '.join(TOOLS)}, not '{tool[:40]}'.")
    return tool

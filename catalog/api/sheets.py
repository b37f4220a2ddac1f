"""Contact sheets of plates, and what was drawn of stores."""

from typing import Final

import msgspec
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.pictures import PICTURE_ERRORS, VERSION, PictureView, asked_of
from catalog.api.plates import plate_of
from catalog.api.shapes.drawn_examples import SHEET
from catalog.api.shapes.pictures import PreviewsShape, SheetShape
from catalog.api.stores import store_of
from catalog.api.views import ERRORS, ReadView, example
from catalog.errors import NotThere, NotUnderstood
from catalog.queries.visible import Viewer
from catalog.services.pictures import sheet_part
from plates.models import Plate, Preview
from plates.pixels.contact_sheets import map_name, read_map, sheet_name
from plates.pixels.encoding import WEBP
from plates.queries.previews import preview_of, previews_of_plate

STORE: Final = OpenApiParameter(
    "store",
    OpenApiTypes.STR,
    description="Id of one of the plate's stores; the first that was drawn, if left out.",
)
ACQUISITION: Final = OpenApiParameter(
    "acquisition",
    OpenApiTypes.INT,
    description="Number of an acquisition; the first, if left out.",
)
CHANNEL: Final = OpenApiParameter(
    "channel",
    OpenApiTypes.INT,
    description="Number of a channel, from 0; all active ones together, if left out.",
)
_DIGITS: Final = 18


def whole_number(asked: dict[str, str], name: str) -> int | None:
    """The number that a parameter names, None without it; NotUnderstood if it is none."""
    text = asked.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > _DIGITS:
        raise NotUnderstood(name, f"'{name}' is a whole number from 0, not '{text[:40]}'.")
    return int(text)


def drawn_of(viewer: Viewer, plate: Plate, asked: dict[str, str]) -> Preview:
    """What was drawn of the store of a plate that is asked for; NotThere if nothing was."""
    found = previews_of_plate(plate, viewer.stores)
    store = asked.get("store")
    for preview in found:
        if store is None or str(preview.store.id) == store:
            return preview
    raise NotThere(
        "This plate was not drawn yet, or no such store of it: POST to preview/ of a store asks for "
        "it."
    )


def run_of(preview: Preview, asked: dict[str, str]) -> int | None:
    """The acquisition that is asked for, the first if none is; NotThere if it was not drawn."""
    number = whole_number(asked, "acquisition")
    runs: list[int | None] = preview.runs
    if number is None and runs:
        return runs[0]
    if number not in runs:
        known = ", ".join(str(run) for run in runs if run is not None) or "none with a number"
        raise NotThere(f"There is no contact sheet of this acquisition; there are: {known}.")
    return number


def is_outdated(preview: Preview) -> bool:
    """Whether a store has changed since it was drawn."""
    return preview.digest != preview.store.digest


class ContactSheet(PictureView):
    """All wells of a plate in one picture."""

    @extend_schema(
        summary="The contact sheet of a plate",
        tags=["pictures"],
        parameters=[STORE, ACQUISITION, CHANNEL, VERSION],
        responses={(200, WEBP): OpenApiTypes.BINARY, **PICTURE_ERRORS},
    )
    def get(self, request: Request, plate_id: str) -> HttpResponseBase:
        """Every well at its place, all with the same windows; `contact-sheet.json` says where.

        What is missing in the store is hatched, what was never imaged is empty.
        """
        viewer = self.viewer
        plate = plate_of(viewer, plate_id)
        asked = asked_of(request, ["store", "acquisition", "channel", "v"])
        preview = drawn_of(viewer, plate, asked)
        run, channel = run_of(preview, asked), whole_number(asked, "channel")
        if channel is not None and channel >= len(preview.channels):
            sentence = f"There are {len(preview.channels)} channels, from 0."
            raise NotUnderstood("channel", sentence)
        name = sheet_name(run, channel)
        return self.pictured(
            request,
            scope=plate.scope,
            tag=f"{preview.mark}-{name}".replace("/", "-"),
            kind=WEBP,
            content=lambda: sheet_part(preview=preview, name=name),
        )


class ContactSheetMap(ReadView):
    """Where each well lies in the contact sheet."""

    @extend_schema(
        summary="Where each well lies in a contact sheet",
        tags=["pictures"],
        parameters=[STORE, ACQUISITION],
        responses={200: SheetShape, **PICTURE_ERRORS},
        examples=example("A contact sheet", SHEET),
    )
    def get(self, request: Request, plate_id: str) -> Response:
        """How large the contact sheet of a plate is, how it is coloured, and where each well lies."""
        viewer = self.viewer
        plate = plate_of(viewer, plate_id)
        asked = asked_of(request, ["store", "acquisition"])
        preview = drawn_of(viewer, plate, asked)
        run = run_of(preview, asked)
        sheet = read_map(sheet_part(preview=preview, name=map_name(run)))
        return Response(
            {
                "plate": str(plate.id),
                "store": str(preview.store.id),
                "acquisition": run,
                "acquisitions": preview.runs,
                "mark": preview.mark,
                "drawn_at": preview.drawn_at,
                "outdated": is_outdated(preview),
                "channels": preview.channels,
                "images": self.images_of(plate, preview, run),
                **msgspec.to_builtins(sheet),
            }
        )

    def images_of(self, plate: Plate, preview: Preview, run: int | None) -> dict[str, str]:
        """Where the pictures of a sheet are: of all channels, and of each."""
        place = self.request.build_absolute_uri(reverse("api:plate-contact-sheet", args=[plate.id]))
        told = f"{place}?store={preview.store.id}"
        told += "" if run is None else f"&acquisition={run}"
        images = {"composed": f"{told}&v={preview.mark}"}
        for channel in preview.channels:
            number = channel["number"]
            images[str(number)] = f"{told}&channel={number}&v={preview.mark}"
        return images


class StorePreviews(ReadView):
    """What was drawn of a store."""

    @extend_schema(
        summary="What was drawn of a store",
        tags=["stores"],
        responses={200: PreviewsShape, **ERRORS},
    )
    def get(self, request: Request, store_id: str) -> Response:
        """How the channels of a store are shown, and what could not be drawn."""
        store = store_of(self.viewer, store_id)
        preview = preview_of(store)
        if preview is None:
            raise NotThere("This store was not drawn yet: POST to preview/ asks for it.")
        preview.store = store
        return Response(
            {
                "store": str(store.id),
                "mark": preview.mark,
                "drawn_at": preview.drawn_at,
                "outdated": is_outdated(preview),
                "seconds": preview.seconds,
                "channels": preview.channels,
                "acquisitions": preview.runs,
                "images": preview.images,
                "lacking": preview.lacking,
                "failed": preview.failed,
                "troubles": preview.troubles,
            }
        )

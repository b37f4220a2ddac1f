"""Pages of what has pixels: a field of a well, and an image that stands alone."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from catalog.links.aims import target_of_field, target_of_image
from catalog.portal.beside import replicates_query, wells_beside
from catalog.portal.errors import or_nothing_here
from catalog.portal.opening import opening_of
from catalog.portal.said import said_of, titles_of
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from plates.ids import uuid_or_none
from plates.models import Layout
from plates.pixels.levels import middle
from plates.queries.annotation import annotation_of
from plates.queries.places import place_of, with_places


@or_nothing_here
def field(request: HttpRequest, store_id: str, path: str) -> HttpResponse:
    """A field of view: its picture, its channels, where it is."""
    viewer = Viewer(request.user)
    rows = viewer.fields.select_related(
        "store__plate", "well__plate__carrier", "layout", "acquisition"
    )
    rows = rows.prefetch_related(with_places("store__locations"))
    one = only(rows, "field", store__id=uuid_or_none(store_id), path=path.rstrip("/"))
    plate = one.well.plate
    spot = (plate.carrier_id, one.well.position)
    annotation = annotation_of([spot]).get(spot, {})
    dataset = viewer.datasets.get(serial=plate.scope)
    siblings = viewer.fields.filter(well=one.well, store=one.store).order_by("id")
    told = {
        "field": one,
        "plate": plate,
        "well": one.well,
        "store": one.store,
        "dataset": dataset,
        "url": f"{place_of(one.store).rstrip('/')}/{one.path}",
        "siblings": list(siblings.values_list("path", flat=True)[:200]),
        "beside": wells_beside(viewer, plate, one.well, one),
        "replicates": replicates_query(annotation),
        "pixels": pixels_of(one.layout),
        "said": said_of(annotation, titles_of(list(annotation))),
        "opening": opening_of(
            request, target_of_field(one), dataset, store=one.store.id, field=one.path
        ),
        "controls": controls_of(one.layout),
        "picture": reverse("api:store-field-picture", args=[one.store.id, one.path]),
    }
    return render(request, "portal/field.html", told)


@or_nothing_here
def image(request: HttpRequest, image_id: str) -> HttpResponse:
    """An image that is no field of a plate."""
    viewer = Viewer(request.user)
    rows = viewer.images.select_related("store", "layout")
    rows = rows.prefetch_related(with_places("store__locations"))
    one = only(rows, "image", id=uuid_or_none(image_id))
    spot = (one.store.carrier_id or 0, one.position)
    annotation = annotation_of([spot]).get(spot, {})
    dataset = viewer.datasets.get(serial=one.scope)
    told = {
        "image": one,
        "store": one.store,
        "dataset": dataset,
        "url": f"{place_of(one.store).rstrip('/')}/{one.path}".rstrip("/"),
        "pixels": pixels_of(one.layout),
        "said": said_of(annotation, titles_of(list(annotation))),
        "opening": opening_of(request, target_of_image(one), dataset, image=one.id),
        "controls": controls_of(one.layout),
        "picture": reverse("api:image-picture", args=[one.id]),
    }
    return render(request, "portal/image.html", told)


@dataclass(frozen=True, slots=True)
class ChannelControl:
    """A channel that can be switched and stretched."""

    number: int
    label: str
    color: str
    is_on: bool
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Controls:
    """What of a picture can be chosen."""

    channels: list[ChannelControl]
    planes: int
    moments: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """The plane that is shown until another is chosen."""
        return middle(self.planes)


_SHOWN: Final = 4
"""Channels that are on where the store says of none whether it is."""


def controls_of(layout: Layout | None) -> Controls | None:
    """What can be chosen of an array; None where nothing is known of it."""
    if layout is None:
        return None
    lengths = {
        axis.get("name"): length for axis, length in zip(layout.axes, layout.shape, strict=False)
    }
    told = [channel if isinstance(channel, dict) else {} for channel in layout.channels]
    told += [{}] * (min(lengths.get("c", 1), 64) - len(told))
    return Controls(
        [_channel(number, channel) for number, channel in enumerate(told)],
        lengths.get("z", 1),
        lengths.get("t", 1),
        lengths.get("x", 1),
        lengths.get("y", 1),
    )


def _channel(number: int, told: dict[str, Any]) -> ChannelControl:
    window = told.get("window") or {}
    is_on = told.get("active")
    return ChannelControl(
        number,
        str(told.get("label") or f"Channel {number}"),
        str(told.get("color") or ""),
        number < _SHOWN if is_on is None else bool(is_on),
        window.get("start"),
        window.get("end"),
    )


def pixels_of(layout: Layout | None) -> list[tuple[str, str]]:
    """What there is to tell of an array, each with its name."""
    if layout is None:
        return []
    axes = "".join(str(axis.get("name", "?")) for axis in layout.axes)
    sizes = [
        f"{name} {size:.4g}"
        for name, size in (
            ("x", layout.pixel_size_x),
            ("y", layout.pixel_size_y),
            ("z", layout.pixel_size_z),
        )
        if size is not None
    ]
    told = [
        ("Axes", axes),
        ("Shape", " x ".join(map(str, layout.shape))),
        ("Data type", layout.dtype),
        ("Pixel size", f"{', '.join(sizes)} {layout.pixel_unit}" if sizes else ""),
        ("Levels", str(layout.levels)),
        ("Chunks", " x ".join(map(str, layout.chunks))),
        ("Label images", ", ".join(layout.labels)),
        ("Tables", ", ".join(str(table.get("name", "")) for table in layout.tables)),
    ]
    return [(name, text) for name, text in told if text]

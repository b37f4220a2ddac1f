"""Pictures on the pages of the desk: by the addresses under which everybody who may has them."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from plates.models import Field, Image, Plate, Preview, Store

PICTURES: Final = 12


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture, and the page of what it shows."""

    name: str
    picture: str
    url: str


def pictured_stores(plate: Plate) -> list[tuple[Store, str]]:
    """The stores that show a plate, each with its contact sheet; empty where none was drawn."""
    stores = list(plate.stores.order_by("vanished_at", "serial"))
    drawn = drawn_of(stores)
    return [(store, sheet_of(plate, store) if store.pk in drawn else "") for store in stores]


def drawn_of(stores: list[Store]) -> frozenset[int]:
    """Which of some stores have pictures."""
    rows = Preview.objects.filter(store__in=stores).exclude(runs=[])
    return frozenset(rows.order_by().values_list("store", flat=True))


def sheet_of(plate: Plate, store: Store) -> str:
    """The contact sheet of a plate in one of its stores."""
    return f"{reverse('api:plate-contact-sheet', args=[plate.id])}?store={store.id}"


def pictures_of(store: Store) -> list[Pictured]:
    """The first pictures of a store that was drawn: its contact sheet, or else fields and images."""
    if store.plate is not None and store.pk in drawn_of([store]):
        page = reverse("portal:plate", args=[store.plate.id])
        return [Pictured(str(store.plate), sheet_of(store.plate, store), page)]
    if not Preview.objects.filter(store=store).exists():
        return []
    images = Image.objects.filter(store=store, present=True).order_by("position")[:PICTURES]
    shown = [
        Pictured(
            str(image),
            reverse("api:image-thumbnail", args=[image.id]),
            reverse("portal:image", args=[image.id]),
        )
        for image in images
    ]
    fields = Field.objects.filter(store=store, present=True).order_by("id")
    return shown or [
        Pictured(
            field.path,
            reverse("api:store-field-thumbnail", args=[store.id, field.path]),
            reverse("portal:field", args=[store.id, field.path]),
        )
        for field in fields[:PICTURES]
    ]

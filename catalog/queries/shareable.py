"""What a share can open: one thing, as a request names it."""

from collections.abc import Mapping
from typing import Final

from catalog.errors import NotUnderstood
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from plates.addresses import label_of
from plates.ids import uuid_or_none
from plates.models import Field, Image, Plate, Store, Well

ONE_THING: Final = (
    "Say what to share: 'store', 'store' and 'field', 'plate', 'plate' and 'well', or 'image'."
)
THINGS: Final[tuple[str, ...]] = ("store", "plate", "image", "well", "field")
"""The words that name it."""
Thing = Store | Plate | Well | Field | Image


def thing_named(named: Mapping[str, str], viewer: Viewer) -> Thing:
    """The visible thing that some of `THINGS` name.

    NotThere if there is none, NotUnderstood if they name none or several.
    """
    match sorted(named):
        case ["store"]:
            return only(viewer.stores, "store", id=uuid_or_none(named["store"]))
        case ["plate"]:
            return only(viewer.plates, "plate", id=uuid_or_none(named["plate"]))
        case ["plate", "well"]:
            wells = viewer.wells.select_related("plate")
            plate, label = uuid_or_none(named["plate"]), label_of(named["well"])
            return only(wells, "well", plate__id=plate, label=label)
        case ["image"]:
            images = viewer.images.select_related("store")
            return only(images, "image", id=uuid_or_none(named["image"]))
        case ["field", "store"]:
            fields = viewer.fields.select_related("store", "well__plate")
            path = named["field"].strip("/")
            return only(fields, "field", store__id=uuid_or_none(named["store"]), path=path)
    raise NotUnderstood("store", ONE_THING)


def scope_of(thing: Thing) -> int:
    """The scope of the dataset that a thing lies in."""
    match thing:
        case Plate() | Store() | Image():
            return thing.scope
        case Well():
            return thing.plate.scope
    return thing.store.scope

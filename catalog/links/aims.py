"""The target of a thing: the node of a store that a viewer of it opens."""

from catalog.links.opened import Opened
from catalog.links.targets import Target, opened_of, pixels_of
from catalog.queries.shares import path_of_well
from plates.models import Field, Image, Layout, Plate, Store, Well
from plates.queries.places import with_places
from plates.states import Reach


def target_of_store(store: Store) -> Target:
    """The root of a store."""
    found = an_image_of(store)
    opened = opened_of(store)
    return Target(store, opened, "", pixels_of(found[1]) if found else None)


def target_of_field(field: Field) -> Target:
    """A field, which is an image to viewers."""
    return Target(field.store, Opened.IMAGE, field.path, pixels_of(field.layout))


def target_of_image(image: Image) -> Target:
    """An image that is no field."""
    return Target(image.store, Opened.IMAGE, image.path, pixels_of(image.layout))


def target_of_well(well: Well, store: Store) -> Target | None:
    """A well in a store; None if the store has no field of it."""
    path = path_of_well(well, store)
    if path is None:
        return None
    rows = Field.objects.filter(store=store, well=well, layout__isnull=False)
    field = rows.select_related("layout").order_by("path").first()
    return Target(store, Opened.WELL, path, pixels_of(field.layout) if field else None)


def stores_of_plate(plate: Plate) -> list[Store]:
    """The stores that show a plate, those that can be opened in front, the newest of them first."""
    there = plate.stores.filter(vanished_at=None).order_by("-serial")
    there = there.prefetch_related(with_places())
    return sorted(there, key=lambda store: store.reach == Reach.UNREACHABLE.value)


def an_image_of(store: Store) -> tuple[str, Layout] | None:
    """The path and layout of some image of a store, a field or another; None if none is known."""
    fields = Field.objects.filter(store=store, present=True, layout__isnull=False)
    images = Image.objects.filter(store=store, present=True, layout__isnull=False)
    found = (
        fields.select_related("layout").order_by("path").first()
        or images.select_related("layout").order_by("position").first()
    )
    return (found.path, found.layout) if found and found.layout else None

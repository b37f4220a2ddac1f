"""From the list of tables beside an image to the type of each: ngio and Fractal write them."""

from typing import Final

from plates.omezarr.documents import Table
from plates.omezarr.jsonvalues import JsonObject, JsonValue, text_of
from plates.omezarr.nodes import ImageNode, Want
from plates.omezarr.parsing import safe_names
from plates.omezarr.seen import Role
from plates.omezarr.walk import Walk

TABLES: Final = "tables"
MAX_TABLES: Final = 100
MAX_TYPE: Final = 64


def is_asked_for_tables(image: ImageNode) -> bool:
    """Whether to look for tables beside an image: of the fields of a well, beside the first.

    Tables are no part of OME-Zarr, and writers put them beside all fields of a well or none: asking
    for each would be a fifth of all that a plate is asked for.
    """
    return image.well is None or image is image.well.fields[0]


def want_tables(walk: Walk, image: ImageNode) -> Want:
    """The want for the list of tables beside an image."""
    base = f"{image.path}/" if image.path else ""
    path = f"{base}{TABLES}/{walk.storage.group}"
    return Want(path, Role.TABLES, image, take_tables, required=False)


def take_tables(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the list of tables beside an image, and ask for the type of each."""
    attributes = walk.attributes(want, content)
    image = want.node
    if attributes is None or not isinstance(image, ImageNode):
        return
    listed = walk.dialect.ome(attributes).get(TABLES) or attributes.get(TABLES)
    image.tables = tuple([Table(name) for name in safe_names(listed)])
    if image.tables and image.well is not None and is_asked_for_tables(image):
        walk.want([want_tables(walk, other) for other in image.well.fields[1:]], soon=True)
    walk.want(
        [
            Want(
                f"{want.folder}/{table.name}/{walk.storage.group}",
                Role.TABLE,
                image,
                take_table,
                place=number,
                required=False,
            )
            for number, table in enumerate(image.tables[:MAX_TABLES])
        ],
        soon=True,
    )


def take_table(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the type of a table: ngio's own word, else that of its encoding."""
    attributes = walk.attributes(want, content)
    image = want.node
    if attributes is None or not isinstance(image, ImageNode):
        return
    kind = _type_of_table(attributes)
    tables = list(image.tables)
    tables[want.place] = Table(tables[want.place].name, kind)
    image.tables = tuple(tables)


def _type_of_table(attributes: JsonObject) -> str:
    told: tuple[JsonValue, ...] = (attributes.get("type"), attributes.get("encoding-type"))
    return next((kind[:MAX_TYPE] for value in told if (kind := text_of(value))), "")

"""From the document of a plate down to its wells and fields."""

from typing import Final

from plates.omezarr.depth import Depth
from plates.omezarr.documents import ListedField
from plates.omezarr.jsonvalues import JsonObject, object_of
from plates.omezarr.nodes import ImageNode, OtherNode, Want, WellNode
from plates.omezarr.parsing import parse_plate, parse_well, version_text
from plates.omezarr.seen import Presence, Role
from plates.omezarr.visit_image import image_wants
from plates.omezarr.visit_stranger import look_for_stranger
from plates.omezarr.walk import Walk

MAX_FIELDS: Final = 1_000_000


def enter_plate(walk: Walk) -> None:
    """Ask for the wells that a plate lists."""
    root = walk.root
    plate = walk.plate = parse_plate(object_of(root.ome["plate"]), version=root.version)
    for fault in plate.faults:
        walk.complain("", root.path, fault)
    if plate.faults:
        walk.go_astray(Want(root.path, Role.ROOT, OtherNode(""), take_well), root.attributes)
    walk.wells = [WellNode(listed.path) for listed in plate.wells]
    if walk.depth < Depth.WELLS:
        return
    group = walk.storage.group
    base = f"{walk.dialect.pointer(root.attributes)}/plate/wells"
    walk.want(
        [
            Want(
                f"{well.path}/{group}",
                Role.WELL,
                well,
                take_well,
                look_for_stranger,
                pointer=f"{base}/{listed.number}/path",
                named_in=root.path,
            )
            for well, listed in zip(walk.wells, plate.wells, strict=True)
        ]
    )


def enter_well(walk: Walk) -> None:
    """Ask for the fields of a well that is the root of its store."""
    well = WellNode("")
    want = Want(walk.root.path, Role.ROOT, well, take_well)
    _enter_fields(walk, want, well, walk.root.attributes)
    walk.images = well.fields


def take_well(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the group of a well."""
    well = want.node
    attributes = walk.attributes(want, content)
    if attributes is None or not isinstance(well, WellNode):
        return
    if not isinstance(walk.dialect.ome(attributes).get("well"), dict):
        walk.complain_of(want, "says nothing of a well (key well)")
        if walk.inspector is not None:
            walk.inspector.node(want, Presence.BARE)
        return
    well.present = True
    _want_row(walk, well)
    if walk.inspector is not None:
        walk.inspector.group(want, attributes)
    _enter_fields(walk, want, well, attributes)


def _enter_fields(walk: Walk, want: Want, well: WellNode, attributes: JsonObject) -> None:
    described = object_of(walk.dialect.ome(attributes).get("well"))
    parsed = parse_well(described, version=version_text(described.get("version")))
    for fault in parsed.faults:
        walk.complain_of(want, f"has a fault: {fault.removesuffix('.')}")
    if parsed.faults:
        walk.go_astray(want, attributes)
    listed = parsed.images
    allowed = MAX_FIELDS - walk.fields
    if len(listed) > allowed:
        walk.complain_of(want, f"brings the plate above {MAX_FIELDS:,} fields; not all were read")
        listed = listed[:allowed]
    walk.fields += len(listed)
    well.fields = [_field(well, field) for field in listed]
    for field in well.fields:
        field.well = well
    if walk.depth >= Depth.FIELDS:
        base = f"{walk.dialect.pointer(attributes)}/well/images"
        pointers = [f"{base}/{field.number}/path" for field in listed]
        walk.want(image_wants(walk, well.fields, pointers, named_in=want.path))


def _field(well: WellNode, listed: ListedField) -> ImageNode:
    path = f"{well.path}/{listed.path}" if well.path else listed.path
    return ImageNode(path, listed, Role.FIELD)


def _want_row(walk: Walk, well: WellNode) -> None:
    """Ask for the group of the row that a well lies in; only rules look at it."""
    row = well.path.rpartition("/")[0]
    if walk.inspector is None or not row or row in walk.rows:
        return
    walk.rows.add(row)
    path = f"{row}/{walk.storage.mark}"
    node = OtherNode(row)
    walk.want([Want(path, Role.ROW, node, take_row, look_for_stranger, aside=True)])


def take_row(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the group of a row: it is there, and that is all it has to say."""
    walk.document(want, content)

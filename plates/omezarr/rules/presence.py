"""Rules about what has to be there: groups, arrays, and documents that can be read.

Each presence of a node belongs to one rule, so that one thing that is wrong is told once.
"""

from collections.abc import Iterator
from typing import Final

from plates.omezarr.findings import Fault, shown
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.seen import NodeSeen, Presence, Role
from plates.omezarr.versions.numbers import as_number

nodes: Final = RuleBook[NodeSeen]()

_FIRST_OF_ZARR_3: Final = (0, 5)
_NO_GROUP: Final = frozenset({Presence.ABSENT, Presence.OTHER_KIND})
_NO_ARRAY: Final = _NO_GROUP | {Presence.BARE}
_UNREAD: Final = frozenset({Presence.ABSENT, Presence.MALFORMED, Presence.REFUSED})


def _no_group(seen: NodeSeen, what: str) -> Fault:
    """What to say where a group should be and there is none; the pointer names who asks for it."""
    if seen.presence is Presence.ABSENT:
        return Fault(
            seen.named_by, f"There is no group for the {what} {shown(seen.path)}.", "a group"
        )
    message = f"At the {what} {shown(seen.path)} lies an array where a group has to be."
    return Fault(seen.named_by, message, "a group", "an array")


# No MUST says that a listed well has to be there: "Each well object MUST contain a path key
# identifying the path to the well subgroup" (0.4) is all. A path that leads nowhere identifies
# nothing, and a catalog cannot show it.
@nodes.rule("HCS-WELL-EXISTS", section="hcs-layout", levels={"0.1": ERROR}, missing=True)
def listed_well_is_there(seen: NodeSeen) -> Iterator[Fault]:
    """A well that the plate lists is there, as a group."""
    if seen.role is Role.WELL and seen.presence in _NO_GROUP:
        yield _no_group(seen, "well")


# 0.4: "Each object MUST contain a path key identifying the path to the field of view." As above.
@nodes.rule("HCS-FIELD-EXISTS", section="hcs-layout", levels={"0.1": ERROR}, missing=True)
def listed_field_is_there(seen: NodeSeen) -> Iterator[Fault]:
    """A field that the well lists is there, as a group."""
    if seen.role is Role.FIELD and seen.presence in _NO_GROUP:
        yield _no_group(seen, "field")


# "the group above the images defines the well and MUST implement the well specification."
@nodes.rule("HCS-WELL-META", section="hcs-layout", levels={"0.1": ERROR})
def well_says_that_it_is_one(seen: NodeSeen) -> Iterator[Fault]:
    """The group of a well has the metadata `well`."""
    if seen.role is Role.WELL and seen.presence is Presence.BARE:
        yield Fault("", "The group of the well has no metadata `well`.", "the key well")


# "All images contained in a well are fields of view of the same well"; in the layout below, each
# field "Implements "multiscales", "omero"".
@nodes.rule("HCS-FIELD-META", section="hcs-layout", levels={"0.1": ERROR})
def field_says_that_it_is_an_image(seen: NodeSeen) -> Iterator[Fault]:
    """The group of a field has the metadata `multiscales`."""
    if seen.role is Role.FIELD and seen.presence is Presence.BARE:
        message = "The group of the field has no metadata `multiscales`."
        yield Fault("", message, "the key multiscales")


# 0.4: "Three groups MUST be defined above the images: [...] the group above the well defines a
# row of wells". Readers go by the paths of the wells and never open it.
@nodes.rule("HCS-ROW-GROUP", section="hcs-layout", levels={"0.1": ERROR}, forgivable=True)
def row_is_a_group(seen: NodeSeen) -> Iterator[Fault]:
    """Between the plate and its wells lies a group for each row."""
    if seen.role is Role.ROW and seen.presence in _NO_GROUP:
        yield _no_group(seen, "row")


# 0.4: "Each dictionary in datasets MUST contain the field path, whose value contains the path to
# the array for this resolution relative to the current zarr group."
@nodes.rule("IMG-ARRAY-EXISTS", section="multiscale-md", levels={"0.1": ERROR}, missing=True)
def level_is_an_array(seen: NodeSeen) -> Iterator[Fault]:
    """The path of each resolution of an image leads to an array."""
    if seen.role is not Role.LEVEL or seen.presence not in _NO_ARRAY:
        return
    if seen.presence is Presence.ABSENT:
        message = f"There is no array at {shown(seen.path)}, which the image lists."
        yield Fault(seen.named_by, message, "an array")
    else:
        message = f"At {shown(seen.path)} lies a group where an array has to be."
        yield Fault(seen.named_by, message, "an array", "a group")


# 0.5: "whose value is a JSON array of paths to the labeled multiscale image(s)" and "The
# zarr.json file for the label image MUST implement the multiscales specification." Before: "the
# key labels containing the paths to label objects which can be found underneath the group".
@nodes.rule("LBL-EXISTS", section="labels-md", levels={"0.1": WARNING, "0.5": ERROR}, missing=True)
def listed_label_is_an_image(seen: NodeSeen) -> Iterator[Fault]:
    """Each path in the list of labels leads to a group with the metadata `multiscales`."""
    if seen.role is not Role.LABEL:
        return
    if seen.presence in _NO_GROUP:
        yield _no_group(seen, "label")
    elif seen.presence is Presence.BARE:
        message = "The group of the label has no metadata `multiscales`."
        yield Fault("", message, "the key multiscales")


# Both Zarr formats keep the metadata of a node in a JSON object, and JSON is UTF-8 (RFC 8259).
@nodes.rule("ZARR-JSON", section="", levels={"0.1": ERROR})
def document_is_a_json_object(seen: NodeSeen) -> Iterator[Fault]:
    """Each metadata document is a JSON object in UTF-8."""
    if seen.presence is Presence.MALFORMED:
        why = f": {seen.reason.rstrip('.')}" if seen.reason else ""
        yield Fault("", f"The metadata document cannot be read{why}.", "a JSON object")


# 0.4: "Arrays MUST be defined and stored in a hierarchical organization as defined by the
# version 2 of the Zarr specification". RFC-2: "< 0.5 => Zarr version 2 and >= 0.5 => Zarr
# version 3", "Images that use the new version of OME-Zarr metadata MUST NOT use Zarr version 2
# any more", "OME-Zarr images MUST be consistent in their OME-Zarr and Zarr version."
# The root is held against its version, all else against the root: a plate that is wholly of the
# wrong format has one fault, not one in each node.
@nodes.rule(
    "ZARR-FORMAT", section={"0.1": "on-disk", "0.5": "storage-format"}, levels={"0.1": ERROR}
)
def node_is_of_the_right_zarr_format(seen: NodeSeen) -> Iterator[Fault]:
    """Every group and array is Zarr 2 up to version 0.4, and Zarr 3 from version 0.5 on."""
    found = f"Zarr {seen.zarr_format}" if seen.zarr_format else "the other Zarr format"
    if seen.presence is Presence.OTHER_FORMAT:
        message = f"The node is {found}, unlike the root of its store."
        yield Fault("", message, "one Zarr format", found)
        return
    number = as_number(seen.version)
    if seen.role is not Role.ROOT or seen.presence in _UNREAD or number is None:
        return
    wanted = 2 if number < _FIRST_OF_ZARR_3 else 3
    if seen.zarr_format not in {0, wanted}:
        message = f"OME-Zarr {seen.version[:20]} has to be stored as Zarr {wanted}, not as {found}."
        yield Fault("", message, f"Zarr {wanted}", found)


# RFC-2: "OME-Zarr 0.5 (with Zarr v3) and OME-Zarr 0.4 (with Zarr v2) metadata could exist
# side-by-side in a Zarr hierarchy, it is NOT RECOMMENDED. [...] 0.5 SHOULD be treated
# preferentially."
@nodes.rule("OME-MIXED", section="", levels={"0.1": WARNING}, force=Force.SHOULD)
def node_has_documents_of_one_zarr_format(seen: NodeSeen) -> Iterator[Fault]:
    """No group or array has the documents of Zarr 2 and of Zarr 3 side by side."""
    if seen.twin:
        message = "Here lie documents of Zarr 2 and of Zarr 3; the latter were read."
        yield Fault("", message, "documents of one format", "documents of both formats")


# No sentence of the specification: what is not shown cannot be checked, and is not said to be
# missing.
@nodes.rule("STORE-READ", section="", levels={"0.1": ERROR})
def document_can_be_read(seen: NodeSeen) -> Iterator[Fault]:
    """The storage shows each metadata document, and none is too large to be read."""
    if seen.presence is Presence.REFUSED:
        why = f": {seen.reason.rstrip('.')}" if seen.reason else ""
        yield Fault("", f"The metadata document could not be had{why}.", "a document to read")

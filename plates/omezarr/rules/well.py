"""Rules about the well document, held against the plate document."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from plates.omezarr.comparing import id_of, repeated, whole_of
from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonObject, text_of
from plates.omezarr.rules.plate import node_of
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.seen import WellSeen

wells: Final = RuleBook[WellSeen]()


# 0.5: "The path MUST contain only alphanumeric characters, MUST be case-sensitive, and MUST NOT
# be a duplicate of any other path in the images list."
@wells.rule("HCS-FIELD-UNIQUE", section="well-md", levels={"0.1": None, "0.4": ERROR})
def field_is_listed_once(seen: WellSeen) -> Iterator[Fault]:
    """No two images of a well have the same path, of whatever acquisition."""
    for number, path, first in repeated(seen.images(), _path_of):
        message = f"The field {shown(path)} is listed already, as number {first} of `images`."
        pointer = pointer_of("images", number, "path")
        yield Fault(pointer, message, "each field once", shown(path), node_of(path))


def _path_of(image: JsonObject) -> str | None:
    return text_of(image.get("path"))


def _node(image: JsonObject) -> str:
    return node_of(_path_of(image))


# 0.5: "If multiple acquisitions were performed in the plate, it MUST contain an acquisition key
# whose value MUST be an integer identifying the acquisition which MUST match one of the
# acquisition JSON objects defined in the plate metadata". 0.3: "it SHOULD contain an acquisition
# key identifying the id of the acquisition which must match one of acquisition JSON objects".
# The sentence binds where several acquisitions were performed. A plate that defines none, which
# it MAY, does not say that there were several; nor does a well all of whose images name the same
# one. Such an id means nothing, but breaks nothing. A well that names two proves several.
@wells.rule("HCS-ACQ-KNOWN", section="well-md", levels={"0.1": WARNING, "0.4": ERROR})
def acquisition_is_defined_by_the_plate(seen: WellSeen) -> Iterator[Fault]:
    """The acquisition that an image names is one of those that the plate defines."""
    defined = seen.plate.most_fields
    # An acquisition without an id could be the one that is meant; the structure tells of it.
    if None in defined or not isinstance(seen.plate.plate.get("acquisitions", []), list):
        return
    named = [(number, id_of(image.get("acquisition"))) for number, image in seen.images()]
    if not defined and len({key for _, key in named if key is not None}) <= 1:
        return
    images = dict(seen.images())
    for number, key in named:
        if key is not None and key not in defined:
            yield Fault(
                pointer_of("images", number, "acquisition"),
                f"The plate defines no acquisition with the id {shown(key)}.",
                _some(list(defined)),
                shown(key),
                _node(images[number]),
            )


_FEW: Final = 5


def _some(ids: list[int | str | None]) -> str:
    """The first few of the ids, as what is expected."""
    if not ids:
        return "an id that the plate defines"
    more = " ..." if len(ids) > _FEW else ""
    return "one of " + ", ".join(shown(key) for key in ids[:_FEW]) + more


# 0.4: "If multiple acquisitions were performed in the plate, it MUST contain an acquisition key
# identifying the id of the acquisition". Up to 0.3 it is "it SHOULD contain".
@wells.rule("HCS-ACQ-REQUIRED", section="well-md", levels={"0.1": WARNING, "0.4": ERROR})
def image_names_its_acquisition(seen: WellSeen) -> Iterator[Fault]:
    """Where a plate has more than one acquisition, each image names its own."""
    defined = len(seen.plate.most_fields)
    if defined <= 1:
        return
    for number, image in seen.images():
        if "acquisition" not in image:
            message = f"The plate has {defined} acquisitions, but the image does not say which."
            yield Fault(
                pointer_of("images", number), message, "the key acquisition", "", _node(image)
            )


# 0.5: "The plate dictionary SHOULD contain a field_count key whose value MUST be a positive
# integer defining the maximum number of fields per view across all wells." All acquisitions
# count: the specification's example has two of two fields each, and a field_count of 4.
@wells.rule("HCS-FIELD-COUNT", section="plate-md", levels={"0.1": WARNING}, force=Force.SHOULD)
def well_has_at_most_field_count(seen: WellSeen) -> Iterator[Fault]:
    """No well has more images than the field_count of its plate."""
    most = whole_of(seen.plate.plate.get("field_count"))
    if most is None or most <= 0:
        return
    # One listed twice is one image: HCS-FIELD-UNIQUE tells of it.
    fields = {path for _, image in seen.images() if (path := _path_of(image)) is not None}
    if len(fields) > most:
        message = f"The well has {len(fields)} images, but the plate says at most {most}."
        found = str(len(fields))
        yield Fault(pointer_of("images"), message, f"at most {most}", found)


# 0.5: "Each acquisition object SHOULD contain a maximumfieldcount key whose value MUST be a
# positive integer indicating the maximum number of fields of view for the acquisition."
@wells.rule("HCS-ACQ-MAXFIELD", section="plate-md", levels={"0.1": WARNING}, force=Force.SHOULD)
def acquisition_has_at_most_its_field_count(seen: WellSeen) -> Iterator[Fault]:
    """No well has more images of an acquisition than its maximumfieldcount."""
    promised = seen.plate.most_fields
    # Where there is but one acquisition, an image that names none is of that one.
    only = next(iter(promised)) if len(promised) == 1 else None
    fields: defaultdict[int | str, set[str]] = defaultdict(set)
    for _, image in seen.images():
        path, key = _path_of(image), id_of(image.get("acquisition", only))
        if path is not None and key is not None:
            fields[key].add(path)
    for key, paths in fields.items():
        most = promised.get(key)
        if most is not None and 0 < most < len(paths):
            message = (
                f"The well has {len(paths)} images of the acquisition {shown(key)}, which says "
                f"that it has at most {most} in a well."
            )
            yield Fault(pointer_of("images"), message, f"at most {most}", str(len(paths)))

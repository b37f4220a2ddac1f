"""Rules about collections of bioformats2raw: a group of images in the order of an OME-XML file.

What is wrong in the group `OME` is told with that group as node, and with pointers below its own
attributes.
"""

import re
from collections.abc import Iterator
from typing import Final

from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.seen import CollectionSeen

collections: Final = RuleBook[CollectionSeen]()

OME_GROUP: Final = "OME"
LAYOUT: Final = "bioformats2raw.layout"
_LAYOUT_KNOWN: Final = 3
_NUMBERED: Final = re.compile(r"0|[1-9][0-9]{0,8}")


# 0.4: 'Conforming groups MUST have the value "3" for the "bioformats2raw.layout" key'. Versions
# before do not know the key, but bioformats2raw wrote it into them too: hence the warnings.
@collections.rule("BF2RAW-VALUE", section="bf2raw-details", levels={"0.1": WARNING, "0.4": ERROR})
def layout_is_three(seen: CollectionSeen) -> Iterator[Fault]:
    """The value of `bioformats2raw.layout` is the number 3."""
    if type(seen.layout) in (int, float) and seen.layout == _LAYOUT_KNOWN:
        return
    yield Fault(
        pointer_of(LAYOUT),
        f"`{LAYOUT}` has to be the number 3.",
        expected="3",
        found=shown(seen.layout),
    )


# 0.4: '"series" MUST be a list of string objects, each of which is a path to an image group. The
# order of the paths MUST match the order of the "Image" elements in "OME/METADATA.ome.xml" if
# provided.' And: 'Every "multiscales" group MUST represent exactly one OME-XML "Image"'.
@collections.rule("BF2RAW-SERIES", section="bf2raw-details", levels={"0.1": WARNING, "0.4": ERROR})
def series_names_the_images(seen: CollectionSeen) -> Iterator[Fault]:
    """Each path in `series` is an image of its own, one for each Image of METADATA.ome.xml."""
    if seen.series is None:
        return
    probed, first = frozenset(seen.probed), dict[str, int]()
    for number, path in enumerate(seen.series):
        known = first.setdefault(path, number)
        if known != number:
            message = f"Series {number} names {shown(path)}, which series {known} names already."
            expected = "a path of its own"
        elif path in probed and path not in seen.present:
            message = f"Series {number} names {shown(path)}, but there is no image."
            expected = "the path of an image"
        else:
            continue
        pointer = pointer_of("series", number)
        yield Fault(pointer, message, expected=expected, found=shown(path), node=OME_GROUP)
    described = _images_described(seen)
    # Nothing in the file names the groups: of their order only the number can be told.
    if described is not None and described != len(seen.series):
        yield Fault(
            pointer_of("series"),
            f"`series` has {_paths(len(seen.series))}, but METADATA.ome.xml describes "
            f"{_images(described)}.",
            expected=_paths(described),
            found=_paths(len(seen.series)),
            node=OME_GROUP,
        )


def _images_described(seen: CollectionSeen) -> int | None:
    """How many images METADATA.ome.xml describes; None if that is not known."""
    return None if seen.xml is None or seen.xml.fault else len(seen.xml.images)


def _images(number: int) -> str:
    return "1 image" if number == 1 else f"{number:,} images"


def _paths(number: int) -> str:
    return "1 path" if number == 1 else f"{number:,} paths"


# 0.4: 'If the "series" attribute does not exist and no "plate" is present: separate "multiscales"
# images MUST be stored in consecutively numbered groups starting from 0'. The images of
# METADATA.ome.xml are counted with it: each group "MUST represent exactly one OME-XML "Image"".
@collections.rule(
    "BF2RAW-CONSEC",
    section="bf2raw-details",
    levels={"0.1": WARNING, "0.4": ERROR},
    missing=True,
)
def images_are_numbered_from_zero(seen: CollectionSeen) -> Iterator[Fault]:
    """Without `series` and `plate`, the images are the groups 0, 1, 2, ... without a gap."""
    if seen.series is not None or seen.has_plate:
        return
    present = _numbers(seen.present)
    described = _images_described(seen)
    # Without the file at least one image has to be there, and none beyond a gap.
    end = described if described is not None else max(present, default=0) + 1
    for number in sorted(_numbers(seen.probed) - present):
        if number < end:
            yield Fault(
                pointer_of(LAYOUT),
                f"There is no image in the group {number}.",
                expected="images in consecutively numbered groups from 0",
                node=str(number),
            )
    if described is None:
        return
    for number in sorted(present):
        if number >= described:
            yield Fault(
                pointer_of(LAYOUT),
                f"METADATA.ome.xml describes {_images(described)}, so none for the group {number}.",
                expected=f"no more than {_images(described)}",
                node=str(number),
            )


def _numbers(paths: tuple[str, ...] | frozenset[str]) -> set[int]:
    return {int(path) for path in paths if _NUMBERED.fullmatch(path)}


# 0.4: 'SHOULD have OME metadata representing the entire collection of images in a file named
# "OME/METADATA.ome.xml"'.
@collections.rule(
    "BF2RAW-XML-ABSENT",
    section="bf2raw-details",
    levels={"0.1": WARNING},
    force=Force.SHOULD,
    missing=True,
)
def there_is_an_ome_xml_file(seen: CollectionSeen) -> Iterator[Fault]:
    """The collection has a file OME/METADATA.ome.xml."""
    if seen.xml is None:
        yield Fault(
            pointer_of(LAYOUT),
            "The collection has no file OME/METADATA.ome.xml.",
            expected="OME/METADATA.ome.xml",
        )


# 0.4: 'MUST adhere to the OME-XML specification but MUST use `<MetadataOnly/>` elements as opposed
# to `<BinData/>`, `<BinaryOnly/>` or `<TiffData/>`'.
@collections.rule(
    "BF2RAW-XML",
    section="bf2raw-details",
    levels={"0.1": WARNING, "0.4": ERROR},
    forgivable=True,
)
def the_ome_xml_file_is_metadata_only(seen: CollectionSeen) -> Iterator[Fault]:
    """METADATA.ome.xml is OME-XML, with MetadataOnly in place of pixels."""
    if seen.xml is None:
        return
    if seen.xml.fault:
        yield Fault("", f"METADATA.ome.xml was not read: {seen.xml.fault}.", node=OME_GROUP)
    elif not seen.xml.metadata_only:
        yield Fault(
            "",
            "METADATA.ome.xml has to hold MetadataOnly in the Pixels of each image, and no pixels.",
            expected="MetadataOnly",
            found="BinData, BinaryOnly or TiffData, or nothing",
            node=OME_GROUP,
        )

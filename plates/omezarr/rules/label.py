"""Rules about labels: the list of an image's labels, and each label beside its image."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonValue, object_of, text_of
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.seen_images import LabelListSeen, LabelSeen, LabelsSeen

label_groups: Final = RuleBook[LabelListSeen]()
label_lists: Final = RuleBook[LabelsSeen]()
labels: Final = RuleBook[LabelSeen]()

_LABEL: Final = {"0.1": "label-md", "0.5": "labels-md"}
"""Where the specification speaks of one label; from 0.5 on in the section on all of them."""
INTEGERS: Final = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64")


# 0.1 to 0.4: 'The special group "labels" [...] contains the key `labels` containing the paths to
# label objects'. 0.5: "whose value is a JSON array of paths". A group without the key is left alone.
@label_groups.rule("LBL-LIST", section="labels-md", levels={"0.1": ERROR})
def labels_are_a_list_of_paths(seen: LabelListSeen) -> Iterator[Fault]:
    """The metadata `labels` is a list of paths."""
    if not isinstance(seen.value, list):
        message = "The value of `labels` is no list, so that no label can be found by it."
        yield Fault("", message, expected="a list of paths", found=shown(seen.value))
        return
    for number, path in enumerate(seen.value):
        if not isinstance(path, str) or not path:
            message = f"Entry {number} of `labels` is no path."
            yield Fault(pointer_of(number), message, expected="a path", found=shown(path))


# 0.5: "All label images SHOULD be listed within this metadata file." Before, the layout says
# "All labels will be listed in `.zattrs`", yet "Unlisted groups MAY be labels".
@label_lists.rule(
    "LBL-UNLISTED",
    section="labels-md",
    levels={"0.1": WARNING},
    force=Force.SHOULD,
    needs_listing=True,
)
def every_label_is_listed(seen: LabelsSeen) -> Iterator[Fault]:
    """Every label on disk is in the list `labels`."""
    listed = sorted(path.strip("/") for path in seen.listed)
    for name in dict.fromkeys(seen.on_disk or ()):
        path = name.strip("/")
        if not path or _lists(listed, path):
            continue
        yield Fault(
            "",
            f"The group {shown(path)} lies below `labels` but is not in the list.",
            expected=f"{shown(path)} in the list",
            node=path,
        )


def _lists(listed: list[str], path: str) -> bool:
    """Whether a sorted list holds a path, or one below it: folders between need no entry."""
    at = bisect_left(listed, path)
    if at < len(listed) and listed[at] == path:
        return True
    below = bisect_left(listed, f"{path}/")
    return below < len(listed) and listed[below].startswith(f"{path}/")


# 0.5: "The pixels of the label images MUST be integer data types, i.e. one of [`uint8`, `int8`,
# `uint16`, `int16`, `uint32`, `int32`, `uint64`, `int64`]." Before, in the layout only: "but only
# integer values are supported".
@labels.rule("LBL-DTYPE", section="labels-md", levels={"0.1": WARNING, "0.5": ERROR})
def label_pixels_are_integers(seen: LabelSeen) -> Iterator[Fault]:
    """The pixels of a label are integers of 8 to 64 bits, at every level."""
    for level in seen.pyramid.levels if seen.pyramid else ():
        # An array without a type that can be read is told elsewhere.
        if level.array is None or not level.array.dtype or level.array.dtype in INTEGERS:
            continue
        yield Fault(
            "",
            f"The pixels of level {shown(level.path)} of this label are no integers.",
            expected="an integer type of 8 to 64 bits",
            found=shown(level.array.dtype),
            node=level.path,
        )


# 0.1 to 0.4, label-md: 'the two "datasets" series MUST have the same number of entries.'
# 0.5: "the JSON array associated with the `datasets` key MUST have the same number of entries
# (scale levels) as the original unlabeled image."
@labels.rule("LBL-LEVELS", section=_LABEL, levels={"0.1": ERROR})
def label_has_as_many_levels_as_its_image(seen: LabelSeen) -> Iterator[Fault]:
    """A label has as many resolution levels as its image."""
    own = len(seen.pyramid.levels) if seen.pyramid else 0
    of_image = len(seen.image.levels) if seen.image else 0
    if own and of_image and own != of_image:
        yield Fault(
            "",
            f"This label has {_levels(own)}, but its image has {_levels(of_image)}.",
            expected=_levels(of_image),
            found=_levels(own),
        )


def _levels(number: int) -> str:
    return "1 level" if number == 1 else f"{number:,} levels"


# All versions, in the layout: "Each dimension of the label should be either the same as the
# corresponding dimension of the image, or `1` if that dimension of the label is irrelevant."
@labels.rule("LBL-SHAPE", section="image-layout", levels={"0.1": WARNING}, force=Force.SHOULD)
def label_is_as_long_as_its_image(seen: LabelSeen) -> Iterator[Fault]:
    """A label is as long as its image along each axis, or 1 long."""
    if seen.pyramid is None or seen.image is None or not seen.pyramid.levels:
        return
    # Only the largest level: writers round differently where they make the smaller ones.
    for axis in dict.fromkeys(seen.pyramid.axes):
        own, of_image = seen.pyramid.length(axis), seen.image.length(axis)
        if own is None or of_image is None or own in (1, of_image):
            continue
        yield Fault(
            "",
            f"This label is {own:,} long along {shown(axis)}, but its image is {of_image:,} long.",
            expected=f"{of_image:,} or 1",
            found=f"{own:,}",
            node=seen.pyramid.levels[0].path,
        )


# 0.1 to 0.4: "All `label-value`s must be unique." 0.5: "This array contains one JSON object for
# each unique custom label."
@labels.rule("LBL-COLORS-UNIQUE", section=_LABEL, levels={"0.1": ERROR})
def label_values_of_colors_are_unique(seen: LabelSeen) -> Iterator[Fault]:
    """No two colors of a label have the same `label-value`."""
    first: dict[int | float, int] = {}
    for number, color in seen.colors():
        value = color.get("label-value")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        known = first.setdefault(value, number)
        if known == number:
            continue
        yield Fault(
            pointer_of("colors", number, "label-value"),
            f"Color {number} has the label value {shown(value)}, which color {known} has already.",
            expected="a value that no other color has",
            found=shown(value),
        )


# All versions: "If included it MAY include a key `image` whose value is the relative path to a
# Zarr image group. The default value is "../../"".
@labels.rule("LBL-SOURCE", section="labels-md", levels={"0.1": WARNING}, force=Force.SHOULD)
def source_of_a_label_is_an_image(seen: LabelSeen) -> Iterator[Fault]:
    """The image that a label names as its source is there."""
    if seen.source is not False:
        return
    named = _source_named(seen.described.get("source"))
    if named is None:
        pointer, message = "", 'This label names no source, and "../../" is no image.'
    else:
        pointer = pointer_of("source", "image")
        message = f"The source of this label, {shown(named)}, is no image."
    yield Fault(pointer, message, expected="the path of an image", found=shown(named or "../../"))


def _source_named(source: JsonValue) -> str | None:
    return text_of(object_of(source).get("image"))


# 0.5: 'Intermediate groups between "labels" and the images within it are allowed, but these MUST
# NOT contain metadata.'
@labels.rule("LBL-GROUP-META", section="labels-md", levels={"0.5": ERROR})
def groups_above_a_label_say_nothing(seen: LabelSeen) -> Iterator[Fault]:
    """A group between `labels` and a label holds no metadata."""
    for path in dict.fromkeys(seen.between):
        yield Fault(
            "",
            f"The group {shown(path)} above this label holds metadata of its own.",
            expected="no metadata",
        )

"""Rules about `omero`: the channels of an image and how they are to be shown."""

import re
from collections.abc import Iterator
from typing import Final

from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonValue, integer_of, number_of, object_of
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.seen_images import OmeroSeen

omeros: Final = RuleBook[OmeroSeen]()

_COLOR: Final = re.compile(r"[0-9A-Fa-f]{6}", re.ASCII)
_PLACES: Final = (("defaultT", "t"), ("defaultZ", "z"))
_NO_CHANNELS: Final = frozenset("tzyx")


# 0.4: "Each dictionary in "channels" MUST contain the field "color", which is a string of 6
# hexadecimal digits [...] Each dictionary in "channels" MUST contain the field "window"". The
# schemas ask for both keys up to 0.4 only. Wrong types are for the structure of the document.
@omeros.rule("OMERO-SHAPE", section="omero-md", levels={"0.1": WARNING, "0.4": ERROR})
def channels_have_a_color_and_a_window(seen: OmeroSeen) -> Iterator[Fault]:
    """Each channel has a color of six hexadecimal digits, and a window with all its four values."""
    for number, channel in seen.channels():
        missing = [f"`{key}`" for key in ("color", "window") if key not in channel]
        if missing:
            yield Fault(
                pointer_of("channels", number),
                f"The channel lacks {' and '.join(missing)}.",
                expected=" and ".join(missing),
                found="nothing",
            )
        color = channel.get("color")
        if isinstance(color, str) and _COLOR.fullmatch(color) is None:
            yield _about_color(number, color)


def _about_color(number: int, color: str) -> Fault:
    bare = color.removeprefix("#")
    hint = " without the #" if bare != color else ""
    return Fault(
        pointer_of("channels", number, "color"),
        f"The color {shown(color)} has to be six hexadecimal digits{hint}.",
        expected=bare if hint and _COLOR.fullmatch(bare) else "six hexadecimal digits",
        found=shown(color),
    )


# 0.1 to 0.6, beside `channels` in the example: "Array matching the c dimension size".
@omeros.rule("OMERO-COUNT", section="omero-md", levels={"0.1": WARNING}, force=Force.SHOULD)
def each_channel_of_the_image_is_described(seen: OmeroSeen) -> Iterator[Fault]:
    """There are as many channels in `omero` as the image has."""
    channels = seen.omero.get("channels")
    if not isinstance(channels, list):
        return
    length = seen.lengths.get("c")
    if length is None:
        # Without a channel axis there is one channel, if no axis might be one by another name.
        if len(channels) <= 1 or not seen.lengths or not _NO_CHANNELS.issuperset(seen.lengths):
            return
        length = 1
    if len(channels) != length:
        yield Fault(
            pointer_of("channels"),
            f"The number of channels described is {len(channels)}, but the image has {length}.",
            expected=f"{length} channels",
            found=f"{len(channels)} channels",
        )


# 0.4: "`min` and `max`, which are the minimum and maximum values of the window [...] `start` and
# `end`, which are the start and end values of the window". And of `rdefs`: "First timepoint to
# show the user", "First Z section to show the user".
@omeros.rule("OMERO-RANGE", section="omero-md", levels={"0.1": WARNING}, force=Force.HYGIENE)
def what_is_shown_lies_within_the_image(seen: OmeroSeen) -> Iterator[Fault]:
    """Windows start and end between their min and max, and the first plane shown exists."""
    for number, channel in seen.channels():
        yield from _about_window(number, channel.get("window"))
    defaults = object_of(seen.omero.get("rdefs"))
    for key, axis in _PLACES:
        place, length = integer_of(defaults.get(key)), seen.lengths.get(axis)
        if place is None or length is None or 0 <= place < length:
            continue
        yield Fault(
            pointer_of("rdefs", key),
            f"The image has no plane {place} along {axis}: its length there is {length}.",
            expected=f"a number below {length}, from 0",
            found=str(place),
        )


def _about_window(number: int, value: JsonValue) -> Iterator[Fault]:
    window = object_of(value)
    least, most = number_of(window.get("min")), number_of(window.get("max"))
    for key in ("start", "end"):
        bound = number_of(window.get(key))
        if bound is None:
            continue
        if (least is not None and bound < least) or (most is not None and bound > most):
            yield Fault(
                pointer_of("channels", number, "window", key),
                f"The window's {key} lies outside of its min and max.",
                expected=f"from {shown(window.get('min'))} to {shown(window.get('max'))}",
                found=shown(window.get(key)),
            )

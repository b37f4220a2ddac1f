"""Views of an image as somebody asks for them: channels, contrast, plane, moment, region, size."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

MOST_SHOWN: Final = 8
"""Channels of one picture."""
WIDEST: Final = 2_048
"""Pixels of a picture from left to right, and from top to bottom."""
MAX_TEXT: Final = 400
_MIDDLE, _BRIGHTEST = "middle", "max"
_NUMBER: Final = r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?"
_CHANNEL: Final = re.compile(
    rf"(?P<number>[0-9]{{1,5}})(?::(?P<color>[0-9A-Fa-f]{{6}})?)?"
    rf"(?::(?P<low>{_NUMBER})-(?P<high>{_NUMBER}))?",
    re.ASCII,
)
_REGION: Final = re.compile(r"([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9})", re.ASCII)
_PLANE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


class ViewRefused(Exception):
    """A view that cannot be asked for so; `parameter` names what is wrong, the text says why."""

    def __init__(self, parameter: str, sentence: str) -> None:
        super().__init__(sentence)
        self.parameter = parameter


class ChannelWish(msgspec.Struct, frozen=True):
    """A channel as somebody wants it; None and an empty colour leave it as it is shown usually."""

    number: int
    color: str = ""
    low: float | None = None
    high: float | None = None


class Region(NamedTuple):
    """A part of the largest level, in its pixels."""

    x: int
    y: int
    width: int
    height: int


class View(msgspec.Struct, frozen=True):
    """What is to be seen of an image: the usual, where nothing is said.

    `z` and `t` are numbers of planes, or None for the middle; `brightest` projects all z. `level`
    shows a level as it is, `width` fits the view into so many pixels.
    """

    channels: tuple[ChannelWish, ...] = ()
    z: int | None = None
    brightest: bool = False
    t: int | None = None
    level: int | None = None
    width: int | None = None
    region: Region | None = None


def parse_view(parameters: Mapping[str, str]) -> View:
    """The view that the parameters of a request describe; ViewRefused in a sentence."""
    for name, text in parameters.items():
        if len(text) > MAX_TEXT:
            raise ViewRefused(name, f"'{name}' is longer than {MAX_TEXT} characters.")
    told_z = parameters.get("z", "")
    level = _whole("level", parameters.get("level", ""), 100)
    width = _whole("width", parameters.get("width", ""), WIDEST)
    if level is not None and width is not None:
        sentence = "Say either 'level', to see its own pixels, or 'width', not both."
        raise ViewRefused("level", sentence)
    if width == 0:
        raise ViewRefused("width", f"'width' is a number of pixels from 1 to {WIDEST:,}.")
    return View(
        channels=_channels(parameters.get("channels", "")),
        z=None if told_z == _BRIGHTEST else _plane("z", told_z),
        brightest=told_z == _BRIGHTEST,
        t=_plane("t", parameters.get("t", "")),
        level=level,
        width=width,
        region=_region(parameters.get("region", "")),
    )


def _whole(name: str, text: str, most: int) -> int | None:
    if not text:
        return None
    if _PLANE.fullmatch(text) is None or int(text) > most:
        raise ViewRefused(name, f"'{name}' is a whole number up to {most:,}, not '{text[:40]}'.")
    return int(text)


def _plane(name: str, text: str) -> int | None:
    if text in ("", _MIDDLE):
        return None
    if _PLANE.fullmatch(text) is None:
        more = f", '{_MIDDLE}' or '{_BRIGHTEST}'" if name == "z" else f" or '{_MIDDLE}'"
        raise ViewRefused(name, f"'{name}' is the number of a plane, from 0{more}.")
    return int(text)


def _channels(text: str) -> tuple[ChannelWish, ...]:
    wishes = []
    for part in filter(None, text.split(",")):
        match = _CHANNEL.fullmatch(part)
        if match is None:
            raise ViewRefused(
                "channels",
                f"'{part[:60]}' is no channel. Write its number, then, if you like, a colon and its "
                "colour, a colon and its window: 0, 0:2F6BFF, 0:2F6BFF:104-3200 or 0::104-3200.",
            )
        low, high = match["low"], match["high"]
        wish = ChannelWish(
            int(match["number"]),
            match["color"] or "",
            None if low is None else float(low),
            None if high is None else float(high),
        )
        if wish.low is not None and wish.high is not None and not wish.low < wish.high:
            raise ViewRefused("channels", f"The window of '{part[:60]}' ends before it begins.")
        wishes.append(wish)
    if len(wishes) > MOST_SHOWN or len({wish.number for wish in wishes}) < len(wishes):
        raise ViewRefused(
            "channels", f"Name each channel once, and at most {MOST_SHOWN} in one picture."
        )
    return tuple(wishes)


def _region(text: str) -> Region | None:
    if not text:
        return None
    match = _REGION.fullmatch(text)
    region = Region(*map(int, match.groups())) if match else None
    if region is None or not (region.width and region.height):
        raise ViewRefused(
            "region", "'region' is x,y,width,height in pixels of the largest level: 0,0,512,512."
        )
    return region

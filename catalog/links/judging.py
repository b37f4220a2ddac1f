"""Whether a viewer opens a target at an address: yes, no or unknown, and why, in a sentence."""

import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from catalog.links.opened import Opened
from catalog.links.targets import Address, Target
from catalog.links.viewers import VIEWERS, Runs, Viewer
from catalog.words import Answer

_NO_Z: Final = (
    "{title} expects as many planes along z in every level, and here smaller levels have fewer."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of asking whether a viewer opens something; `link` is empty where it does not."""

    viewer: Viewer
    answer: Answer
    reason: str
    link: str
    how: str


@dataclass(frozen=True, slots=True)
class _Doubt:
    answer: Answer
    reason: str


Judge = Callable[[Viewer, Target, Address], Iterator[_Doubt]]


def judged(target: Target, address: Address) -> list[Judged]:
    """Every viewer, and whether it opens a target at an address."""
    return [judge(viewer, target, address) for viewer in VIEWERS]


def judge(viewer: Viewer, target: Target, address: Address) -> Judged:
    """Whether one viewer opens a target at an address: the first `no`, else the first doubt."""
    doubts = [doubt for look in _JUDGES for doubt in look(viewer, target, address)]
    refused = [doubt for doubt in doubts if doubt.answer is Answer.NO]
    worst = next(iter(refused or doubts), None)
    told = worst or _Doubt(Answer.YES, _why_it_opens(viewer, target, address))
    opens = told.answer is not Answer.NO
    return Judged(
        viewer,
        told.answer,
        told.reason,
        link=link_of(viewer, target, address) if opens and viewer.link else "",
        how=viewer.how.format(raw=address.url, shell=shlex.quote(address.url))
        if opens and viewer.how
        else "",
    )


def link_of(viewer: Viewer, target: Target, address: Address) -> str:
    """The URL that opens an address in a viewer."""
    return viewer.link.format(url=quote(address.url, safe=""), state=_state(target, address))


def _state(target: Target, address: Address) -> str:
    """A state of Neuroglancer with one layer; the data source as its documentation spells it."""
    source = f"{address.url}/|zarr{target.zarr_format or 2}:"
    layer = {"name": target.path or "image", "source": source, "type": "image"}
    return quote(json.dumps({"layers": [layer]}, separators=(",", ":")), safe="")


def _why_it_opens(viewer: Viewer, target: Target, address: Address) -> str:
    what = f"{viewer.title} opens {_article(target.opened)} of OME-Zarr {target.version}"
    where = ""
    if address.is_of_this_machine:
        where = ", on the machine that Platecat runs on"
    remark = f" {viewer.remark}" if viewer.remark else ""
    return f"{what}{where}.{remark}"


def _article(opened: Opened) -> str:
    return f"an {opened.value}" if opened is Opened.IMAGE else f"a {opened.value}"


def _of_kind(viewer: Viewer, target: Target, _: Address) -> Iterator[_Doubt]:
    if viewer.instead:
        yield _Doubt(Answer.NO, viewer.instead)
    elif target.opened not in viewer.opens:
        known = ", ".join(f"{one.value}s" for one in Opened if one in viewer.opens)
        what = {Opened.OTHER: "is none of these", Opened.IMAGE: "is an image"}
        is_one = what.get(target.opened, f"is a {target.opened.value}")
        yield _Doubt(Answer.NO, f"{viewer.title} opens {known}, and this {is_one}.")


def _of_version(viewer: Viewer, target: Target, _: Address) -> Iterator[_Doubt]:
    if not target.version:
        yield _Doubt(
            Answer.UNKNOWN, "The store has not been read yet, so its version is not known."
        )
    elif target.version in viewer.not_versions:
        yield _Doubt(Answer.NO, f"{viewer.title} does not open OME-Zarr {target.version}.")
    elif target.version not in viewer.versions:
        yield _Doubt(
            Answer.UNKNOWN,
            f"Nobody says whether {viewer.title} opens OME-Zarr {target.version}; it does open "
            f"{', '.join(sorted(viewer.versions))}.",
        )
    if target.zarr_format is not None and target.zarr_format not in viewer.zarr_formats:
        yield _Doubt(Answer.NO, f"{viewer.title} does not read Zarr {target.zarr_format}.")


def _of_pixels(viewer: Viewer, target: Target, _: Address) -> Iterator[_Doubt]:
    pixels = target.pixels
    if pixels is None:
        return
    if viewer.axes is not None and (other := [a for a in pixels.axes if a not in viewer.axes]):
        yield _Doubt(
            Answer.NO,
            f"{viewer.title} knows the axes {', '.join(a for a in 'tczyx' if a in viewer.axes)}, and "
            f"this has {', '.join(other)}.",
        )
    if viewer.dtypes is not None and pixels.dtype and pixels.dtype not in viewer.dtypes:
        yield _Doubt(Answer.NO, f"{viewer.title} shows no pixels of type {pixels.dtype}.")
    packed = [codec for codec in pixels.codecs if codec not in (viewer.codecs or pixels.codecs)]
    if packed:
        yield _Doubt(Answer.NO, f"{viewer.title} does not decode {', '.join(packed)}.")
    if viewer.same_planes and target.opened is Opened.IMAGE and not pixels.keeps_planes:
        yield _Doubt(Answer.NO, _NO_Z.format(title=viewer.title))


def _of_address(viewer: Viewer, _: Target, address: Address) -> Iterator[_Doubt]:
    if not address.url:
        yield _Doubt(Answer.NO, "The store lies nowhere any more.")
    elif viewer.runs is Runs.SERVER and address.is_of_this_machine:
        yield _Doubt(
            Answer.NO,
            f"{viewer.title} reads from its own server, which does not reach an address of this "
            "machine alone: let Platecat be reached under a name of its own.",
        )
    elif viewer.runs is Runs.BROWSER:
        yield from _of_browser(viewer, address)


def _of_browser(viewer: Viewer, address: Address) -> Iterator[_Doubt]:
    if not address.is_https and not address.is_of_this_machine:
        yield _Doubt(
            Answer.NO,
            f"{viewer.title} is a page behind https, and browsers let such a page read nothing from "
            "http: let this address be reached by https.",
        )
    if address.failure:
        yield _Doubt(Answer.NO, address.failure)
    elif address.failure is None and not address.is_ours:
        yield _Doubt(
            Answer.UNKNOWN,
            "Whether the server of this store lets pages of other sites read there (CORS) has not "
            "been tried: test the links of the store.",
        )


_JUDGES: Final[tuple[Judge, ...]] = (_of_kind, _of_version, _of_pixels, _of_address)

"""Snippets: a few lines for each library, which open something as they stand."""

from dataclasses import dataclass

from catalog.links.libraries import LIBRARIES, Library
from catalog.links.opened import Opened
from catalog.links.targets import Address, Target
from catalog.words import Answer


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines that open a target with a library, and whether they will; no lines where they do not."""

    library: Library
    answer: Answer
    reason: str
    code: str


def snippets(target: Target, address: Address) -> list[Snippet]:
    """A snippet of each library for a target at an address."""
    return [snippet(library, target, address) for library in LIBRARIES]


def snippet(library: Library, target: Target, address: Address) -> Snippet:
    """The lines that open a target at an address with a library."""
    answer, reason = _whether(library, target, address)
    code = "" if answer is Answer.NO else _code(library, target, address)
    return Snippet(library, answer, reason, code)


def _whether(library: Library, target: Target, address: Address) -> tuple[Answer, str]:
    if not address.url:
        return Answer.NO, "The store lies nowhere any more."
    if target.opened not in library.opens:
        what = "this" if target.opened is Opened.OTHER else f"a {target.opened.value} by itself"
        return Answer.NO, f"{library.title} does not open {what}."
    if library.versions is not None and target.version not in library.versions:
        beyond = library.beyond or f"It reads {', '.join(sorted(library.versions))}."
        version = target.version or "of a version that is not known"
        return Answer.NO, f"{library.title} does not open OME-Zarr {version} here. {beyond}"
    return Answer.YES, f"{library.title} reads it over http."


def _code(library: Library, target: Target, address: Address) -> str:
    code = (library.codes or {}).get(target.opened, library.code)
    levels = target.pixels.level_paths if target.pixels else ()
    return code.format(
        url=repr(address.url),
        document=repr(target.document.rpartition("/")[2]),
        level=repr(levels[0] if levels else "0"),
    )

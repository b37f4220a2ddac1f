"""The page of viewers and libraries, made from their tables: `python -m catalog.links.viewers_page`."""

import sys
from collections.abc import Iterable, Iterator
from typing import Final

from catalog.links.libraries import LIBRARIES, Library
from catalog.links.opened import Opened
from catalog.links.viewers import VIEWERS, Viewer

_INTRODUCTION: Final = """\
# Viewers and libraries

What opens what, as `.../links/` of a store, plate, well, field or image judges it. Made from the tables
`catalog/links/viewers.py` and `catalog/links/libraries.py`; what no source says is answered with `unknown`. Where a
store lies counts besides: [why a viewer does not open something](../how-to/open-a-plate-in-a-viewer.md#why-one-does-not).

## Viewers

| viewer | runs in | opens | OME-Zarr | not | axes | types | codecs | source |
|---|---|---|---|---|---|---|---|---|
"""
_LINKS: Final = """
## Links

`{url}` is the address, percent-encoded; `{raw}` as it is, `{shell}` quoted; `{state}` the state of Neuroglancer, one layer with the source
`ADDRESS/|zarr2:` or `ADDRESS/|zarr3:`; `{source}` the table of the fields that a public search or dataset holds,
`{"name": ..., "type": "csv", "uri": ADDRESS OF THE EXPORT}`.

| viewer | opened by | documentation |
|---|---|---|
"""
_LIBRARIES: Final = """
## Libraries

Each snippet is run by the tests as it stands, against a plate that Platecat serves.

| library | opens | OME-Zarr | installed by | documentation |
|---|---|---|---|---|
"""
_ALL: Final = "any"


def viewers_page() -> Iterator[str]:
    """The lines of the page, each with its end."""
    yield _INTRODUCTION
    yield from map(_viewer, VIEWERS)
    yield from (f"\n{viewer.title}: {viewer.instead}\n" for viewer in VIEWERS if viewer.instead)
    yield _LINKS
    yield from map(_link, VIEWERS)
    yield _LIBRARIES
    yield from map(_library, LIBRARIES)


def _viewer(viewer: Viewer) -> str:
    return _row(
        viewer.title,
        viewer.runs.value,
        _opens(viewer.opens) or "-",
        _words(viewer.versions) or "-",
        _words(viewer.not_versions),
        _ALL if viewer.axes is None else " ".join(a for a in "tczyx" if a in viewer.axes),
        _ALL if viewer.dtypes is None else _words(viewer.dtypes),
        _ALL if viewer.codecs is None else _words(viewer.codecs),
        f"[source]({viewer.source})",
    )


def _link(viewer: Viewer) -> str:
    link = viewer.link or viewer.table
    by = f"`{link}`" if link else viewer.how or "-"
    return _row(viewer.title, by, f"[documentation]({viewer.documentation})")


def _library(library: Library) -> str:
    versions = _ALL if library.versions is None else _words(library.versions)
    return _row(
        library.title,
        _opens(library.opens),
        f"{versions}. {library.beyond}" if library.beyond else versions,
        f"`{library.install}`",
        f"[documentation]({library.documentation})",
    )


def _opens(opened: Iterable[Opened]) -> str:
    wanted = set(opened)
    return ", ".join(one.value for one in Opened if one in wanted)


def _words(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    """Print the page."""
    sys.stdout.writelines(viewers_page())


if __name__ == "__main__":
    main()

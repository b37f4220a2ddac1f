"""A download as a shell script for any POSIX shell."""

import json
import re
from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Final
from urllib.parse import urlsplit

from catalog.api.download_tools import END, FUNCTIONS, ONE_BY_ONE, TOOLS, tool_for
from catalog.api.download_wishes import Wishes, Wishing, is_safe
from catalog.queries.downloads import StorePart
from plates.omezarr.printable import printable

_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_ARCHIVES: Final = (".zip", ".ozx")
_WILDCARDS: Final = frozenset("*?[")
_START: Final = """\
#!/bin/sh
# {title}
# Usage: sh download.sh [FOLDER]
# Run it again if it was broken off. What is private asks for the keys that your tools know already.
set -eu
umask 022
to=${{1:-platecat-download}}
mkdir -p -- "$to"
CDPATH='' cd -- "$to"
"""


def script_of(title: str, parts: Iterable[StorePart], tool: str | None) -> Iterator[str]:
    """The script, line by line."""
    yield _START.format(title=printable(title))
    yield FUNCTIONS
    taken: set[str] = set()
    for part in parts:
        yield from (f"{line}\n" for line in store_lines(part, tool, folder_of(part, taken)))
    yield "\necho 'Done.'\n"


def folder_of(part: StorePart, taken: set[str]) -> str:
    """The folder that a store goes to: by its name, none of which is another's."""
    last = urlsplit(part.url).path.rstrip("/").rpartition("/")[2]
    name = _NAME.sub("_", last).strip("._-") or "store"
    number, folder = 1, name
    while folder.casefold() in taken:
        number += 1
        folder = f"{number}-{name}"
    taken.add(folder.casefold())
    return folder


def store_lines(part: StorePart, tool: str | None, to: str) -> Iterator[str]:
    """The lines that copy what is wanted of a store."""
    yield ""
    yield f"# {printable(part.store.name or to)}: {len(part.wells):,} wells"
    chosen, refusal = chosen_tool(part, tool)
    if chosen is None:
        yield f"echo {quote(f'{printable(part.url)}: {refusal}')} >&2"
        return
    yield f"echo {quote(to)}"
    yield f"mkdir -p ./{quote(to)}"
    wishes = Wishing(part, one_by_one=chosen in ONE_BY_ONE).all()
    if not all(map(is_safe, paths_of(wishes))):
        yield "echo 'A path of this store leads out of it: it is left out.' >&2"
        return
    for note in notes_of(part, chosen):
        yield f"# {note}"
    if wishes.kept:
        yield "command -v python3 > /dev/null || fail 'python3 is needed to cut metadata down.'"
    yield from TOOLS[chosen](part.url, to, wishes)
    root = ".zattrs" if part.store.zarr_format == 2 else "zarr.json"  # noqa: PLR2004 - Zarr 2
    yield f"[ -f {quote(f'./{to}/{root}')} ] || fail {quote(f'{to}: nothing arrived.')}"
    if wishes.kept:
        yield f"keep ./{quote(to)} <<'{END}'"
        yield from (json.dumps(kept) for kept in wishes.kept)
        yield END


def chosen_tool(part: StorePart, wanted: str | None) -> tuple[str | None, str]:
    """The tool that copies a store, or None and the sentence that says why not."""
    if not part.url:
        return None, "this store lies nowhere any more."
    if part.url.lower().endswith(_ARCHIVES):
        return None, "this store is one archive: fetch it whole."
    if not is_line(part.url) or (urlsplit(part.url).query and "://" in part.url):
        return None, "this address is not one that a path can be put behind."
    tool = tool_for(part.url, wanted)
    if tool is None:
        return None, "no tool of this script reads such an address."
    if tool == "s5cmd" and _WILDCARDS & set(part.url):
        tool = "rclone"
    return tool, ""


def is_line(text: str) -> bool:
    """Whether a text has no end of a line in it."""
    return not any(letter in text for letter in "\n\r\x00")


def notes_of(part: StorePart, tool: str) -> Iterator[str]:
    """What whoever downloads a store should know."""
    yield from part.notes
    if tool in ONE_BY_ONE:
        yield "Labels and tables are not fetched: a web server does not tell what there is."


def paths_of(wishes: Wishes) -> Iterator[str]:
    """All paths that a script names."""
    yield from wishes.documents
    yield from wishes.more_documents
    yield from wishes.folders
    yield from (beginning.rstrip("/") for beginning in wishes.beginnings)
    yield from (path for path, _ in wishes.arrays)

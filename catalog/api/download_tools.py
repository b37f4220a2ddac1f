"""The lines of a shell script that copy some of a store, tool by tool.

Every path and URL is quoted as one word; lines that a tool reads stand in documents of which the
shell takes nothing for its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from shlex import quote
from typing import Final
from urllib.parse import quote as url_quote
from urllib.parse import unquote, urlsplit

from catalog.api.download_wishes import Wishes

END: Final = "END_OF_PLATECAT"
"""No line between begins so: all begin with a slash or a word of a tool."""
Lines = Iterator[str]
Copy = Callable[[str, str, Wishes], Lines]

FUNCTIONS: Final = r"""
fail() {
    echo "$1" >&2
    exit 1
}

# Reads the settings of curl for many files; an answer in $1 is as good as the file.
fetch_all() {
    curl --config - --parallel --parallel-max "${JOBS:-16}" --create-dirs --globoff --location \
        --fail --silent --retry 3 --write-out '%{http_code}\n' > .codes || :
    awk -v fine=" 200 $1" '!index(fine, " " $1 " ") { bad = 1 } END { exit bad }' .codes ||
        fail "Some files could not be fetched. Run this again."
    rm -f .codes
}

# Reads pairs of lines: where a file lies, and where it goes.
wget_all() {
    while IFS= read -r url && IFS= read -r path; do
        mkdir -p -- "$(dirname -- "$path")"
        if wget --quiet --server-response --tries=3 -O "$path.part" -- "$url" 2> .answer; then
            mv -- "$path.part" "$path"
        else
            rm -f -- "$path.part"
            status=$(awk '/^ *HTTP\// { status = $2 } END { print status }' .answer)
            case " $1" in *" ${status:-none} "*) ;; *) fail "$path could not be fetched." ;; esac
        fi
    done
    rm -f .answer
}

# Leaves in documents only what was fetched; reads lines of JSON: folder, kind, paths.
keep() {
    python3 -c '
import json, os, sys
def documents():
    for line in sys.stdin:
        folder, kind, kept = json.loads(line)
        for name in ("zarr.json", ".zattrs"):
            path = os.path.join(sys.argv[1], folder, name)
            if os.path.exists(path):
                yield name, path, kind, kept
for name, path, kind, kept in documents():
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    document.pop("consolidated_metadata", None)
    told = document.get("attributes", {}) if name == "zarr.json" else document
    told = told.get("ome", told)
    if kind.startswith("plate"):
        plate = told["plate"]
        plate["wells"] = [one for one in plate["wells"] if one["path"] in kept]
        if kind != "plate":
            plate.pop("field_count", None)
    elif kind == "well":
        told["well"]["images"] = [one for one in told["well"]["images"] if one["path"] in kept]
    else:
        for image in told["multiscales"]:
            image["datasets"] = [one for one in image["datasets"] if one["path"] in kept]
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2)
    os.replace(path + ".part", path)
' "$@" || fail "The metadata in $1 could not be cut down."
}
"""

_ABSENT: Final = "403 404 410 "
"""A chunk that holds nothing but the fill value is not there; a bucket that may not be listed says 403."""
_GLOB: Final = re.compile(r"([\\*?\[\]{}])")


def with_rclone(url: str, to: str, wishes: Wishes) -> Lines:
    """One call, told by patterns; it lists only folders of which anything is wanted."""
    parts = urlsplit(url)
    kind = "gcs" if parts.scheme == "gs" else "s3"
    remote = {"s3": ":s3,provider=AWS,env_auth=true:", "gcs": ":gcs,env_auth=true:"}[kind]
    yield f"remote=${{RCLONE_REMOTE-{remote}}}"
    where = quote(f"{parts.netloc}{parts.path}".rstrip("/"))
    yield f"rclone copy --include-from - \"$remote\"{where} ./{quote(to)} <<'{END}'"
    for path in (*wishes.documents, *wishes.more_documents):
        yield f"/{_escaped(path)}"
    for folder in wishes.folders:
        yield f"/{_escaped(folder)}/**" if folder else "/**"
    for beginning in wishes.beginnings:
        yield f"/{_escaped(beginning)}{_rest(beginning, '**', '*')}"
    yield END


def with_aws(url: str, to: str, wishes: Wishes) -> Lines:
    """A call for each folder and document; AWS_OPTIONS stands in each, such as --no-sign-request."""
    base = url.rstrip("/")
    copy = "aws s3 cp --only-show-errors ${AWS_OPTIONS-}"
    for path in wishes.documents:
        yield f"{copy} {quote(f'{base}/{path}')} {quote(f'./{to}/{path}')}"
    for path in wishes.more_documents:
        yield f"{copy} {quote(f'{base}/{path}')} {quote(f'./{to}/{path}')} 2> /dev/null || :"
    for folder in wishes.folders:
        below = f"/{folder}/" if folder else "/"
        yield f"{copy} --recursive {quote(base + below)} {quote(f'./{to}{below}')}"
    for folder, name in map(_split, wishes.beginnings):
        only = f" --exclude '*' --include {quote(name + '*')}" if name else ""
        yield f"{copy} --recursive{only} {quote(f'{base}/{folder}')} {quote(f'./{to}/{folder}')}"


def with_s5cmd(url: str, to: str, wishes: Wishes) -> Lines:
    """Two calls, each told what to copy line by line; S5CMD_OPTIONS stands in both."""
    base = url.rstrip("/")
    yield f"s5cmd ${{S5CMD_OPTIONS-}} run <<'{END}'"
    for path in wishes.documents:
        yield f"cp {quote(f'{base}/{path}')} {quote(f'./{to}/{path}')}"
    for folder in wishes.folders:
        below = f"/{folder}/" if folder else "/"
        yield f"cp {quote(f'{base}{below}*')} {quote(f'./{to}{below}')}"
    for folder, name in map(_split, wishes.beginnings):
        yield f"cp {quote(f'{base}/{folder}{name}*')} {quote(f'./{to}/{folder}')}"
    yield END
    if wishes.more_documents:
        yield f"s5cmd ${{S5CMD_OPTIONS-}} run > /dev/null 2>&1 <<'{END}' || :"
        for path in wishes.more_documents:
            yield f"cp {quote(f'{base}/{path}')} {quote(f'./{to}/{path}')}"
        yield END


def with_curl(url: str, to: str, wishes: Wishes) -> Lines:
    """Three calls, each for many files at once."""
    for paths, fine in _answers(wishes):
        yield f"fetch_all {quote(fine)} <<'{END}'"
        for path in paths:
            yield f'url = "{_in_config(_address(url, path))}"'
            yield f'output = "{_in_config(f"./{to}/{path}")}"'
        yield END


def with_wget(url: str, to: str, wishes: Wishes) -> Lines:
    """File by file."""
    for paths, fine in _answers(wishes):
        yield f"wget_all {quote(fine)} <<'{END}'"
        for path in paths:
            yield _address(url, path)
            yield f"./{to}/{path}"
        yield END


def with_cp(url: str, to: str, wishes: Wishes) -> Lines:
    """Commands of the system alone."""
    base = unquote(urlsplit(url).path) if url.startswith("file:") else url
    base = base.rstrip("/")
    made: dict[str, None] = {}
    for path, or_not in [(one, "") for one in wishes.documents] + [
        (one, " 2> /dev/null || :") for one in wishes.more_documents
    ]:
        yield from _folder(f"./{to}/{path}".rpartition("/")[0], made)
        yield f"cp -- {quote(f'{base}/{path}')} {quote(f'./{to}/{path}')}{or_not}"
    for folder in wishes.folders:
        goal = f"./{to}/{folder}".rstrip("/")
        yield from _folder(goal, made)
        yield f"cp -R -- {quote(f'{base}/{folder}'.rstrip('/'))}/. {quote(goal)}"
    for folder, name in map(_split, wishes.beginnings):
        goal = f"./{to}/{folder}".rstrip("/")
        yield from _folder(goal, made)
        yield f"for file in {quote(f'{base}/{folder}{name}')}*; do"
        yield f'    [ ! -e "$file" ] || cp -R -- "$file" {quote(goal)}'
        yield "done"


TOOLS: Final[Mapping[str, Copy]] = {
    "rclone": with_rclone,
    "aws": with_aws,
    "s5cmd": with_s5cmd,
    "curl": with_curl,
    "wget": with_wget,
    "cp": with_cp,
}
ONE_BY_ONE: Final = frozenset({"curl", "wget"})
"""Web servers list nothing."""
_OF_SCHEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "s3": ("rclone", "aws", "s5cmd"),
    "gs": ("rclone",),
    "http": ("curl", "wget"),
    "https": ("curl", "wget"),
    "file": ("cp",),
    "": ("cp",),
}


def tool_for(url: str, wanted: str | None) -> str | None:
    """The tool that copies from a URL: the one that is wanted if it can; None if none can."""
    able = _OF_SCHEMES.get(urlsplit(url).scheme, ())
    return wanted if wanted in able else next(iter(able), None)


def _answers(wishes: Wishes) -> Iterator[tuple[Iterable[str], str]]:
    yield wishes.documents, ""
    if wishes.more_documents:
        yield wishes.more_documents, _ABSENT
    if wishes.arrays:
        yield wishes.chunks(), _ABSENT


def _address(url: str, path: str) -> str:
    return f"{url.rstrip('/')}/{url_quote(path)}"


def _in_config(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escaped(path: str) -> str:
    return _GLOB.sub(r"\\\1", path)


def _rest(beginning: str, below: str, within: str) -> str:
    """The pattern of what comes after a beginning; an object's whole path is one too."""
    if beginning.endswith("/"):
        return below
    return within if beginning.endswith(".") else ""


def _split(beginning: str) -> tuple[str, str]:
    folder, _, name = beginning.rpartition("/")
    return (f"{folder}/" if folder else ""), name


def _folder(path: str, made: dict[str, None]) -> Lines:
    if path not in made:
        made[path] = None
        yield f"mkdir -p -- {quote(path)}"

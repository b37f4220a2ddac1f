"""A bucket in memory behind the part of S3 that a reader uses, which remembers what it was asked.

Lists (ListObjectsV2 with prefix, delimiter or none, start-after, pages of 1,000 keys) and objects,
or the start of them. It may hold hundreds of thousands.
"""

import asyncio
import bisect
import hashlib
import json
import random
import re
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from plates.omezarr.options import StoreOptions
from tests.loopback import ASKED, asked_of, serve, server_process

BUCKET = "bucket"
PAGE = 1_000
_FAIL = "/-/fail/"
_WRITE = "/-/write/"
_WHEN = "2026-11-25T00:00:00.000Z"
_GROUP_3 = (
    b'{"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5", '
    b'"multiscales": [{"datasets": [{"path": "0"}]}]}}}'
)
_GROUP_2 = b'{"multiscales": [{"version": "0.4", "datasets": [{"path": "0"}]}]}'


@dataclass(frozen=True)
class BucketServer:
    """A running server."""

    port: int

    @property
    def endpoint(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def options(self) -> StoreOptions:
        """How the bucket is opened."""
        return StoreOptions(endpoint=self.endpoint, region="us-east-1", anonymous=True, retries=1)

    @property
    def url(self) -> str:
        """The address of the whole bucket."""
        return f"s3://{BUCKET}"

    def asked(self) -> list[str]:
        """`LIST prefix` and `GET key` for each request since this was called last."""
        return asked_of(self.endpoint)

    def fail(self, place: str) -> None:
        """Answer 503 from now on to lists of this prefix, or requests for this key."""
        urllib.request.urlopen(f"{self.endpoint}{_FAIL}{place}").close()

    def write(self, key: str, content: str) -> None:
        """Put an object, in the place of that of its key if there is one."""
        place = f"{_WRITE}{quote(key)}?{quote(content)}"
        urllib.request.urlopen(f"{self.endpoint}{place}").close()


@contextmanager
def bucket_server(
    content: Path | str, *, delay_s: float = 0.0, spread_s: float = 0.0
) -> Iterator[BucketServer]:
    """Serve the files below a folder, or as many made up stores as a text such as `10x10x50` says.

    The numbers are those of studies, of stores in each, and of chunks in each store. An answer
    takes `delay_s`, and up to `spread_s` more.
    """
    with server_process(__name__, content, delay_s, spread_s) as port:
        yield BucketServer(port)


class Bucket:
    """Objects by key, and lists of them."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects
        self._keys = sorted(objects)

    def write(self, key: str, content: bytes) -> None:
        """Put an object."""
        if key not in self.objects:
            bisect.insort(self._keys, key)
        self.objects[key] = content

    def flat_page(self, prefix: str, after: str) -> tuple[list[str], str]:
        """A page of the keys that begin with a prefix and follow another, and where it ends."""
        place = max(bisect.bisect_right(self._keys, after), bisect.bisect_left(self._keys, prefix))
        found = self._keys[place : place + PAGE + 1]
        found = [key for key in found if key.startswith(prefix)]
        return found[:PAGE], found[PAGE - 1] if len(found) > PAGE else ""

    def page(self, prefix: str, after: str) -> tuple[list[str], str]:
        """A page of the keys and the folders (with a slash) in a folder, and where it ends."""
        found: list[str] = []
        place = bisect.bisect_right(self._keys, after) if after else 0
        place = max(place, bisect.bisect_left(self._keys, prefix))
        while place < len(self._keys) and self._keys[place].startswith(prefix):
            if len(found) == PAGE:
                # All that begins with a folder lies before what has a "0" instead of its slash.
                last = found[-1]
                return found, f"{last[:-1]}0" if last.endswith("/") else last
            key = self._keys[place]
            name, slash, _ = key[len(prefix) :].partition("/")
            found.append(prefix + name + slash)
            place = place + 1 if not slash else bisect.bisect_left(self._keys, f"{prefix}{name}0")
        return found, ""


class _Answers:
    """Answers requests, after a delay."""

    def __init__(self, bucket: Bucket, delay_s: float, spread_s: float) -> None:
        self.asked: list[str] = []
        self._bucket = bucket
        self._delay_s = delay_s
        self._spread_s = spread_s
        self._failing: set[str] = set()

    def ask(self, transport: asyncio.WriteTransport, head: bytes) -> None:
        """Answer a request when its time has come."""
        request = head.decode("latin-1")
        target = urlsplit(request.split(" ", 2)[1])
        if target.path == ASKED:
            transport.write(_answer("200 OK", json.dumps(self.asked).encode()))
            self.asked.clear()
        elif target.path.startswith(_FAIL):
            self._failing.add(unquote(target.path.removeprefix(_FAIL)))
            transport.write(_answer("200 OK", b""))
        elif target.path.startswith(_WRITE):
            key = unquote(target.path.removeprefix(_WRITE))
            self._bucket.write(key, unquote(target.query).encode())
            transport.write(_answer("200 OK", b""))
        else:
            answer = self._answer(unquote(target.path), parse_qs(target.query), request)
            if request.startswith("HEAD "):
                answer = answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            delay_s = self._delay_s + random.random() * self._spread_s
            asyncio.get_running_loop().call_later(delay_s, _send, transport, answer)

    def _answer(self, path: str, query: dict[str, list[str]], head: str) -> bytes:
        if "list-type" in query:
            prefix = query.get("prefix", [""])[0]
            self.asked.append(f"LIST {prefix}")
            if prefix in self._failing:
                return _answer("503 Slow Down", b"")
            after = query.get("continuation-token", query.get("start-after", [""]))[0]
            list_page = self._bucket.page if "delimiter" in query else self._bucket.flat_page
            return _answer("200 OK", self._page(*list_page(prefix, after)))
        key = path.removeprefix(f"/{BUCKET}/")
        self.asked.append(f"GET {key}")
        if key in self._failing:
            return _answer("503 Slow Down", b"")
        return _part(self._bucket.objects.get(key), head)

    def _page(self, found: list[str], end: str) -> bytes:
        more = f"<IsTruncated>{str(bool(end)).lower()}</IsTruncated>"
        more += f"<NextContinuationToken>{escape(end)}</NextContinuationToken>" if end else ""
        entries = "".join(
            f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>"
            if one.endswith("/")
            else f"<Contents><Key>{escape(one)}</Key><LastModified>{_WHEN}</LastModified>"
            f'<ETag>"{_tag(self._bucket.objects[one])}"</ETag>'
            f"<Size>{len(self._bucket.objects[one])}</Size></Contents>"
            for one in found
        )
        return f"<ListBucketResult>{more}{entries}</ListBucketResult>".encode()


def _send(transport: asyncio.WriteTransport, answer: bytes) -> None:
    if not transport.is_closing():
        transport.write(answer)


def _part(body: bytes | None, head: str) -> bytes:
    if body is None:
        return _answer("404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>")
    tagged = f'ETag: "{_tag(body)}"\r\n'
    wanted = re.search(r"(?im)^range: bytes=(\d+)-(\d+)", head)
    if wanted is None:
        return _answer("200 OK", body, tagged)
    start, end = int(wanted[1]), min(int(wanted[2]) + 1, len(body))
    told = f"Content-Range: bytes {start}-{end - 1}/{len(body)}\r\n"
    return _answer("206 Partial Content", body[start:end], tagged + told)


def _tag(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _answer(status: str, body: bytes, more: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nContent-Type: application/xml\r\n"
        f"Last-Modified: Wed, 25 Nov 2026 00:00:00 GMT\r\n{more}\r\n"
    )
    return head.encode() + body


def files_in(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by their paths in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def made_up_stores(studies: int, each: int, chunks: int) -> dict[str, bytes]:
    """The objects of images in studies, the second half of them in Zarr 2, with so many chunks."""
    objects: dict[str, bytes] = {}
    for study in range(studies):
        for number in range(each):
            store = f"screens/study-{study:04}/plate-{number:05}.ome.zarr"
            if 2 * study >= studies > 1:
                objects |= {f"{store}/.zattrs": _GROUP_2, f"{store}/.zgroup": b"{}"}
                objects |= {f"{store}/0/.zarray": b"{}"}
            else:
                objects |= {f"{store}/zarr.json": _GROUP_3, f"{store}/0/zarr.json": b"{}"}
            for chunk in range(chunks):
                objects[f"{store}/0/c/{chunk // 10}/{chunk % 10}"] = b""
    return objects


def main(content: str, delay_s: str, spread_s: str) -> None:
    """Serve a folder, or made up stores."""
    numbers = re.fullmatch(r"(\d+)x(\d+)x(\d+)", content)
    if numbers is None:
        objects = files_in(Path(content))
    else:
        objects = made_up_stores(*map(int, numbers.groups()))
    asyncio.run(serve(_Answers(Bucket(objects), float(delay_s), float(spread_s))))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The bytes and lines of a file of an inventory, packed or not, in bounded memory."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from plates.omezarr.errors import InventoryMalformed
from plates.omezarr.inventory_rows import OpenPart
from plates.omezarr.row_problems import RowProblems

MAX_LINE: Final = 16 * 1024
HEAD: Final = 64 * 1024
"""Looked at to see what an inventory is."""

_GZIP: Final = b"\x1f\x8b"
_BLOCK: Final = 1024 * 1024
_BUFFER: Final = 64 * 1024


if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Part(NamedTuple):
    """A file of an inventory; `size` and `md5` are what a manifest says of it, if there is one."""

    name: str
    size: int | None = None
    md5: str = ""


class _Checked(io.RawIOBase):
    """A stream whose bytes are counted and digested while they are read."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self._digest = hashlib.md5(usedforsecurity=False)
        self._count = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer from the stream."""
        view = memoryview(buffer).cast("B")
        block = self._stream.read(len(view))
        view[: len(block)] = block
        self._digest.update(block)
        self._count += len(block)
        return len(block)

    def check(self, part: Part) -> None:
        """InventoryMalformed if this is not what the manifest says of a part."""
        while self.read(_BLOCK):
            pass
        is_whole = part.size is None or part.size == self._count
        if not is_whole or (part.md5 and part.md5.lower() != self._digest.hexdigest()):
            raise InventoryMalformed(
                f"The inventory's file {part.name} is not the one that its manifest names: sizes "
                "or checksums differ. Fetch it again."
            )


def head_of(open_part: OpenPart, name: str) -> tuple[bytes, bool]:
    """How a file begins, unpacked if it is packed with gzip, and whether it goes on after that."""
    with closing(open_part(name)) as stream:
        start = stream.read(len(_GZIP))
    blocks: list[bytes] = []
    for block in _blocks(open_part, Part(name), packed=start == _GZIP, size=HEAD + 1):
        blocks.append(block)
        if sum(map(len, blocks)) > HEAD:
            break
    head = b"".join(blocks)
    return head[:HEAD], len(head) > HEAD


def lines_of(
    open_part: OpenPart, part: Part, problems: RowProblems, *, separator: bytes = b"\n"
) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers, without line ends.

    Lines that are too long or no UTF-8 are told and left out. InventoryMalformed where the file is
    damaged, cut off, or not the one that a manifest names.
    """
    for number, found in _split(open_part, part, separator):
        line = found.removeprefix(codecs.BOM_UTF8) if found and number == 1 else found
        if line is None:
            problems.add(number, f"The line is longer than {MAX_LINE:,} bytes.")
            continue
        try:
            yield number, line.decode()
        except UnicodeDecodeError:
            shown = line[:80].decode("utf-8", "backslashreplace")
            problems.add(number, f"The line is no UTF-8: {shown}. Rename the file.")


def _split(open_part: OpenPart, part: Part, separator: bytes) -> Iterator[tuple[int, bytes | None]]:
    number, tail, is_cut = 0, b"", False
    with closing(open_part(part.name)) as stream:
        packed = stream.read(len(_GZIP)) == _GZIP
    for block in _blocks(open_part, part, packed=packed, size=_BLOCK):
        *lines, tail = (tail + block).split(separator)
        for line in lines:
            number += 1
            is_long = is_cut or len(line) > MAX_LINE
            yield number, None if is_long else _bare(line, separator)
            is_cut = False
        if len(tail) > MAX_LINE:
            tail, is_cut = b"", True
    if tail or is_cut:
        yield number + 1, None if is_cut else _bare(tail, separator)


def _bare(line: bytes, separator: bytes) -> bytes:
    return line.removesuffix(b"\r") if separator == b"\n" else line


def _blocks(open_part: OpenPart, part: Part, *, packed: bool, size: int) -> Iterator[bytes]:
    with closing(open_part(part.name)) as raw:
        checked = _Checked(raw)
        plain = io.BufferedReader(checked, _BUFFER)
        stream = gzip.GzipFile(fileobj=plain) if packed else plain
        try:
            while block := stream.read(size):
                yield block
        except (EOFError, zlib.error, OSError) as error:
            raise InventoryMalformed(
                f"The inventory's file {part.name} cannot be read to its end: it is damaged or cut "
                "off. Fetch it again."
            ) from error
        checked.check(part)

"""Text files, packed with gzip or not, in whatever encoding a program saved them."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TextIO, cast

from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.limits import MAX_LINE, MAX_RATIO, MAX_TEXT_BYTES, SMALL_BYTES
from plates.platemaps.remarks import Remark, RemarkKind

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Windows-1252 leaves five bytes without meaning; Latin-1 has one for each.
_WITHOUT_MARK: Final = ("utf-8", "cp1252", "latin-1")
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 4_096
READ_ERRORS: Final = (OSError, EOFError, zlib.error, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file whose bytes are known to be text in one encoding, within all limits."""

    name: str
    path: Path
    packed: bool
    """With gzip."""
    encoding: str
    quotes: bool
    """Whether there is any quotation mark in it."""
    comments: int
    """Lines that begin with `#`, those inside of quoted cells counted too."""

    @contextmanager
    def open(self) -> Iterator[TextIO]:
        """Its text from the beginning, line ends as they are; PlateMapRefused if it changed."""
        try:
            with (
                _opened(self.path, packed=self.packed) as binary,
                io.TextIOWrapper(binary, encoding=self.encoding, newline="") as text,
            ):
                yield text
        except READ_ERRORS as error:
            raise _unreadable(self.name) from error

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What of the encoding is worth a look."""
        if self.encoding not in _WITHOUT_MARK[1:]:
            return ()
        shown = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}[self.encoding]
        sentence = (
            f"The file is not in UTF-8; it was read as {shown}. Check letters that are not plain "
            "English, such as the micro sign."
        )
        return (Remark(sentence, RemarkKind.ENCODING, shown),)


def text_file(name: str, path: Path, *, packed: bool) -> TextFile:
    """A file of text, read through once; PlateMapRefused for what is no text, or too much."""
    try:
        with _opened(path, packed=packed) as binary:
            head = binary.read(_SAMPLE)
        encodings = _encodings(head)
        for encoding in encodings:
            try:
                return _surveyed(name, path, packed=packed, encoding=encoding)
            except UnicodeDecodeError:
                continue
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(name) from error
    raise PlateMapRefused(
        f"{name} begins as text in {encodings[0].upper()} but is not: some of its bytes mean "
        "nothing. Save it again as UTF-8."
    )


def _opened(path: Path, *, packed: bool) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if packed else path.open("rb")


def _unreadable(name: str) -> PlateMapRefused:
    return PlateMapRefused(
        f"{name} cannot be read to its end: it is damaged or was cut off. Upload it again."
    )


def _encodings(head: bytes) -> tuple[str, ...]:
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    if marked is not None:
        return (marked,)
    # Western text in UTF-16 has a zero in every other byte.
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(zeros) > 1 and 2 * zeros.count(0) > len(zeros):
            return (encoding,)
    return _WITHOUT_MARK


def _surveyed(name: str, path: Path, *, packed: bool, encoding: str) -> TextFile:
    most = _most_bytes(path, packed=packed)
    decoder = codecs.getincrementaldecoder(encoding)()
    size = run = comments = 0
    quotes, before = False, "\n"
    with _opened(path, packed=packed) as binary:
        while chunk := binary.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise _too_large(name, most)
            text = decoder.decode(chunk)
            if "\0" in text:
                raise PlateMapRefused(
                    f"{name} is no text: a plate map is a table as CSV, TSV or xlsx."
                )
            run = _run_of_line(name, text, run)
            quotes = quotes or '"' in text
            if "#" in text:
                comments += _comments(before + text)
            before = text[-1:] or before
        decoder.decode(b"", final=True)
    return TextFile(name, path, packed, encoding, quotes, comments)


def _most_bytes(path: Path, *, packed: bool) -> int:
    if not packed:
        return MAX_TEXT_BYTES
    return min(MAX_TEXT_BYTES, max(SMALL_BYTES, MAX_RATIO * path.stat().st_size))


def _too_large(name: str, most: int) -> PlateMapRefused:
    return PlateMapRefused(
        f"{name} unpacks to more than {most >> 20} MiB, which no plate map does. Split it."
    )


def _run_of_line(name: str, text: str, run: int) -> int:
    """How many characters the line that is not yet ended has, `run` of them before this text."""
    first = min((at for at in (text.find("\n"), text.find("\r")) if at >= 0), default=len(text))
    last = max(text.rfind("\n"), text.rfind("\r"))
    if run + first > MAX_LINE:
        raise PlateMapRefused(
            f"{name} has a line of more than {MAX_LINE >> 20} million characters: it is no table."
        )
    return run + len(text) if last < 0 else len(text) - last - 1


def _comments(text: str) -> int:
    return sum(text.count(start) for start in ("\n#", "\r#", '\n"#', '\r"#'))


def unpacked_start(name: str, path: Path, count: int) -> bytes:
    """The first bytes of what a file holds that is packed with gzip."""
    try:
        with gzip.open(path) as binary:
            return binary.read(count)
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(name) from error

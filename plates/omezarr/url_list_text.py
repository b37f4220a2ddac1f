"""The text of a list of addresses, whatever program saved it."""

import codecs
import gzip
import io
import re
import zlib
from typing import Final, NamedTuple

from plates.omezarr.errors import ListMalformed

MAX_BYTES: Final = 64 * 1024 * 1024
"""Of a list, packed or not."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GZIP: Final = b"\x1f\x8b"
_OTHER_FILES: Final = (
    (b"PK\x03\x04", "It is a zip archive or an Excel workbook; save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "It is an old Excel workbook; save the sheet as CSV."),
    (b"PAR1", "It is a Parquet file; export it as CSV, or read it as an inventory."),
    (b"version https://git-lfs", "It is a Git LFS pointer: the list itself was never downloaded."),
    (b"%PDF", "It is a PDF; save the table as CSV."),
)
_PAGE: Final = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_SAMPLE: Final = 4_096


class ListText(NamedTuple):
    """The text of a list and how it was encoded."""

    text: str
    encoding: str


def list_text(content: bytes) -> ListText:
    """The text of a list in UTF-8, UTF-16, UTF-32 or Latin-1, unpacked if it is packed with gzip.

    ListMalformed for what is larger than MAX_BYTES, and for what is no text.
    """
    if content.startswith(_GZIP):
        content = _unpacked(content)
    if len(content) > MAX_BYTES:
        raise ListMalformed(f"The list is larger than {MAX_BYTES >> 20} MiB; split it.")
    for start, sentence in _OTHER_FILES:
        if content.startswith(start):
            raise ListMalformed(f"This is no list of addresses. {sentence}")
    decoded = _decoded(content)
    if _PAGE.match(decoded.text) is not None:
        raise ListMalformed(
            "This is no list of addresses but a web page; give the address of the file itself."
        )
    if _NO_TEXT.search(decoded.text) is not None:
        raise ListMalformed("This is no list of addresses: it is no text.")
    return decoded


def _unpacked(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            return packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ListMalformed("The list is packed with gzip, but damaged or cut off.") from error


def _decoded(content: bytes) -> ListText:
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for encoding in (marked or _of_no_mark(content), "cp1252"):
        try:
            return ListText(content.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return ListText(content.decode("latin-1"), "latin-1")


def _of_no_mark(content: bytes) -> str:
    """UTF-8, unless every other byte is NUL, as in Western text saved in UTF-16."""
    sample = content[:_SAMPLE]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(zeros) > 1 and 2 * zeros.count(0) > len(zeros):
            return encoding
    return "utf-8"

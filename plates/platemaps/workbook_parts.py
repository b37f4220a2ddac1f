"""The parts of a workbook: XML in a zip archive, read piece by piece within limits."""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple
from xml.parsers import expat

from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.limits import (
    MAX_DIRECTORY_BYTES,
    MAX_RATIO,
    MAX_TOKEN_BYTES,
    SMALL_BYTES,
)

_END_OF_DIRECTORY: Final = struct.Struct("<4s4H2LH")
_END_SIGNATURE: Final = b"PK\x05\x06"
_ZIP64_LOCATOR: Final = b"PK\x06\x07"
_LOCATOR_BYTES: Final = 20
_LONGEST_COMMENT: Final = 65_535
_PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 1
_CHUNK: Final = 1 << 16
_MOST_NAMES: Final = 1_000
ZIP_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    NotImplementedError,
    ValueError,
    KeyError,
    RuntimeError,
)
"""What the standard library raises of archives that are damaged."""

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Handlers(NamedTuple):
    """What is called as a part is read: tags by their names without namespace."""

    start: Start
    end: End
    text: Text


class WorkbookParts:
    """The parts of one workbook by their names; PlateMapRefused for archives that mean harm."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path
        self._parts = self._directory()

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return tuple(self._parts)

    def pieces(self, part: str, handlers: Handlers, *, most: int) -> Iterator[None]:
        """Reads a part, its handlers called on the way, and stops after each piece of it.

        PlateMapRefused where it is missing, damaged, larger than `most` bytes, or not plain XML.
        """
        size = 0
        parser = self._parser(handlers)
        try:
            with zipfile.ZipFile(self._path) as archive:
                self._weigh(archive.getinfo(part), most)
                with archive.open(part) as member:
                    while piece := member.read(_CHUNK):
                        size += len(piece)
                        if size > most:
                            raise self._too_large(part)
                        parser.Parse(piece, False)  # noqa: FBT003
                        if size - parser.CurrentByteIndex > MAX_TOKEN_BYTES:
                            raise self._damaged(part)
                        yield
                    parser.Parse(b"", True)  # noqa: FBT003
                    yield
        except PlateMapRefused:
            raise
        except (*ZIP_ERRORS, expat.ExpatError) as error:
            raise self._damaged(part) from error

    def read(self, part: str, handlers: Handlers, *, most: int) -> None:
        """Reads a part to its end."""
        for _ in self.pieces(part, handlers, most=most):
            pass

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that one refers to, by the ids it knows them by: last word of type, name."""
        folder, base = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
                found[attributes["Id"]] = (kind, target.lstrip("/"))

        if listed in self._parts:
            self.read(listed, Handlers(start, _nothing, _nothing), most=MAX_TOKEN_BYTES)
        return found

    def _directory(self) -> dict[str, int]:
        self._look_at_directory()
        try:
            with zipfile.ZipFile(self._path) as archive:
                return {member.filename: member.file_size for member in archive.infolist()}
        except ZIP_ERRORS as error:
            raise self._damaged("") from error

    def _look_at_directory(self) -> None:
        """Refuses a directory that would fill the memory before the zipfile module reads it."""
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - _END_OF_DIRECTORY.size - _LONGEST_COMMENT))
                tail = file.read()
        except OSError as error:
            raise self._damaged("") from error
        at = tail.rfind(_END_SIGNATURE)
        if at < 0 or at + _END_OF_DIRECTORY.size > len(tail):
            raise self._damaged("")
        directory = _END_OF_DIRECTORY.unpack_from(tail, at)[5]
        zip64 = tail[max(0, at - _LOCATOR_BYTES) : at].startswith(_ZIP64_LOCATOR)
        if zip64 or directory > MAX_DIRECTORY_BYTES:
            raise PlateMapRefused(
                f"{self.name} is an archive of far more files than a workbook has. Save the sheet "
                "as CSV."
            )

    def _weigh(self, member: zipfile.ZipInfo, most: int) -> None:
        if member.flag_bits & _ENCRYPTED:
            raise PlateMapRefused(
                f"{self.name} is protected by a password. Save it without, or as CSV."
            )
        if member.compress_type not in _PACKINGS:
            raise self._damaged(member.filename)
        ratio = max(SMALL_BYTES, MAX_RATIO * member.compress_size)
        if member.file_size > min(most, ratio):
            raise self._too_large(member.filename)

    def _too_large(self, part: str) -> PlateMapRefused:
        return PlateMapRefused(
            f"{self.name} unpacks to more than a plate map needs ({part}). Save the sheet as CSV."
        )

    def _damaged(self, part: str) -> PlateMapRefused:
        where = f" ({part})" if part else ""
        return PlateMapRefused(
            f"{self.name} is a damaged workbook{where}. Open it in a spreadsheet program and save "
            "it again."
        )

    def _parser(self, handlers: Handlers) -> expat.XMLParserType:
        # With a separator for namespaces expat resolves their prefixes, whatever they are.
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True

        def refuse(*_: object) -> None:
            raise PlateMapRefused(
                f"{self.name} holds XML with definitions of its own, which no spreadsheet program "
                "writes. Save the sheet as CSV."
            )

        start, end, text = handlers
        local = _LocalNames()
        parser.StartElementHandler = lambda tag, attributes: start(local[tag], attributes)
        parser.EndElementHandler = lambda tag: end(local[tag])
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = refuse
        return parser


class _LocalNames(dict[str, str]):
    """Names of tags without their namespace, each taken apart once."""

    def __missing__(self, tag: str) -> str:
        name = tag.rpartition(" ")[2]
        if len(self) < _MOST_NAMES:
            self[tag] = name
        return name


def _nothing(_: str) -> None:
    """Of tags that end and of text nobody asks."""

"""OME-XML as bioformats2raw writes it: how many images it describes, and whether pixels lie in it.

Read with expat alone, in time and memory that grow with the length of the file and no faster; what
would take more is refused.
"""

from typing import Final
from xml.parsers import expat

from plates.omezarr.seen import XmlSeen

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_PART: Final = 16 * 1024 * 1024
MAX_ELEMENTS: Final = 2_000_000
MAX_IMAGES: Final = 500_000
MAX_DEPTH: Final = 256
MAX_NAME: Final = 256

# Depths, where the root is 1.
_BELOW_ROOT: Final = 2
_BELOW_IMAGE: Final = 3
_BELOW_PIXELS: Final = 4

_PIECE: Final = 1024 * 1024


def read_ome_xml(content: bytes) -> XmlSeen:
    """What an OME-XML file says of its images; `fault` if it is none, or too much to read."""
    if not content.strip():
        return XmlSeen(fault="it is empty")
    if len(content) > MAX_BYTES:
        return XmlSeen(fault=f"it is larger than {MAX_BYTES // 1024**2} MiB")
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.EntityDeclHandler = reading.entity
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    try:
        _feed(parser, content)
    except _Refused as refused:
        return XmlSeen(fault=str(refused))
    except expat.ExpatError as error:
        return XmlSeen(fault=f"it is not well-formed ({error})")
    except (ValueError, LookupError):
        return XmlSeen(fault="its encoding is not known")
    return XmlSeen(images=tuple(reading.images), metadata_only=reading.metadata_only)


def _feed(parser: expat.XMLParserType, content: bytes) -> None:
    # Piece by piece, so that a file that is refused is not read to its end.
    for start in range(0, len(content), _PIECE):
        parser.Parse(content[start : start + _PIECE], False)  # noqa: FBT003 - takes no keywords
        # Each piece makes expat look once more at all of a tag or comment that has not ended yet.
        if start - parser.CurrentByteIndex > MAX_PART:
            raise _Refused(f"one tag or comment is longer than {MAX_PART // 1024**2} MiB")
    parser.Parse(b"", True)  # noqa: FBT003 - takes no keywords


class _Refused(Exception):
    """Why a file is not read on, as the end of a sentence."""


class _Reading:
    """A file while it is read: called for each element, at its start and its end."""

    def __init__(self) -> None:
        self.images: list[str] = []
        self.metadata_only = True
        self._depth = 0
        self._elements = 0
        self._in_image = False
        self._in_pixels = False
        self._said = False
        """Whether the Pixels being read have said MetadataOnly."""

    def doctype(self, *_declared: object) -> None:
        raise _Refused("it declares a document type, which OME-XML has no use for")

    def entity(self, *_declared: object) -> None:
        raise _Refused("it declares entities, which OME-XML has no use for")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _Refused(f"it has more than {MAX_ELEMENTS:,} elements")
        if self._depth > _BELOW_PIXELS:
            if self._depth > MAX_DEPTH:
                raise _Refused(f"its elements are nested more than {MAX_DEPTH} deep")
            return
        # The prefix is free, and the name of the namespace changes with each version of OME-XML.
        self._start(name.rpartition(":")[2], attributes)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth == 1:
            if name != "OME":
                raise _Refused(f"it is XML, but no OME-XML: it begins with <{name[:MAX_NAME]}>")
        elif self._depth == _BELOW_ROOT:
            self._in_image = name == "Image"
            if self._in_image:
                self._note_image(attributes)
            elif name == "BinaryOnly":
                self.metadata_only = False
        elif self._depth == _BELOW_IMAGE:
            self._in_pixels = self._in_image and name == "Pixels"
            self._said = False
        elif self._in_pixels:
            self._said = self._said or name == "MetadataOnly"
            if name in ("BinData", "TiffData"):
                self.metadata_only = False

    def _note_image(self, attributes: dict[str, str]) -> None:
        if len(self.images) == MAX_IMAGES:
            raise _Refused(f"it describes more than {MAX_IMAGES:,} images")
        name = attributes.get("Name") or attributes.get("ID") or ""
        self.images.append(name[:MAX_NAME])

    def end(self, _name: str) -> None:
        if self._depth == _BELOW_IMAGE and self._in_pixels and not self._said:
            self.metadata_only = False
        self._depth -= 1

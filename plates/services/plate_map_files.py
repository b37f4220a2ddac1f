"""The files of a plate map: kept as they came, in pieces, and given back as files."""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from plates.models import PlateMap, PlateMapFile, PlateMapFilePart
from plates.platemaps.containers import SourceFile

PART_BYTES: Final = 1024 * 1024
LONGEST_NAME: Final = 255
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as somebody hands it over; its content can be read from the beginning again."""

    name: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """A file that was read once: what it is called, how many bytes it has, and their SHA-256."""

    name: str
    size: int
    digest: str


def measured(sent: SentFile) -> MeasuredFile:
    """Size and digest of a file, read from its beginning to its end."""
    counted = hashlib.sha256()
    size = 0
    for piece in pieces(sent.content):
        counted.update(piece)
        size += len(piece)
    return MeasuredFile(plain_name(sent.name), size, counted.hexdigest())


def plain_name(name: str) -> str:
    """The last part of a file's name, without what no screen shows; `table` if nothing is left."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    return shown.encode("utf-8", "replace").decode()[-LONGEST_NAME:] or "table"


def digest_of_files(files: Sequence[MeasuredFile], *, plate: str) -> str:
    """By what the same files are known again, given for the same plate.

    The names count where there are several: that of a plate map may be what joins it to others.
    """
    told = [plate, *(one.digest for one in files)]
    if len(files) > 1:
        told += [one.name for one in files]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def keep_files(plate_map: PlateMap, sent: Sequence[SentFile], told: Sequence[MeasuredFile]) -> None:
    """Keep the files of a plate map; called inside the transaction that makes it."""
    for number, (file, known) in enumerate(zip(sent, told, strict=True)):
        row = PlateMapFile.objects.create(
            plate_map=plate_map,
            number=number,
            name=known.name,
            digest=known.digest,
            size=known.size,
        )
        for part, piece in enumerate(pieces(file.content)):
            PlateMapFilePart.objects.create(
                file=row, number=part, content=zlib.compress(piece, _LEVEL)
            )


def kept_files(plate_map: PlateMap) -> list[MeasuredFile]:
    """What is known of the kept files, in their order."""
    rows = plate_map.files.order_by("number")
    return [MeasuredFile(row.name, row.size, row.digest) for row in rows]


def pieces(content: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file from its beginning, a piece at a time."""
    content.seek(0)
    while piece := content.read(PART_BYTES):
        yield piece


def content_of(file: PlateMapFile) -> Iterator[bytes]:
    """The bytes of a kept file, a piece at a time."""
    parts = PlateMapFilePart.objects.filter(file=file).order_by("number")
    # By number: a server-side cursor would need a transaction that stays open meanwhile.
    for number in range(parts.count()):
        yield zlib.decompress(bytes(parts.get(number=number).content))


@contextmanager
def files_at_hand(plate_map: PlateMap) -> Iterator[tuple[SourceFile, ...]]:
    """The kept files as files of a temporary folder, for as long as they are looked at."""
    with TemporaryDirectory(prefix="platecat-platemap-") as folder:
        found = []
        for file in plate_map.files.order_by("number"):
            # The name is a stranger's: it is told, never a path.
            place = Path(folder) / f"{file.number}"
            with place.open("wb") as written:
                written.writelines(content_of(file))
            found.append(SourceFile(file.name, place))
        yield tuple(found)

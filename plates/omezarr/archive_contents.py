"""What of an archive is to be read for a document or a piece of a file, within bounds."""

from typing import Final

from plates.omezarr.addressing import RootUrl
from plates.omezarr.archive import Directory
from plates.omezarr.archive_members import (
    ArchiveFault,
    Member,
    Reading,
    reading_piece,
    reading_whole,
)
from plates.omezarr.errors import ArchiveMalformed
from plates.omezarr.transport_local import too_large

MAX_PIECE_BYTES: Final = 512 * 1024 * 1024
"""How much of a member is read or inflated at most."""


def document_in(
    root: RootUrl, directory: Directory, path: str, limit: int
) -> Reading[bytes] | None:
    """How to read a document of an archive, None if there is none; StoreError if it is too large."""
    member = member_in(root, directory, path)
    if member is None:
        return None
    if member.size > limit:
        raise too_large(root, path, limit)
    return reading_whole(member)


def piece_in(
    root: RootUrl, directory: Directory, path: str, start: int, length: int | None
) -> Reading[bytes] | None:
    """How to read a piece of a file of an archive, None if there is none.

    StoreError if it is too large.
    """
    member = member_in(root, directory, path)
    if member is None:
        return None
    begin = max(0, member.size + start) if start < 0 else start
    rest = max(0, member.size - begin)
    wanted = rest if length is None else min(length, rest)
    # Of what is deflated, all before the piece has to be inflated as well.
    cost = begin + wanted if member.is_deflated else wanted
    if cost > MAX_PIECE_BYTES and (length is None or member.is_deflated):
        raise too_large(root, path, MAX_PIECE_BYTES)
    if begin == 0 and wanted == member.size:
        return reading_whole(member)
    return reading_piece(member, begin, wanted)


def member_in(root: RootUrl, directory: Directory, path: str) -> Member | None:
    """The file of an archive at a path, None if there is none; ArchiveMalformed if it cannot be told."""
    try:
        return directory.member(path)
    except ArchiveFault as fault:
        raise malformed(root, path, fault) from fault


def malformed(root: RootUrl, path: str, fault: ArchiveFault) -> ArchiveMalformed:
    """What to raise where an archive cannot be read."""
    return ArchiveMalformed(f"{root.child(path)} cannot be read: {fault}.")

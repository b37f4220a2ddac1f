"""Evidence by which a change of a store will show: taken when it is read, and kept."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from plates.models import Evidence, Location
from plates.omezarr.addressing import RootUrl
from plates.omezarr.copied_documents import COPIES
from plates.omezarr.document_listing import list_documents
from plates.omezarr.errors import StoreError
from plates.omezarr.fingerprints import Fingerprint, fingerprint_of, sample_of
from plates.omezarr.fingerprints import digest_of as digest_of_chunks
from plates.omezarr.options import StoreOptions
from plates.omezarr.signs import Sign, signs_of
from plates.omezarr.snapshots import FieldSnapshot, ImageSnapshot, StoreSnapshot
from plates.states import Strength

ROOTS: Final = ("zarr.json", ".zattrs", ".zmetadata")
"""What may lie at the root of a store and describe it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The signs of a store's documents at the time of a reading."""

    witnesses: Mapping[str, str | None]
    """None for a document that was not there."""
    has_copies: bool
    paths: bytes | None = None
    documents: bytes | None = None
    chunks: Fingerprint | None = None
    """None where those that are kept still hold."""
    listed: bytes | None = None
    """The sign of a listing before the reading, empty where there is none; None if not asked for."""
    inventoried: bytes | None = None
    """The sign of an inventory before the reading."""


def seen_before(url: str, *, options: StoreOptions) -> dict[str, str | None]:
    """The signs of what the root of a store may be described by, before it is read.

    Taken first, so that a change during the reading shows at the next look. None is for what is
    not there; what has no sign, or cannot be asked for one, is left out.
    """
    signs = signs_of([(url, path) for path in ROOTS], options=options)
    return {
        path: sign
        for path, sign in zip(ROOTS, signs, strict=True)
        if sign is None or (isinstance(sign, str) and sign)
    }


def listed_before(url: str, *, options: StoreOptions, strength: Strength) -> bytes | None:
    """The sign of a store by listing, before it is read; None unless that is the strength.

    StoreError if the storage does not answer.
    """
    if strength is not Strength.LISTING:
        return None
    sign = list_documents([url], options=options).signs[0]
    if isinstance(sign, StoreError):
        raise sign
    return sign


def witnesses_of(
    snapshot: StoreSnapshot, before: Mapping[str, str | None]
) -> dict[str, str | None]:
    """By what a change of a store that was read will show; nothing where that cannot be told."""
    known = {path: before[path] for path in snapshot.witnesses if before.get(path)}
    if known and snapshot.zarr_format == 2 and ROOTS[0] in before:  # noqa: PLR2004
        # Written as Zarr 3 besides, it is read as that from then on.
        known[ROOTS[0]] = before[ROOTS[0]]
    if known and before.get(COPIES):  # though it was not believed
        known[COPIES] = before[COPIES]
    return known


def are_copies_behind(known: Evidence | None, before: Mapping[str, str | None]) -> bool:
    """Whether consolidated metadata was not believed at the last reading, and is the same now."""
    if known is None or known.has_copies or not known.witnesses:
        return False
    return all(before.get(path) == sign for path, sign in known.witnesses.items())


def seen_of_unreadable(before: Mapping[str, str | None]) -> Seen:
    """The evidence for a store that cannot be made sense of, by the signs before its reading."""
    tells = len(before) == len(ROOTS) or any(before.values())
    return Seen(before if tells else {}, has_copies=False)


def seen_with(
    snapshot: StoreSnapshot,
    *,
    before: Mapping[str, str | None],
    began_at: datetime,
    options: StoreOptions,
    strength: Strength,
) -> Seen:
    """The evidence for a reading: of all documents too where that is wanted and costs little.

    On a disk a document that was changed during the reading has a newer time than its beginning;
    then nothing is kept of the documents, and the next look reads them again. So it is with one
    that was missed and has arrived meanwhile.
    """
    witnesses = witnesses_of(snapshot, before)
    if strength is not Strength.DOCUMENTS or "://" in snapshot.url:
        return Seen(witnesses, snapshot.copied)
    paths = [*snapshot.paths, *missed_by(snapshot)]
    signs = signs_of([(snapshot.url, path) for path in paths], options=options)
    there = signs[: len(snapshot.paths)]
    newest = began_at.timestamp() * 1e9
    if any(signs[len(there) :]) or not all(
        isinstance(sign, str) and int(sign.split()[1]) < newest for sign in there
    ):
        return Seen(witnesses, snapshot.copied)
    packed = zlib.compress("\n".join(paths).encode())
    return Seen(witnesses, snapshot.copied, packed, digest_of(paths, signs))


def missed_by(snapshot: StoreSnapshot) -> list[str]:
    """The documents of wells, images and levels that are listed, but were not there.

    None of an archive, which changes as a whole.
    """
    if RootUrl.parse(snapshot.url).is_archive:
        return []
    group, array = ("zarr.json",) * 2 if snapshot.zarr_format == 3 else (".zattrs", ".zarray")  # noqa: PLR2004
    wells = snapshot.plate.wells if snapshot.plate else ()
    images: list[FieldSnapshot | ImageSnapshot] = [*snapshot.images]
    images += (field for well in wells for field in well.fields)
    missed = [f"{well.path}/{group}" for well in wells if not well.present]
    missed += [f"{image.path}/{group}" for image in images if not image.present]
    for image in images:
        if image.layout is not None and not image.layout.is_whole:
            levels = zip(image.layout.level_paths, image.layout.level_shapes, strict=False)
            missed += [f"{image.path}/{path}/{array}" for path, shape in levels if not shape]
    there = set(snapshot.paths)
    named = dict.fromkeys(path.lstrip("/") for path in missed if ".." not in path.split("/"))
    return [path for path in named if path not in there]


def digest_of(paths: Sequence[str], signs: Sequence[Sign]) -> bytes:
    """One digest of the signs of many documents."""
    whole = hashlib.sha256()
    for path, sign in zip(paths, signs, strict=True):
        whole.update(f"{path}\0{sign}\n".encode())
    return whole.digest()


def chunks_seen(
    snapshot: StoreSnapshot, known: Evidence | None, *, digest: str, options: StoreOptions
) -> Fingerprint | None:
    """The hashes of a few chunks of a store that was just read; None if those known still hold.

    They are taken while it is there: when its content is new or has another `digest` than known, or
    when a chunk was not there the last time.
    """
    paths = sample_of(snapshot)
    if known is not None and digest == snapshot.digest:
        held = [path for path in paths if known.chunks.get(path) is not None]
        if len(held) == len(paths):
            return None
        return {**known.chunks, **fingerprint_of(snapshot.url, paths, options=options)}
    return fingerprint_of(snapshot.url, paths, options=options)


@transaction.atomic
def keep_evidence(location: Location, seen: Seen, *, read_at: datetime) -> None:
    """Keep what a reading of the store at a location rests on."""
    chunks: dict[str, object] = {}
    if seen.chunks is not None:
        chunks = {"chunks": dict(seen.chunks), "chunks_digest": digest_of_chunks(seen.chunks)}
    Evidence.objects.update_or_create(
        location=location,
        defaults={
            "witnesses": dict(seen.witnesses),
            "has_copies": seen.has_copies,
            "paths": seen.paths,
            "documents": seen.documents,
            "listed": seen.listed,
            "inventoried": seen.inventoried,
            "read_at": read_at,
            "checked_at": read_at,
            **chunks,
        },
    )

"""Some chunks of a store, asked for when all documents have arrived, and decoded: depth sample."""

from collections.abc import Callable, Sequence
from functools import partial
from math import prod
from typing import Final

from plates.omezarr.chunk_plans import ChunkPlan, plan_of
from plates.omezarr.decoding import MAX_CHUNK, decoded_length
from plates.omezarr.depth import Depth
from plates.omezarr.errors import ChunkBroken, ChunkUnknown
from plates.omezarr.nodes import ImageNode, OtherNode, Want
from plates.omezarr.seen import Role
from plates.omezarr.shard_indexes import FURTHEST, MAX_INDEX, NOTHING, chunk_in_shard
from plates.omezarr.walk import Walk

MAX_IMAGES: Final = 16
MAX_LABELS: Final = 8
LARGE: Final = 16 * 1024**2
"""Chunks of so many bytes may be larger, packed, than documents are allowed to be."""

Take = Callable[[Walk, Want, bytes], None]


def want_samples(walk: Walk) -> None:
    """Ask for chunks of a few images, spread over the store, at the depth sample."""
    if walk.inspector is None or walk.depth < Depth.SAMPLE:
        return
    images = spread(_images(walk), MAX_IMAGES)
    labels = [label for image in images for label in image.label_nodes if label.members]
    for number, image in enumerate([*images, *labels[:MAX_LABELS]]):
        _want_levels(walk, image, number)


def _images(walk: Walk) -> list[ImageNode]:
    fields = [field for well in walk.wells for field in well.fields]
    return [image for image in (*fields, *walk.images) if image.members]


def spread(images: Sequence[ImageNode], most: int) -> list[ImageNode]:
    """At most so many, evenly spread, with the first and the last among them."""
    if len(images) <= most:
        return list(images)
    last = len(images) - 1
    return [images[round(place * last / (most - 1))] for place in range(most)]


def _want_levels(walk: Walk, image: ImageNode, number: int) -> None:
    """Ask for a chunk of the largest and of the smallest level of an image."""
    member = image.members[0]
    there = [place for place, array in enumerate(member.arrays) if array is not None]
    for place in dict.fromkeys(there[:1] + there[-1:]):
        folder = f"{image.path}/{member.document.levels[place].path}".lstrip("/")
        take = partial(_take_array, number=number + place)
        walk.want([_want(folder, walk.storage.array, take)])


def _want(folder: str, name: str, take: Take, part: tuple[int, int] | None = None) -> Want:
    wanted = Want(f"{folder}/{name}", Role.LEVEL, OtherNode(folder), take, _miss)
    wanted.required, wanted.aside, wanted.counted, wanted.part = False, True, False, part
    return wanted


def _miss(walk: Walk, want: Want) -> None:
    walk.sampled.absent += 1


def _take_array(walk: Walk, want: Want, content: bytes, *, number: int) -> None:
    document = walk.document(want, content)
    if document is None:
        return
    array = walk.parser.array(document, walk.storage)
    plan = plan_of(document, array)
    walk.sampled.asked += 1
    if plan is None:
        _note_unknown(walk, ChunkUnknown(f"arrays like {want.folder} ({array.dtype or 'no type'})"))
        return
    folder, key = want.node.path, plan.key(number)
    if plan.shard is None:
        part = (0, MAX_CHUNK + 1) if plan.length > LARGE else None
        walk.want([_want(folder, key, partial(_take_chunk, folder=folder, plan=plan), part)])
    elif plan.shard.index_length > MAX_INDEX:
        _note_unknown(walk, ChunkUnknown(f"shards of {prod(plan.shard.counts):,} chunks"))
    else:
        length = plan.shard.index_length
        take = partial(_take_index, folder=folder, key=key, plan=plan, number=number)
        start = -length if plan.shard.at_end else 0
        walk.want([_want(folder, key, take, (start, length))])


def _take_chunk(walk: Walk, want: Want, content: bytes, *, folder: str, plan: ChunkPlan) -> None:
    try:
        length = decoded_length(content, plan.codecs, expected=plan.length)
    except ChunkUnknown as unknown:
        _note_unknown(walk, unknown)
        return
    except ChunkBroken as broken:
        _tell(walk, want, f"The chunk cannot be decoded: {broken}.")
        return
    if length == plan.length:
        walk.sampled.decoded += 1
    else:
        message = f"The chunk decodes to {length:,} bytes; its array says {plan.length:,}."
        _tell(walk, want, message, f"{plan.length:,} bytes", f"{length:,} bytes")


def _tell(walk: Walk, want: Want, message: str, expected: str = "", found: str = "") -> None:
    walk.sampled.broken += 1
    if walk.inspector is not None:
        walk.inspector.chunk(want, message, expected, found)


def _note_unknown(walk: Walk, unknown: ChunkUnknown) -> None:
    walk.sampled.undecided += 1
    walk.sampled.unknown.add(str(unknown))


def _take_index(
    walk: Walk, want: Want, content: bytes, *, folder: str, key: str, plan: ChunkPlan, number: int
) -> None:
    """Take up the index of a shard, and ask for one of its chunks."""
    shard = plan.shard
    if shard is None:
        return
    try:
        start, length = chunk_in_shard(content, shard, number)
    except ChunkUnknown as unknown:
        _note_unknown(walk, unknown)
    except ChunkBroken as broken:
        _tell(walk, want, f"The index of the shard cannot be read: {broken}.")
    else:
        if start == length == NOTHING:
            walk.sampled.absent += 1
        elif length > MAX_CHUNK or start > FURTHEST:
            message = "The index of the shard points out of the shard."
            _tell(walk, want, message, found=f"{length:,} bytes from {start:,}")
        else:
            take = partial(_take_part, folder=folder, plan=plan, length=length)
            walk.want([_want(folder, key, take, (start, length))])


def _take_part(
    walk: Walk, want: Want, content: bytes, *, folder: str, plan: ChunkPlan, length: int
) -> None:
    if len(content) < length:
        message = "The index of the shard points beyond its end: the shard is cut off."
        _tell(walk, want, message, f"{length:,} bytes", f"{len(content):,} bytes")
        return
    _take_chunk(walk, want, content, folder=folder, plan=plan)

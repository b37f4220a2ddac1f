"""Rules about arrays as Zarr stores them, and about consolidated metadata."""

from collections.abc import Iterator
from math import prod
from typing import Final

from plates.omezarr.documents import ArrayDocument
from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.rules.zarr_names import BYTES_OF_TYPE, KNOWN_CODECS
from plates.omezarr.seen import ConsolidatedSeen
from plates.omezarr.seen_images import ArraySeen
from plates.omezarr.versions.numbers import as_number

arrays: Final = RuleBook[ArraySeen]()
consolidations: Final = RuleBook[ConsolidatedSeen]()

ZARR_2: Final = 2
ZARR_3: Final = 3
MAX_CHUNKS: Final = 1_000_000
MIN_CHUNK: Final = 16 * 1024
LARGE_ARRAY: Final = 16 * 1024 * 1024
_TOO_MUCH: Final = 2
_INLINE: Final = "/zarr.json"


# 0.1, in the layout: "Chunks are stored with the flat directory layout. Each dotted component of
# the chunk file represents a "chunk coordinate"". 0.2 to 0.4: "Chunks are stored with the nested
# directory layout. All but the last chunk element are stored as directories." Zarr 2: a document
# without a separator means the dot.
@arrays.rule(
    "ZARR-SEPARATOR", section="on-disk", levels={"0.1": WARNING, "0.5": None}, force=Force.SHOULD
)
def chunks_lie_as_the_version_says(seen: ArraySeen) -> Iterator[Fault]:
    """Chunks lie in nested folders since 0.2 (separator "/"), flat in 0.1 (separator ".")."""
    array = seen.array
    # The key of a chunk with one part has no separator.
    if array.zarr_format != ZARR_2 or len(array.shape) <= 1:
        return
    expected = "." if as_number(seen.version) == (0, 1) else "/"
    found = array.separator or "."
    if found != expected:
        yield Fault(
            pointer_of("dimension_separator"),
            f"The chunks are named with the separator {shown(found)}; "
            f"OME-Zarr {seen.version} wants {shown(expected)}.",
            expected=shown(expected),
            found=shown(found),
        )


# 0.5: 'The "dimension_names" attribute MUST be included in the `zarr.json` of the Zarr array of a
# multiscale level and MUST match the names in the "axes" metadata.' 0.6 has no such sentence: its
# arrays have coordinate systems of their own, whose axes take their names from "dimension_names".
@arrays.rule(
    "ZARR-DIM-NAMES",
    section="axes-md",
    levels={"0.5": ERROR, "0.6": WARNING},
    forgivable=True,
)
def dimensions_are_named_as_the_axes(seen: ArraySeen) -> Iterator[Fault]:
    """Each array of an image has `dimension_names`, and they are the names of its axes."""
    if seen.array.zarr_format != ZARR_3 or not seen.axes:
        return
    names = seen.array.dimension_names
    axes = ", ".join(seen.axes)
    if names is None:
        yield Fault("", "The array has no `dimension_names`.", expected=axes)
    elif not _same_names(names, seen.axes):
        yield Fault(
            pointer_of("dimension_names"),
            "The `dimension_names` of the array are not the names of the axes of its image.",
            expected=shown(list(seen.axes)),
            found=shown(list(names)),
        )


def _same_names(names: tuple[str | None, ...], axes: tuple[str, ...]) -> bool:
    # The axes come in lower case, since readers take "T" for "t": so a difference in case alone
    # cannot be seen here, and would harm nobody.
    return [name.casefold() if name else name for name in names] == [
        axis.casefold() for axis in axes
    ]


# 0.3: 'In addition, the "axes" values MUST be repeated in the field "_ARRAY_DIMENSIONS" of all
# scale groups (i.e. groups containing arrays with the multiscale data).'
@arrays.rule(
    "IMG-ARRAYDIMS-V03",
    section="multiscale-md",
    levels={"0.3": ERROR, "0.4": None},
    forgivable=True,
)
def array_dimensions_repeat_the_axes(seen: ArraySeen) -> Iterator[Fault]:
    """The attribute `_ARRAY_DIMENSIONS` repeats the names of the axes."""
    if not seen.axes:
        return
    names = seen.array.array_dimensions
    if names is None:
        message = "`_ARRAY_DIMENSIONS`, which repeats the axes, is missing."
        yield Fault("", message, expected=", ".join(seen.axes))
    elif not _same_names(names, seen.axes):
        yield Fault(
            pointer_of("_ARRAY_DIMENSIONS"),
            "`_ARRAY_DIMENSIONS` does not repeat the axes of the image.",
            expected=shown(list(seen.axes)),
            found=shown(list(names)),
        )


# No sentence of OME-Zarr ("All features of the Zarr format ... may be used"): what is told here
# cannot be read by most, or only slowly.
@arrays.rule("ZARR-CHUNKS", section="", levels={"0.1": WARNING}, force=Force.HYGIENE)
def chunks_can_be_read_well(seen: ArraySeen) -> Iterator[Fault]:
    """The type and codecs of an array are known, and its chunks neither too large nor too small."""
    yield from _unknown_names(seen.array)
    array = seen.array
    if not array.shape or not array.chunks:
        return
    if len(array.chunks) != len(array.shape) or 0 in (*array.chunks, *array.shards):
        yield Fault(
            _pointer_of_chunks(array),
            "A chunk needs a length above 0 along each axis of the array.",
            expected=f"{len(array.shape)} lengths",
            found=shown(list(array.chunks)),
        )
        return
    if seen.level == 0:
        yield from _too_large(array)
    yield from _too_small(array)


def _unknown_names(array: ArrayDocument) -> Iterator[Fault]:
    if array.dtype not in BYTES_OF_TYPE:
        yield Fault(
            pointer_of("dtype" if array.zarr_format == ZARR_2 else "data_type"),
            "The array has a data type that pixels do not have.",
            expected="a type of numbers",
            found=shown(array.dtype) if array.dtype else "none",
        )
    known = KNOWN_CODECS.get(array.zarr_format, frozenset())
    for codec in dict.fromkeys(array.codecs):
        if codec not in known:
            yield Fault(
                "" if array.zarr_format == ZARR_2 else pointer_of("codecs"),
                f"The codec {shown(codec)} is none that readers commonly have.",
                expected="a codec of the Zarr specification or of numcodecs",
                found=shown(codec),
            )


# Writers pad small levels to the chunks of the largest, and small images to the next power of two.
# It is told only where padding is most of what a reader has to decode, and that is a lot.
def _too_large(array: ArrayDocument) -> Iterator[Fault]:
    longer = any(
        chunk > length for chunk, length in zip(array.chunks, array.shape, strict=True) if length
    )
    pixels = prod(array.shape)
    size = prod(array.chunks) * BYTES_OF_TYPE.get(array.dtype, 1)
    if longer and pixels and size > LARGE_ARRAY and prod(array.chunks) >= _TOO_MUCH * pixels:
        yield Fault(
            _pointer_of_chunks(array),
            "One chunk holds at least twice as many pixels as the whole array.",
            expected=f"at most {shown(list(array.shape))}",
            found=shown(list(array.chunks)),
        )


def _too_small(array: ArrayDocument) -> Iterator[Fault]:
    # With shards, these are what lies in the storage, and the chunks may be as small as one likes.
    stored = array.shards if len(array.shards) == len(array.shape) else array.chunks
    name = "shards" if stored is array.shards else "chunks"
    number = prod(-(-length // part) for length, part in zip(array.shape, stored, strict=True))
    if number > MAX_CHUNKS:
        yield Fault(
            _pointer_of_chunks(array, stored=True),
            f"The array is cut into more than {MAX_CHUNKS:,} {name}, each an object in the store.",
            expected=f"at most {MAX_CHUNKS:,}",
            found=shown(list(stored)),
        )
    width = BYTES_OF_TYPE.get(array.dtype)
    if width is None or prod(array.shape) * width <= LARGE_ARRAY:
        return
    if prod(stored) * width < MIN_CHUNK:
        yield Fault(
            _pointer_of_chunks(array, stored=True),
            f"The {name} of this large array hold less than 16 KiB each.",
            expected="at least 16 KiB",
            found=f"{prod(stored) * width:,} bytes",
        )


def _pointer_of_chunks(array: ArrayDocument, *, stored: bool = False) -> str:
    if array.zarr_format == ZARR_2:
        return pointer_of("chunks")
    if array.shards and not stored:
        return pointer_of("codecs", 0, "configuration", "chunk_shape")
    return pointer_of("chunk_grid", "configuration", "chunk_shape")


# No sentence of OME-Zarr: readers take the copy for the documents, so a stale one makes them show
# a store that is not there.
@consolidations.rule("ZARR-CONSOLIDATED", section="", levels={"0.1": WARNING}, force=Force.HYGIENE)
def consolidated_metadata_agrees(seen: ConsolidatedSeen) -> Iterator[Fault]:
    """Consolidated metadata says the same as the documents of the nodes."""
    if seen.fault:
        yield Fault("", f"The consolidated metadata was not read: {seen.fault}.")
    for document in seen.differing:
        yield _stale(seen, document, f"The copy of {shown(document)} differs from the document.")
    for document in seen.vanished:
        yield _stale(seen, document, f"There is a copy of {shown(document)}, but no such document.")
    for document in seen.unknown:
        yield _stale(seen, document, f"There is no copy of {shown(document)}.", copied=False)


def _stale(seen: ConsolidatedSeen, document: str, message: str, *, copied: bool = True) -> Fault:
    """A fault at the copy of a document; where there is none, at all the copies."""
    place = ["metadata"]
    if not seen.document.endswith(".zmetadata"):
        place.insert(0, "consolidated_metadata")
        document = document.removesuffix(_INLINE)
    if copied:
        place.append(document)
    return Fault(pointer_of(*place), message, expected="metadata consolidated anew")

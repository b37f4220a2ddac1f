"""The ways in which reading a store can fail, each with a sentence for the person who asked."""

from typing import ClassVar


class StoreError(Exception):
    """A store, or one of its documents, cannot be read; its text says why and what to do.

    `passing` says whether trying again later may help. The text never holds credentials.
    """

    passing: ClassVar[bool] = False


class StoreNotFound(StoreError):
    """Nothing lies at this address."""


class StoreForbidden(StoreError):
    """The storage refuses to show what lies at this address."""


class AddressRefused(StoreError):
    """The guard lets nobody read this address, or one that it leads to."""


class StoreUnreachable(StoreError):
    """The storage does not answer: name unknown, refused, too slow, or failing itself.

    `after_s` is how many seconds it asked to be left alone, 0 if it said nothing.
    """

    passing: ClassVar[bool] = True

    def __init__(self, sentence: str, *, after_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.after_s = after_s


class DocumentTooLarge(StoreError):
    """A metadata document is larger than the reader is willing to take."""


class DocumentMalformed(StoreError):
    """A metadata document is not what its name promises."""


class ArchiveMalformed(StoreError):
    """An archive, or one file in it, is damaged or made in a way that is not read."""


class ListMalformed(StoreError):
    """What should be a list of addresses is none, or is too large."""


class InventoryMalformed(StoreError):
    """What should be an inventory of a storage is none, is damaged, or is not read in its form."""


class NotOmeZarr(StoreError):
    """Something lies there, but neither an OME-Zarr plate nor an image."""


class UnsupportedVersion(StoreError):
    """A version of OME-Zarr that this reader does not know."""


class UnsupportedScheme(StoreError):
    """An address of a kind that this reader cannot open."""


class ListingUnavailable(StoreError):
    """A storage that does not tell what objects it holds."""


class FileTooLarge(StoreError):
    """A list or an inventory is larger than what is read."""


class NothingFound(StoreNotFound):
    """A place can be looked into, and no store lies in it."""


class FolderTooLarge(StoreError):
    """A folder holds more names than a search is willing to take."""


class PathEscapesStore(StoreError):
    """A path in a document that leads, or might lead, out of its store."""


class GuardMalformed(Exception):
    """A guard cannot be made of what an operator allowed; its text names the setting."""


class PatternRefused(Exception):
    """A pattern of paths that cannot be read; its text says why."""


class ReadCancelled(Exception):
    """The caller asked to stop before the store was read."""


class ChunkBroken(Exception):
    """A chunk cannot be decoded; its text says why, as the end of a sentence."""


class ChunkUnknown(Exception):
    """A chunk is packed in a way that is not known here, or too large; its text names that."""

"""A Zarr hierarchy that says nothing of an image at its top, while images are looked for in it."""

from typing import Final

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import StoreError
from plates.omezarr.marks import Mark
from plates.states import StoreKind

MAX_FRUITLESS: Final = 100
"""So many groups and arrays in a row are looked at that are no image."""
_NO_IMAGE: Final = frozenset({StoreKind.UNKNOWN, StoreKind.ZARR, StoreKind.TABLES})


class PlainZarr:
    """What is known of one plain hierarchy, and how much longer it is worth to look into it.

    `mark` is None where a folder is only called as stores are: what lies in it may be what is left
    of one, or the chunks of one that is still arriving.
    """

    __slots__ = ("_failed", "_holds_images", "_left", "_pending", "mark", "path", "was_cut")

    def __init__(self, path: str, mark: Mark | None) -> None:
        self.path = path
        self.mark = mark
        self.was_cut = False
        self._pending = 1
        self._left = MAX_FRUITLESS
        self._holds_images = False
        self._failed = False

    @property
    def is_given_up(self) -> bool:
        """Whether too much of it was looked at in vain."""
        return self._left <= 0

    @property
    def bare_mark(self) -> Mark | None:
        """Its mark if no image is in it, as far as could be seen: it is one store of plain Zarr.

        Not where the storage failed on the way: next time there might be images.
        """
        return None if self._holds_images or self._failed else self.mark

    def is_image(self, mark: Mark) -> bool:
        """Whether a group in it is a store of its own."""
        return mark.kind not in _NO_IMAGE

    def enter(self, number: int) -> None:
        """So many of its groups wait to be looked at."""
        self._pending += number

    def leave(self) -> bool:
        """One of them was looked at, or left out; whether it was the last."""
        self._pending -= 1
        return self._pending == 0

    def find(self) -> None:
        """An image was found in it: it is worth to look on."""
        self._holds_images = True
        self._left = MAX_FRUITLESS

    def spend(self) -> None:
        """A group or array in it was looked at that is no image."""
        self._left -= 1

    def give_up(self) -> None:
        """Something in it is left out."""
        self.was_cut = True

    def miss(self, error: StoreError) -> None:
        """Something in it could not be looked at."""
        self._failed = self._failed or error.passing

    def cut_sentence(self, root: RootUrl) -> str:
        """What is said of one that was not looked at whole."""
        return (
            f"{root.child(self.path)} is no OME-Zarr at its top, and {MAX_FRUITLESS} folders in it "
            "in a row are none either; the rest was not looked at. Harvest the addresses of the "
            "images in it, if there are any."
        )

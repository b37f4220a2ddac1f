"""One sign for all documents of a store, out of what a listing or an inventory tells of them."""

import hashlib
from datetime import UTC
from typing import Final

from plates.omezarr.objects import DOCUMENTS, ListedObject

_MODULUS: Final = 2**256


class ToldDocuments:
    """What was told of the documents of one store, in whatever order, and in bounded memory.

    The hash of each document is added up, so that the sum is the same in any order. Objects that
    are no documents are passed over.
    """

    __slots__ = ("_sum", "documents", "untold")

    def __init__(self) -> None:
        self.documents = 0
        self.untold = 0
        """Documents of which neither an ETag nor the time of their last change was told."""
        self._sum = 0

    def add(self, one: ListedObject) -> None:
        """Take what is told of an object, by its path in the store."""
        if one.path.rpartition("/")[2] not in DOCUMENTS:
            return
        self.documents += 1
        if not one.etag and one.changed_at is None:
            self.untold += 1
            return
        # Both where both are told: a document that was changed and changed back has its old ETag.
        changed = one.changed_at.astimezone(UTC).isoformat() if one.changed_at else ""
        told = f"{one.path}\0{one.size}\0{one.etag}\0{changed}"
        digest = hashlib.sha256(told.encode("utf-8", "surrogateescape")).digest()
        self._sum = (self._sum + int.from_bytes(digest)) % _MODULUS

    @property
    def sign(self) -> bytes | None:
        """32 bytes that change when a document is changed, added or taken away.

        None where there is none, or where too little was told of one to see a change.
        """
        if not self.documents or self.untold:
            return None
        return self._sum.to_bytes(32)

"""The nodes of a store while their documents arrive, and the wants that ask for these."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from plates.omezarr.documents import ArrayDocument, ListedField, MultiscaleDocument, Table
from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.seen import Role

if TYPE_CHECKING:
    from plates.omezarr.walk import Walk


class Member:
    """One member of `multiscales` whose arrays are still arriving."""

    __slots__ = ("arrays", "document", "number", "vanished")

    def __init__(self, number: int, document: MultiscaleDocument) -> None:
        self.number = number
        self.document = document
        self.arrays: list[ArrayDocument | None] = [None] * len(document.levels)
        self.vanished: frozenset[str] = frozenset()
        """Paths that transformations name and where no array was found."""


class ImageNode:
    """An image whose documents are still arriving.

    `pending` counts the wants under way for it and its labels. `attributes` are kept only where
    rules are going to look at them.
    """

    __slots__ = (
        "attributes",
        "between",
        "label_nodes",
        "labels",
        "listed",
        "members",
        "outline",
        "parent",
        "path",
        "pending",
        "role",
        "source",
        "strays",
        "tables",
        "well",
    )

    def __init__(
        self, path: str, listed: ListedField, role: Role, parent: "ImageNode | None" = None
    ) -> None:
        self.path = path
        self.listed = listed
        self.role = role
        self.parent = parent
        self.members: list[Member] = []
        self.labels: tuple[str, ...] = ()
        self.label_nodes: list[ImageNode] = []
        self.tables: tuple[Table, ...] = ()
        self.attributes: JsonObject | None = None
        self.strays: tuple[str, ...] | None = None
        """Labels on disk that the list leaves out; None where folders were not listed."""
        self.source: bool | None = None
        """Whether the image that a label names as its source was found."""
        self.between: tuple[str, ...] = ()
        """Groups between the list of labels and a label that say something."""
        self.outline: bytes | None = None
        """What its metadata has in common with that of many others; None if that is not known."""
        self.pending = 0
        self.well: WellNode | None = None
        """The well of a field."""

    @property
    def document(self) -> MultiscaleDocument | None:
        """What the first member of `multiscales` says, None if nothing does."""
        return self.members[0].document if self.members else None

    @property
    def arrays(self) -> list[ArrayDocument | None]:
        """The arrays of the first member of `multiscales`."""
        return self.members[0].arrays if self.members else []


class WellNode:
    """A well whose documents are still arriving."""

    __slots__ = ("fields", "path", "present")

    def __init__(self, path: str) -> None:
        self.path = path
        self.present = False
        self.fields: list[ImageNode] = []


class OtherNode:
    """A node that holds no pixels itself: a row, the root."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path


Node: TypeAlias = WellNode | ImageNode | OtherNode


class Want(msgspec.Struct, gc=False):
    """A document that a walk asks for, and what it is for.

    `role` is that of the group or array it describes. `take` takes it up, `miss` is told that it
    is not there. `required` says that another document promised it, where `pointer` points
    in the document `named_in`;
    `aside`, that only rules look at it, so that it does not count as content; `lists`, that
    the names of the folders at the path are wanted instead of a document; `part`, that only so
    many bytes are wanted from a start, or from the end if it is negative; `counted`, that it
    counts as a document. `member` and
    `place` are the numbers of a multiscale and of a level in it.
    """

    path: str
    role: Role
    node: Node
    take: "Callable[[Walk, Want, bytes], None]"
    miss: "Callable[[Walk, Want], None] | None" = None
    member: int = 0
    place: int = 0
    required: bool = True
    aside: bool = False
    pointer: str = ""
    named_in: str = ""
    lists: bool = False
    part: tuple[int, int] | None = None
    counted: bool = True

    @property
    def folder(self) -> str:
        """The path of the group or array that the document describes."""
        return self.path.rpartition("/")[0]

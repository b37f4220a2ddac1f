"""The words of the catalog that are stored: who may see, who may do, how a job fares."""

from enum import StrEnum


class Visibility(StrEnum):
    """Who may see a dataset, each wider than the next."""

    PUBLIC = "public"
    INSTITUTE = "institute"
    GROUPS = "groups"
    OWNER = "owner"


class Role(StrEnum):
    """What a person may do, each including those before it."""

    VIEWER = "viewer"
    CURATOR = "curator"
    PUBLISHER = "publisher"
    OPERATOR = "operator"

    def includes(self, other: "Role") -> bool:
        """Whether who has this role may do all that the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class Discovery(StrEnum):
    """How the stores of a source are found."""

    LISTING = "listing"
    """Its folders are listed."""
    INVENTORY = "inventory"
    """A file names all objects below its root."""
    LIST = "list"
    """A file names the stores."""


class Grouping(StrEnum):
    """By what the storage ledger is told."""

    DATASET = "dataset"
    SOURCE = "source"
    PERSON = "person"
    """The owner of the dataset."""
    CODEC = "codec"
    DTYPE = "dtype"
    STORAGE_CLASS = "storage_class"

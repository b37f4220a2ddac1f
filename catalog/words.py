"""The words of the catalog that are stored: who may see, who may do, how a job fares."""

from enum import StrEnum


class Visibility(StrEnum):
    """Who may see a dataset, each wider than the next."""

    PUBLIC = "public"
    INSTITUTE = "institute"
    GROUPS = "groups"
    OWNER = "owner"


class DatasetState(StrEnum):
    """Where a dataset stands on its way into the world."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    """Its curators think it fit; a publisher looks at it."""
    PUBLISHED = "published"
    """It has versions that stay."""
    WITHDRAWN = "withdrawn"
    """Only that it was there is told: title, DOI, why and when it went."""


class Sought(StrEnum):
    """What a query is asked for."""

    WELLS = "wells"
    PLATES = "plates"
    IMAGES = "images"
    DATASETS = "datasets"


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


class Moves(StrEnum):
    """What a source does about stores that were found to have moved."""

    ASK = "ask"
    """A person decides."""
    ACCEPT = "accept"
    """What sampled chunks prove is accepted at once."""


class ProposalKind(StrEnum):
    """What a store with the content of a known one is thought to be."""

    MOVE = "move"
    """The known one lies nowhere any more."""
    COPY = "copy"
    """Both are there."""


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class ChangeVerb(StrEnum):
    """What happened to a store, or to a dataset."""

    APPEARED = "appeared"
    """It was read for the first time."""
    CHANGED = "changed"
    """It was read again and is not what it was."""
    VANISHED = "vanished"
    """It lies nowhere any more."""
    RETURNED = "returned"
    """It lies there again, and was read."""
    VERDICT = "verdict"
    """Its verdict is another."""
    REACH = "reach"
    """It can be opened, or can be opened no more."""
    PUBLISHED = "published"
    """A dataset has a new version."""
    WITHDRAWN = "withdrawn"
    """A dataset, or one of its versions, was withdrawn."""


OF_DATASETS = frozenset({ChangeVerb.PUBLISHED, ChangeVerb.WITHDRAWN})
"""The changes that are no store's."""


class Grouping(StrEnum):
    """By what the storage ledger is told."""

    DATASET = "dataset"
    SOURCE = "source"
    PERSON = "person"
    """The owner of the dataset."""
    CODEC = "codec"
    DTYPE = "dtype"
    STORAGE_CLASS = "storage_class"


class ShareKind(StrEnum):
    """What a share opens."""

    STORE = "store"
    PLATE = "plate"
    WELL = "well"
    FIELD = "field"
    IMAGE = "image"


class Answer(StrEnum):
    """Whether a viewer or a library opens something."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

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
    JOINED = "joined"
    """It came from another dataset, with its plate and all that is said of it."""
    LEFT = "left"
    """Stores of the dataset went to another one; they are named by their ids."""


OF_DATASETS = frozenset({ChangeVerb.PUBLISHED, ChangeVerb.WITHDRAWN, ChangeVerb.LEFT})
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


class TokenScope(StrEnum):
    """What a token may be used for; never more than its owner may do."""

    READ = "read"
    """See what its owner sees."""
    HARVEST = "harvest"
    """Have stores read, validated, counted and drawn, and steer those jobs."""
    CURATE = "curate"
    """Work on plate maps, proposals, shares, saved queries."""
    PUBLISH = "publish"
    """Review, publish and withdraw."""
    OPERATE = "operate"
    """See and work on sources, and give access."""


class SignInKind(StrEnum):
    """What happened at a door."""

    IN = "in"
    """Somebody signed in."""
    OUT = "out"
    """Somebody signed out."""
    FAILED = "failed"
    """Somebody was not let in."""
    LOCKED = "locked"
    """After too many failures nobody is let in for a while."""
    USED = "used"
    """A password or token came with requests, from this address for the first time that day."""


class Door(StrEnum):
    """By what somebody comes in."""

    PAGE = "page"
    """Name and password on the page."""
    BASIC = "basic"
    """Name and password with a request."""
    INSTITUTE = "institute"
    """The institute's sign-in."""
    TOKEN = "token"  # noqa: S105 - a word


class Pace(StrEnum):
    """What is counted together when somebody asks too often."""

    REST = "rest"
    SEARCH = "search"
    EXPORT = "export"
    PICTURES = "pictures"

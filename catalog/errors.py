"""The catalog's named refusals; each says what is wrong and what to do. No HTTP numbers here."""

import math
from collections.abc import Sequence


class CatalogError(Exception):
    """A request that the catalog refuses, with the sentence that says why."""


class NotThere(CatalogError):
    """There is no such thing, or none that this person may see: nobody can tell which."""


class NotAllowed(CatalogError):
    """The person may see the thing but not do this to it."""


class NotUnderstood(CatalogError):
    """A parameter that cannot be read; `parameter` names it."""

    def __init__(self, parameter: str, sentence: str) -> None:
        super().__init__(sentence)
        self.parameter = parameter


class SearchTooCostly(CatalogError):
    """A query that takes longer than searches may take."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"This query takes longer than the {seconds:g} seconds that a search may take. Ask for "
            "something rarer besides, such as a dataset, a compound or a gene, or leave out "
            "beginnings of words and ranges that fit nearly everything."
        )


class SearchTooWide(CatalogError):
    """A query that finds more than can be compared with each other."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"This query finds more than {most:,} wells, and no more than that are grouped by their "
            "condition. Ask for something rarer besides, such as a dataset, a compound or a gene."
        )


class DownloadTooLarge(CatalogError):
    """More than one script can name."""

    def __init__(self, found: str, most: str) -> None:
        super().__init__(
            f"That are {found}, and a download names {most} at most. Ask for something rarer besides, "
            "for fewer fields, or for smaller levels alone, and download in parts."
        )


class CannotBeUndone(CatalogError):
    """A change of the history that is not undone, for the reason that the sentence gives."""


class EditRefused(CatalogError):
    """An edit of several things of which none was made."""


class VocabularyRefused(CatalogError):
    """Values that cannot be told as one, for the reason that the sentence gives."""


class TooManySaved(CatalogError):
    """More saved queries than a person may have."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"You have saved {most:,} queries, and that is all. Delete some that you need no more."
        )


class TooOften(CatalogError):
    """Somebody who asks more often than anybody may; `wait_s` is when they may again."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = max(1, math.ceil(wait_s))
        super().__init__(
            f"You ask more often than anybody may. Wait {self.wait_s} seconds, then ask again, less often. "
            "An export answers in one request what pages answer in many."
        )


class TooManyFailures(TooOften):
    """Somebody who gave too many wrong passwords; `wait_s` is when they may try again."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        sentence = f"for {self.wait_s} seconds nobody is let in under this name from here"
        self.args = (f"Too many wrong passwords: {sentence}. Tokens count all the while.",)


class TooManyTokens(CatalogError):
    """More tokens than a person may have."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"You have {most:,} tokens that count, and that is all. Revoke some that you need no more."
        )


class StoreIsElsewhere(CatalogError):
    """The store at a URL belongs to another dataset already."""

    def __init__(self, url: str) -> None:
        # The dataset is not named: whoever reads this may not be allowed to know of it.
        super().__init__(
            f"The store at {url} belongs to another dataset already. "
            "Somebody who sees that one can harvest it there; a store is in one dataset only."
        )


class StoreUnread(CatalogError):
    """A store of which no document was read yet, so that nothing is known of what it declares."""

    def __init__(self) -> None:
        super().__init__(
            "This store has not been read yet, so it is not known what it should hold. Harvest it "
            "first."
        )


class PictureRefused(CatalogError):
    """Pixels that are not drawn: too many of them at once, or packed in a way that is not known."""


class PictureUnavailable(CatalogError):
    """A picture that cannot be drawn just now: the storage is away, or many are being drawn."""


class InventoryUnfit(CatalogError):
    """An inventory that chunks cannot be counted by."""


class JobIsOver(CatalogError):
    """A job that has ended cannot be cancelled."""

    def __init__(self, state: str) -> None:
        super().__init__(f"This job has ended already ({state}), so there is nothing to cancel.")


class JobGoesOn(CatalogError):
    """A job that waits or runs cannot be tried again."""

    def __init__(self, state: str) -> None:
        super().__init__(
            f"This job is {state}, so there is nothing to try again. Cancel it first to start anew."
        )


class ProposalIsDecided(CatalogError):
    """A proposal that was accepted or refused already."""

    def __init__(self, state: str) -> None:
        super().__init__(
            f"This proposal was {state} already. To undo an accepted one, make the location a "
            "store of its own."
        )


class ProposalIsOutdated(CatalogError):
    """A proposal whose stores are no longer what they were when it was made."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Have both stores harvested again and look once more.")


class StoreIsInUse(CatalogError):
    """A store cannot be merged into another because something hangs on its own rows."""

    def __init__(self, by: str) -> None:
        super().__init__(
            f"The new store cannot become a location of the known one: {by} of its plate or "
            "images would be lost. Take them away first, or refuse the proposal."
        )


class MoveRefused(CatalogError):
    """Stores that cannot go to another dataset as things are; the sentence says what to do first."""


class LocationIsAlone(CatalogError):
    """A location that is the only one its store ever had, or one where nothing lies any more."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"{url} cannot be made a store of its own: it is the only place of its store, or "
            "nothing lies there any more."
        )


class PlateMapNotReady(CatalogError):
    """A plate map in a state in which it cannot be edited, applied or undone."""

    def __init__(self, what: str, state: str, todo: str) -> None:
        super().__init__(f"This plate map is {state}, so it cannot be {what}. {todo}")


class PlateMapIsBusy(CatalogError):
    """A plate map at which a job works already."""

    def __init__(self, doing: str) -> None:
        super().__init__(
            f"{doing} of this plate map goes on just now. Wait until its job has ended, or cancel it."
        )


class DatasetNotReady(CatalogError):
    """A dataset in a state in which something cannot be done to it."""

    def __init__(self, what: str, state: str, todo: str) -> None:
        told = state.replace("_", " ")
        super().__init__(f"This dataset is {told}, so it cannot be {what}. {todo}")


class ChecklistBlocks(CatalogError):
    """A dataset of which the checklist says that it cannot be published; `faults` are its lines."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(
            f"The checklist holds this dataset back: {' '.join(faults)} Mend that, and publish it "
            "then; its checklist says how."
        )


class NothingChanged(CatalogError):
    """A version that would be the same as the last one, byte for byte."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Nothing has changed since version {number}, so there is nothing to publish."
        )


class VersionWithdrawn(CatalogError):
    """Files of a version that was withdrawn."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(
            f"Version {number} was withdrawn, and its files are no longer given away: {reason}"
        )


class VersionStays(CatalogError):
    """A version that cannot be withdrawn by itself."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Version {number} cannot be withdrawn: {why}")


class VersionFileLost(CatalogError):
    """A file of a version that is not where it was put."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is not where it was put. The operator finds out more with manage.py versions "
            "--verify, and puts it back from a backup."
        )


class LeaseLost(CatalogError):
    """Another worker holds the job by now; what this one found is not written."""

    def __init__(self) -> None:
        super().__init__("The job went to another worker; nothing of this attempt was written.")

"""The versions of datasets that a viewer may know of, and whether they may have the files."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Max, QuerySet

from catalog.errors import NotThere
from catalog.models import Dataset, Version
from catalog.models.dataset import WITHDRAWN
from catalog.queries.visible import Viewer, may
from catalog.words import Role

LONGEST_NUMBER = 6


def versions_of(dataset: Dataset) -> QuerySet[Version]:
    """All versions of a dataset, those that were withdrawn too, the newest first."""
    return dataset.versions.select_related("dataset").order_by("-number")


def version_of(dataset: Dataset, number: str) -> Version:
    """The version of a dataset with a number; NotThere for text that names none."""
    version = versions_of(dataset).filter(number=int(number) if is_number(number) else 0).first()
    if version is None:
        raise NotThere("There is no such version of this dataset.")
    return version


def is_number(text: str) -> bool:
    """Whether a text can be the number of a version."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def version_before(version: Version) -> Version | None:
    """The newest version before one that was not withdrawn."""
    earlier = versions_of(version.dataset).filter(number__lt=version.number, withdrawn_at=None)
    return earlier.first()


def is_withdrawn(version: Version) -> bool:
    """Whether a version was withdrawn, by itself or with its dataset."""
    return version.withdrawn_at is not None or version.dataset.state == WITHDRAWN


def may_have_files(user: User | AnonymousUser, version: Version) -> bool:
    """Whether a person who knows of a version may have its files: of a withdrawn one, publishers."""
    return not is_withdrawn(version) or may(user, Role.PUBLISHER, version.dataset)


def can_be_withdrawn_alone(user: User | AnonymousUser, version: Version) -> bool:
    """Whether a person may withdraw a version, and the dataset has others that are left."""
    if is_withdrawn(version) or not may(user, Role.PUBLISHER, version.dataset):
        return False
    return others_that_stand(version).exists()


def others_that_stand(version: Version) -> QuerySet[Version]:
    """The other versions of its dataset that were not withdrawn: without one, it is the last."""
    return version.dataset.versions.filter(withdrawn_at=None).exclude(pk=version.pk)


def latest_versions(scopes: Iterable[int]) -> dict[int, int]:
    """The number of the newest version of some datasets that was not withdrawn; one statement."""
    # No dataset is number 0: the statement is made even if there is none, so that its absence tells
    # nothing.
    rows = Version.objects.filter(dataset__in={0, *scopes}, withdrawn_at=None)
    counted = rows.exclude(dataset__state=WITHDRAWN).order_by().values_list("dataset")
    return dict(counted.annotate(n=Max("number")))


def is_tombstone(viewer: Viewer, dataset: Dataset) -> bool:
    """Whether of a dataset that a viewer may name only that it was there may be told."""
    return dataset.pk not in viewer.scopes

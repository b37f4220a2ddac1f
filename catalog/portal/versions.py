"""Pages of versions: what was published of a dataset, what differs between two, and a withdrawal."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog.errors import NotThere, VersionFileLost
from catalog.models import Dataset, Version
from catalog.portal.errors import or_nothing_here
from catalog.portal.questions import Question, asked
from catalog.queries.single import only
from catalog.queries.version_tables import TABLES
from catalog.queries.versions import (
    can_be_withdrawn_alone,
    is_number,
    is_withdrawn,
    may_have_files,
    version_before,
    version_of,
    versions_of,
)
from catalog.queries.visible import Viewer
from catalog.services.version_diffs import diff_of
from catalog.services.withdrawals import withdraw_version


def named_dataset(request: HttpRequest, slug: str) -> Dataset:
    """The dataset with this slug, or the tombstone of it."""
    return only(Viewer(request.user).named_datasets, "dataset", slug=slug)


@or_nothing_here
def version(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """A version: what it says of itself, its files; of a withdrawn one, that it was there."""
    one = version_of(named_dataset(request, slug), number)
    is_whole = may_have_files(request.user, one)
    told = {
        "dataset": one.dataset,
        "version": one,
        "withdrawn_at": one.withdrawn_at or one.dataset.withdrawn_at,
        "withdrawn_reason": one.withdrawn_reason or one.dataset.withdrawn_reason,
        "is_whole": is_whole,
        "files": [{**file, "holds": TABLES.get(file["name"], "")} for file in one.files],
        "can_be_withdrawn": can_be_withdrawn_alone(request.user, one),
        "before": version_before(one),
        "others": [other for other in versions_of(one.dataset) if other.number != one.number],
    }
    return render(request, "portal/version.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@or_nothing_here
def version_withdrawal(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """What withdrawing one version of several does, and a form to do it; for publishers alone."""
    dataset = only(Viewer(request.user).publishable, "dataset", slug=slug)
    one = version_of(dataset, number)
    if is_withdrawn(one):
        raise NotThere("It was withdrawn already.")
    return asked(
        request,
        withdrawal_of(one),
        lambda form: withdraw_version(version=one, reason=form.get("reason", ""), by=request.user),
        dataset=one.dataset,
        of=one.metadata.get("title", ""),
        back=reverse("portal:version", args=[slug, number]),
    )


def withdrawal_of(version: Version) -> Question:
    """What a publisher is asked before one version is withdrawn."""
    return Question(
        f"Withdraw version {version.number}",
        "Its files are no longer given away, but to publishers. Its page stays with the day and "
        "your reason, so that what cited it still leads here. The dataset and its other versions "
        "stay as they are. This is for good.",
        f"Withdraw version {version.number} for good",
        f"Version {version.number} is withdrawn.",
        asks="reason",
        is_grave=True,
    )


@or_nothing_here
def version_diff(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """What differs between two versions, in short."""
    after = version_of(named_dataset(request, slug), number)
    since = request.GET.get("from", "")
    before = version_before(after) if not since else numbered(after.dataset, since)
    if before is None:
        raise NotThere("There is no version to compare with.")
    told: dict[str, object] = {"dataset": after.dataset, "before": before, "after": after}
    if not all(may_have_files(request.user, one) for one in (before, after)):
        return render(request, "portal/version_diff.html", told, status=HTTPStatus.GONE)
    try:
        told["diff"] = diff_of(before, after)
    except VersionFileLost as lost:
        told["lost"] = str(lost)
    return render(request, "portal/version_diff.html", told)


def numbered(dataset: Dataset, text: str) -> Version | None:
    """The version of a dataset with a number, if it has that."""
    return versions_of(dataset).filter(number=int(text)).first() if is_number(text) else None

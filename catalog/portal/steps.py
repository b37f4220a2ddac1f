"""The steps of a dataset's life on pages: each says what will happen, and asks once more."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods

from catalog.errors import NotThere, NotUnderstood
from catalog.models import Dataset
from catalog.portal.checklist import lines_told
from catalog.portal.errors import or_nothing_here
from catalog.portal.questions import Question, asked
from catalog.queries.single import only
from catalog.queries.steps import Step, steps_open_to
from catalog.queries.visible import Viewer
from catalog.services.embargoes import set_embargo
from catalog.services.publication import publish
from catalog.services.reviews import Person, send_back, send_for_review
from catalog.services.withdrawals import withdraw

Take = Callable[[Dataset, Person, QueryDict], object]


def day_in(form: QueryDict) -> date | None:
    """The day that a form names, if it names one."""
    text = form.get("until", "").strip()
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise NotUnderstood("until", "Write the day as 2027-03-31, or leave it empty.")
    return day


QUESTIONS: Final[Mapping[Step, Question]] = {
    Step.REVIEW: Question(
        "Send for review",
        "Those who publish are asked to look at it. It can be worked on meanwhile.",
        "Send for review",
        "It waits for a publisher now.",
    ),
    Step.SEND_BACK: Question(
        "Send back",
        "It becomes a draft again. Its curators read the note on this page.",
        "Send back",
        "It is a draft again.",
        asks="note",
    ),
    Step.PUBLISH: Question(
        "Publish",
        "A version is made of it as it is now: files that never change. Everybody will see the "
        "dataset and the version, unless an embargo closes it. This cannot be taken back; what is "
        "published can only be withdrawn, and leaves a tombstone.",
        "Publish",
        "A version is being made. The dataset is published as soon as it is whole.",
        asks="until",
        is_grave=True,
    ),
    Step.EMBARGO: Question(
        "Set the embargo",
        "Up to that day and with it (UTC) only those see it who see the draft; it opens by itself "
        "afterwards. Empty: there is no embargo.",
        "Set the embargo",
        "The embargo is set.",
        asks="until",
    ),
    Step.WITHDRAW: Question(
        "Withdraw",
        "It is gone for good from searches, pages and downloads, with all its versions. Its title, "
        "its DOI, the day and your reason stay. The files are kept, for publishers alone.",
        "Withdraw for good",
        "It is withdrawn.",
        asks="reason",
        is_grave=True,
    ),
}
TAKEN: Final[Mapping[Step, Take]] = {
    Step.REVIEW: lambda dataset, by, _: send_for_review(dataset=dataset, by=by),
    Step.SEND_BACK: lambda dataset, by, form: send_back(
        dataset=dataset, note=form.get("note", ""), by=by
    ),
    Step.PUBLISH: lambda dataset, by, form: publish(
        dataset=dataset, by=by, embargo_until=day_in(form)
    ),
    Step.EMBARGO: lambda dataset, by, form: set_embargo(dataset=dataset, until=day_in(form), by=by),
    Step.WITHDRAW: lambda dataset, by, form: withdraw(
        dataset=dataset, reason=form.get("reason", ""), by=by
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@or_nothing_here
def dataset_step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """What a step will do, and a form to take it; there is none for those who may not."""
    dataset = only(Viewer(request.user).curated_datasets, "dataset", slug=slug)
    open_steps = steps_open_to(request.user, dataset)
    if step not in open_steps:
        raise NotThere("There is no such step, or none that you may take now.")
    taken = Step(step)
    return asked(
        request,
        QUESTIONS[taken],
        lambda form: TAKEN[taken](dataset, request.user, form),
        dataset=dataset,
        of=dataset.title,
        back=reverse("portal:dataset", args=[slug]),
        lines=lines_told(dataset) if taken in {Step.REVIEW, Step.PUBLISH} else [],
    )

"""The vocabulary of the catalog: values that are one are told as one, until that is taken back."""

import logging
from collections.abc import Sequence
from typing import Final

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from catalog import jobs
from catalog.errors import NotAllowed, NotThere, VocabularyRefused
from catalog.models import Dataset, Job
from catalog.queries.visible import runs_the_catalog
from catalog.services.curators import person_of
from catalog.services.heartbeat import heartbeat
from catalog.services.jobs import ask_for
from catalog.services.leases import Lease, job_of
from catalog.services.plate_map_jobs import who_asked
from catalog.services.plate_map_watch import Watch, watch_under
from catalog.services.record import record
from plates.models import Term, TermMerge
from plates.queries.merged_terms import subjects_by_scope
from plates.services.merge_terms import MergeRefused, merge_terms, refuse_all_but_mergeable
from plates.services.merge_terms import separate_terms as separate

log = logging.getLogger(__name__)

MOST: Final = 500
INTO: Final = "into"
TERMS: Final = "terms"
Person = User | AnonymousUser | None


@transaction.atomic
def request_merge(*, into: Term, terms: Sequence[Term], by: Person) -> Job:
    """Ask for terms to be told as another, across the whole catalog.

    NotAllowed for all but operators, VocabularyRefused for what cannot be one.
    """
    others = [one for one in terms if one.pk != into.pk]
    refuse_all_but_operators(by)
    if not others or len(others) > MOST:
        raise VocabularyRefused(f"Choose one value to keep and 1 to {MOST} that are the same.")
    try:
        refuse_all_but_mergeable(into, others)
    except MergeRefused as refusal:
        raise VocabularyRefused(str(refusal)) from refusal
    return asked([into, *others], into=into.pk, terms=others, by=by)


@transaction.atomic
def request_separation(*, terms: Sequence[Term], by: Person) -> Job:
    """Ask for merged terms to be told as themselves again; NotAllowed for all but operators."""
    refuse_all_but_operators(by)
    merged = TermMerge.objects.filter(term__in=terms)
    targets = [one.into for one in merged.select_related("into")]
    if not targets:
        raise VocabularyRefused("None of these is told as another value.")
    return asked(targets, into=0, terms=list(terms), by=by)


def refuse_all_but_operators(by: Person) -> None:
    """NotAllowed for who does not run the catalog; nobody is the operator's own hand."""
    if by is not None and not runs_the_catalog(by):
        raise NotAllowed("Only operators merge values: they are those of all datasets.")


def asked(about: Sequence[Term], *, into: int, terms: Sequence[Term], by: Person) -> Job:
    """A job that goes across datasets, filed under the one that has most of some terms."""
    told = subjects_by_scope([one.pk for one in about])
    scopes: dict[int, int] = {}
    for (_, scope), subjects in told.items():
        scopes[scope] = scopes.get(scope, 0) + subjects
    rows = Dataset.objects.filter(pk__in=scopes)
    dataset = max(rows, key=lambda one: scopes[one.pk], default=Dataset.objects.first())
    if dataset is None:
        raise NotThere("There is no dataset yet.")
    options: dict[str, object] = {
        jobs.ACROSS: True,
        INTO: into,
        TERMS: [one.pk for one in terms],
    }
    return ask_for(jobs.Job.MERGE_TERMS, dataset=dataset, by=person_of(by), url="", options=options)


def work_on_vocabulary(*, lease: Lease) -> None:
    """Merge or take apart what a job says; safe to run twice."""
    job = job_of(lease)
    with heartbeat(lease) as alive:
        tell_as_asked(job, watch_under(lease, alive))


@transaction.atomic
def tell_as_asked(job: Job, watch: Watch) -> None:
    """Do what a job says and record it, or nothing of it."""
    terms = list(Term.objects.filter(pk__in=job.options[TERMS]).order_by("pk"))
    into = Term.objects.filter(pk=job.options[INTO]).first()
    by = who_asked(job)
    before = {one.term_id: one.into for one in TermMerge.objects.filter(term__in=terms)}
    if into is not None:
        carriers = merge_terms(into=into, terms=terms, by=str(by or ""), stop=watch.stop)
    else:
        carriers = separate(terms=terms, stop=watch.stop)
    for one in terms:
        was, now = str(before.get(one.pk, one)), str(into or one)
        if was != now:
            verb = "merge" if into else "separate"
            record(verb, one, by=by, job=job, changes={str(one.key): (was, now)})
    watch.ending({"carriers": carriers, "terms": len(terms)})
    log.info("job %s: %s terms, %s carriers indexed anew", job.pk, len(terms), carriers)

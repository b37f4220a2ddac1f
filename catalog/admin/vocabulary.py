"""The vocabulary janitor: values of a key that are likely one, a merge as it would be, and merges undone."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk, link_to, person
from catalog.errors import VocabularyRefused
from catalog.models import Dataset
from catalog.services.vocabulary import MOST, request_merge, request_separation
from plates.models import Key, Term, TermMerge
from plates.platemaps.near_duplicates import MOST_VALUES, near_duplicates
from plates.queries.merged_terms import subjects_by_scope, values_of_key

Link = SafeString | str
GROUPS: Final = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value, and how many wells and images have it, in all and by dataset."""

    term: Term
    subjects: int
    datasets: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Alike:
    """Values of a key that are likely one, the commonest first: serial, text, how many have it."""

    values: list[tuple[int, str, int]]
    why: str


def alike_of(key: Key) -> list[Alike]:
    """The values of a key that are likely one; one statement, no well is read."""
    rows = values_of_key(key.pk, most=MOST_VALUES)
    by_text: dict[str, list[tuple[int, str, int]]] = {}
    for row in rows:
        by_text.setdefault(row[1], []).append(row)
    counts = {text: sum(subjects for _, _, subjects in same) for text, same in by_text.items()}
    return [
        Alike([row for text in found.values for row in by_text[text]], found.why.value)
        for found in near_duplicates(counts)[:GROUPS]
    ]


def values_page(site: AdminSite, request: HttpRequest, key: Key) -> HttpResponse:
    """The groups of values of a key that are likely one, each with a way to merge it."""
    told = {
        **site.each_context(request),
        "title": f"Values of {key} that are likely one",
        "opts": Key._meta,  # noqa: SLF001 - what Django's own templates want
        "original": key,
        "groups": alike_of(key),
        "merges": TermMerge.objects.filter(term__key=key).count(),
    }
    return TemplateResponse(request, "admin/alike.html", told)


def merge_page(
    site: AdminSite, request: HttpRequest, chosen: QuerySet[Term]
) -> HttpResponse | None:
    """What a merge would do, by dataset; then the job that does it."""
    terms = list(chosen.select_related("key").order_by("pk")[: MOST + 2])
    kept = kept_of(request, terms)
    if kept is not None and "merge" in request.POST:
        answer = merged(request, terms, kept)
        if answer is not None:
            return answer
    found = candidates(terms)
    told = {
        **site.each_context(request),
        "title": "Merge values",
        "opts": Term._meta,  # noqa: SLF001 - what Django's own templates want
        "candidates": found,
        "kept": kept.pk if kept else max(found, key=lambda one: one.subjects).term.pk,
        "changing": sum(one.subjects for one in found if kept and one.term.pk != kept.pk),
        "is_chosen": kept is not None,
        "keys": {str(one.key) for one in terms},
    }
    return TemplateResponse(request, "admin/merge_terms.html", told)


def kept_of(request: HttpRequest, terms: list[Term]) -> Term | None:
    """The value that is to be kept, if it was said and is one of those."""
    return next((one for one in terms if str(one.pk) == request.POST.get("kept", "")), None)


def merged(request: HttpRequest, terms: list[Term], kept: Term) -> HttpResponse | None:
    """To the job of a merge; None where it was refused, which is said."""
    try:
        job = request_merge(into=kept, terms=terms, by=person(request))
    except VocabularyRefused as refusal:
        messages.error(request, str(refusal))
        return None
    messages.success(
        request, "The merge is queued; this is its job. Merges can be undone in their list."
    )
    return HttpResponseRedirect(reverse("admin:catalog_job_change", args=[job.pk]))


def candidates(terms: list[Term]) -> list[Candidate]:
    """Some values with how many have them in which datasets, the commonest first."""
    told = subjects_by_scope([one.pk for one in terms])
    slugs = dict(
        Dataset.objects.filter(pk__in={scope for _, scope in told}).values_list("pk", "slug")
    )
    found = []
    for term in terms:
        counts = [(slugs.get(scope, "?"), n) for (of, scope), n in told.items() if of == term.pk]
        counts.sort(key=lambda one: -one[1])
        found.append(Candidate(term, sum(n for _, n in counts), counts))
    return sorted(found, key=lambda one: -one.subjects)


@admin.register(TermMerge)
class TermMergeDesk(ReadDesk[TermMerge]):
    """Values that are told as another."""

    list_display = ["term", "told_as", "key", "merged_by", "merged_at"]
    list_select_related = ["term__key", "into"]
    search_fields = ["term__folded__startswith"]
    search_help_text = "How the merged value begins."
    actions = ["separate"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A key's page links here."""
        return lookup == "term__key" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="is told as")
    def told_as(self, merge: TermMerge) -> Link:
        """The value that is kept."""
        return link_to(merge.into)

    @admin.display(description="key")
    def key(self, merge: TermMerge) -> Link:
        """The key of both."""
        return link_to(merge.term.key)

    @admin.action(description="Undo: tell them as themselves again")
    def separate(self, request: HttpRequest, queryset: QuerySet[TermMerge]) -> HttpResponse | None:
        """Ask for the chosen merges to be undone."""
        terms = [one.term for one in queryset.select_related("term")]
        try:
            job = request_separation(terms=terms, by=person(request))
        except VocabularyRefused as refusal:
            messages.error(request, str(refusal))
            return None
        messages.success(request, "The undoing is queued; this is its job.")
        return HttpResponseRedirect(reverse("admin:catalog_job_change", args=[job.pk]))


def page_of_values(desk: Any, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ANN401 - any desk of keys
    """The page of a key's values, for its own desk."""
    key = desk.get_object(request, object_id)
    if key is None:
        messages.error(request, "There is no such key.")
        return HttpResponseRedirect(reverse("admin:plates_key_changelist"))
    return values_page(desk.admin_site, request, key)

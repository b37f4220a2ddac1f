"""Values of a key become one: the rows stay what the files say, and are told as another from then on."""

from collections.abc import Callable, Sequence
from typing import Final

from django.db import transaction

from plates.models import Synonym, Term, TermMerge
from plates.platemaps.errors import PlateMapRefused
from plates.queries.merged_terms import carriers_with
from plates.services.annotation_lock import wait_for_annotation
from plates.services.index import never, rebuild
from plates.services.searchable import counting_terms
from plates.services.tables import loading_cursor

TABLE: Final = "merged values"
"""What the synonyms are filed under by which the old words still find something."""
_LONGEST: Final = 255


class MergeRefused(PlateMapRefused):
    """Values that cannot become one."""


@transaction.atomic
def merge_terms(
    *, into: Term, terms: Sequence[Term], by: str, stop: Callable[[], bool] = never
) -> int:
    """Tell some terms as another of their key, and make the index anew where they stand; carriers.

    Done twice it changes nothing. MergeRefused for terms of several keys, for quantities, and where
    it would make a chain; ImportStopped if it is told to stop.
    """
    with loading_cursor() as cursor:
        wait_for_annotation(cursor, stop=stop)
        fresh = refuse_all_but_mergeable(into, terms)
        TermMerge.objects.bulk_create(TermMerge(term=one, into=into, merged_by=by) for one in fresh)
        Synonym.objects.bulk_create(
            (synonym_of(one, into) for one in fresh if one.folded != into.folded),
            ignore_conflicts=True,
        )
        carriers = carriers_with([one.pk for one in fresh])
        with counting_terms(cursor, carriers):
            rebuild(cursor, carriers, stop=stop)
    return len(carriers)


@transaction.atomic
def separate_terms(*, terms: Sequence[Term], stop: Callable[[], bool] = never) -> int:
    """Tell merged terms as themselves again; everything is as if they had never been merged.

    Done twice it changes nothing. ImportStopped if it is told to stop.
    """
    with loading_cursor() as cursor:
        wait_for_annotation(cursor, stop=stop)
        merges = TermMerge.objects.filter(term__in=terms).select_related("term", "into")
        gone = list(merges)
        carriers = carriers_with(sorted({one.into_id for one in gone}))
        merges.delete()
        forget_synonyms(gone)
        with counting_terms(cursor, carriers):
            rebuild(cursor, carriers, stop=stop)
    return len(carriers)


def refuse_all_but_mergeable(into: Term, terms: Sequence[Term]) -> list[Term]:
    """Those of some terms that are not told as another already; MergeRefused for what cannot be."""
    if any(one.key_id != into.key_id for one in terms):
        raise MergeRefused("Values of different keys are not one.")
    if into.number is not None or any(one.number is not None for one in terms):
        raise MergeRefused("Quantities are compared by their numbers: they need no merging.")
    if TermMerge.objects.filter(term=into).exists():
        raise MergeRefused(f"'{into}' is told as another value itself: keep that one.")
    others = TermMerge.objects.filter(term__in=terms).exclude(into=into).select_related("term")
    for one in others[:1]:
        raise MergeRefused(f"'{one.term}' is told as another value already: undo that first.")
    targets = TermMerge.objects.filter(into__in=terms).select_related("into")
    for one in targets[:1]:
        raise MergeRefused(
            f"Other values are told as '{one.into}': keep that one, or undo it first."
        )
    known = set(TermMerge.objects.filter(term__in=terms).values_list("term_id", flat=True))
    return [one for one in terms if one.pk not in known and one.pk != into.pk]


def synonym_of(term: Term, into: Term) -> Synonym:
    """The old words as another name of the value that is kept."""
    return Synonym(
        key_id=term.key_id,
        folded=term.folded,
        text=term.text[:_LONGEST],
        means=into.text[:_LONGEST],
        curie=into.curie,
        table=TABLE,
    )


def forget_synonyms(gone: Sequence[TermMerge]) -> None:
    """Take back the other names that merges made, unless another merge says the same."""
    for one in gone:
        same = TermMerge.objects.filter(into=one.into_id, term__folded=one.term.folded)
        if not same.exists():
            Synonym.objects.filter(
                key=one.term.key_id,
                folded=one.term.folded,
                means=one.into.text[:_LONGEST],
                table=TABLE,
            ).delete()

"""What search rests on beside the index of annotation, kept as stores come, change and go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plates.models import AnnotationRow, Store
from plates.services.search_masks import keep_search_masks
from plates.services.term_counts import add_counts, remember_counts

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


@contextmanager
def keeping_searchable(cursor: "CursorWrapper", stores: Sequence[int]) -> Iterator[None]:
    """Let masks and counts follow what is done to stores meanwhile, and to what they show."""
    carriers = carriers_of(stores)
    # Of most stores nothing is said when they are harvested, and nothing has to be counted.
    are_annotated = is_annotated(carriers)
    if are_annotated:
        remember_counts(cursor, carriers)
    yield
    carriers = sorted({*carriers, *carriers_of(stores)})
    keep_search_masks(cursor, carriers)
    if are_annotated:
        add_counts(cursor, carriers)


@contextmanager
def counting_terms(cursor: "CursorWrapper", carriers: Sequence[int]) -> Iterator[None]:
    """Let counts follow what is done to the annotation of carriers meanwhile."""
    remember_counts(cursor, carriers)
    yield
    add_counts(cursor, carriers)


def is_annotated(carriers: Sequence[int]) -> bool:
    """Whether plate maps say anything of some carriers."""
    return AnnotationRow.objects.filter(carrier__in=carriers).exists()


def carriers_of(stores: Sequence[int]) -> list[int]:
    """The carriers of stores and of the plates that they show."""
    rows = Store.objects.filter(pk__in=stores).values_list("carrier_id", "plate__carrier_id")
    return sorted({carrier for row in rows for carrier in row if carrier is not None})

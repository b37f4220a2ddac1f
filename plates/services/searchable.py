"""What search rests on beside the index of annotation, kept as stores come, change and go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plates.models import AnnotationRow, Store
from plates.services.carrier_lock import lock_carriers
from plates.services.search_masks import keep_search_masks
from plates.services.term_counts import add_counts, remember_counts

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


@contextmanager
def keeping_searchable(cursor: "CursorWrapper", stores: Sequence[int]) -> Iterator[None]:
    """Let masks and counts follow what is done to stores meanwhile, and to what they show.

    Where subjects are, and how many have a term, is written at the end, so that an import of the
    same plates is waited for as late as can be. Who changes their index meanwhile counts itself.
    """
    before = carriers_of(stores)
    yield
    carriers = sorted({*before, *carriers_of(stores)})
    lock_carriers(cursor, carriers)
    # Of most stores nothing is said when they are harvested, and nothing has to be counted.
    if is_annotated(carriers):
        with counting_terms(cursor, carriers):
            keep_search_masks(cursor, carriers)
    else:
        keep_search_masks(cursor, carriers)


@contextmanager
def counting_terms(cursor: "CursorWrapper", carriers: Sequence[int]) -> Iterator[None]:
    """Let counts follow what is done to the index and the subjects of carriers meanwhile.

    They are locked: what two transactions counted side by side would not add up.
    """
    lock_carriers(cursor, carriers)
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

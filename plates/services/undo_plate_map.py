"""Undo an import: everything is as if it had never been applied, whatever came after it."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from plates.models import AnnotationRow, NamedPlate, PlateAlias, PlateMap
from plates.platemaps.errors import NotInState
from plates.services.annotation_lock import wait_for_annotation
from plates.services.index import never, rebuild
from plates.services.searchable import counting_terms
from plates.services.tables import loading_cursor
from plates.states import PlateMapState


@transaction.atomic
def undo_rows(*, plate_map: PlateMap, stop: Callable[[], bool] = never) -> int:
    """Take an applied import's rows and other names away, and what the index has of it; its rows.

    The files and the mapping are kept. NotInState unless it is applied; ImportStopped if it is
    told to stop.
    """
    with loading_cursor() as cursor:
        wait_for_annotation(cursor, stop=stop)
        locked = PlateMap.objects.select_for_update(no_key=True).get(pk=plate_map.pk)
        if locked.state != PlateMapState.APPLIED.value:
            raise NotInState(f"This import is {locked.state}: there is nothing to undo.")
        rows = AnnotationRow.objects.filter(plate_map=locked).order_by()
        carriers = sorted(rows.values_list("carrier_id", flat=True).distinct())
        taken = rows._raw_delete(rows.db)  # noqa: SLF001 - nothing hangs on these rows
        with counting_terms(cursor, carriers):
            rebuild(cursor, carriers, stop=stop)
        for of_it in (NamedPlate, PlateAlias):
            of_it._default_manager.filter(plate_map=locked).delete()  # noqa: SLF001 - Django's own
        locked.columns.all().delete()
        PlateMap.objects.filter(pk=locked.pk).update(
            state=PlateMapState.UNDONE.value, undone_at=timezone.now()
        )
    plate_map.refresh_from_db()
    return int(taken)

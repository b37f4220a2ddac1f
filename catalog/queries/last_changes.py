"""When what is told of one thing last changed."""

from datetime import datetime

from django.db.models import F, Max, Q
from django.db.models.functions import Greatest

from catalog.models import Change
from plates.models import Plate, PlateMap, Store


def last_change_of_store(store: Store) -> datetime:
    """Of what was read of a store, and its verdict."""
    return _newest(Q(store=store.pk), store.created_at)


def last_change_of_plate(plate: Plate) -> datetime:
    """Of the stores that show a plate."""
    return _newest(Q(plate=plate.pk), plate.created_at)


def last_change_of_annotation(scope: int, changed: datetime) -> datetime:
    """Of the thing itself or of any plate map of its dataset, whichever is later."""
    told = PlateMap.objects.filter(scope=scope).order_by()
    newest = told.aggregate(at=Max(Greatest(F("applied_at"), F("undone_at"))))["at"]
    return max(changed, newest) if newest else changed


def _newest(which: Q, since: datetime) -> datetime:
    at = Change.objects.filter(which).order_by().aggregate(at=Max("at"))["at"]
    return max(since, at) if at else since

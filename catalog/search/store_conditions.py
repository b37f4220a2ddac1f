"""Conditions on stores: what each field of a store compares."""

from typing import Final

from django.db.models import F, FloatField, Q
from django.db.models.functions import Cast

from catalog.search.fields import Field
from catalog.search.meanings import Range
from catalog.search.queries import Anything, Exactly, Spot, Test
from catalog.search.ranges import range_of
from catalog.search.text_conditions import has_id, text_in
from plates.models import Count
from plates.states import Completion

COLUMNS: Final = {
    "version": ("version",),
    "verdict": ("verdict",),
    "reach": ("reach",),
    "finding": ("findings__rule",),
    "acquisition": ("acquisitions__name",),
    "store": ("name", "locations__url"),
}
"""The columns in which the text of a field stands."""


def stores_where(field: Field, test: Test, spot: Spot) -> Q:
    """The condition on stores that a test of a field means; QueryError where it means none."""
    if field.name == "completion":
        return completion_is(test)
    if field.name == "completeness":
        return completeness_in(test, field, spot)
    if field.name == "zarr_format":
        return number_in("zarr_format", test, field, spot)
    condition = has_id(test) if field.name == "store" else Q()
    for column in COLUMNS[field.name]:
        condition |= text_in(column, test, spot)
    return condition


def number_in(column: str, test: Test, field: Field, spot: Spot) -> Q:
    """That a column's number lies in the range of a test."""
    if isinstance(test, Anything):
        return Q(**{f"{column}__isnull": False})
    wanted, _ = range_of(test, dimensions=(), unit="", spot=spot)
    return in_range(column, wanted)


def in_range(column: str, wanted: Range) -> Q:
    """That a column lies in a range."""
    condition = Q(**{f"{column}__isnull": False})
    if wanted.low is not None:
        condition &= Q(**{f"{column}__{'gte' if wanted.low_included else 'gt'}": wanted.low})
    if wanted.high is not None:
        condition &= Q(**{f"{column}__{'lte' if wanted.high_included else 'lt'}": wanted.high})
    return condition


def completion_is(test: Test) -> Q:
    """How much of what a store declares is there, in a word."""
    if not isinstance(test, Exactly):
        return Q(count__isnull=False)
    word = Completion(test.text.casefold())
    if word is Completion.UNCOUNTED:
        return Q(count__isnull=True)
    if word is Completion.WHOLE:
        return Q(count__is_whole=True)
    return Q(count__is_whole=False, count__is_arriving=word is Completion.ARRIVING)


def completeness_in(test: Test, field: Field, spot: Spot) -> Q:
    """The share of a store's chunks that is there, from 0 to 1."""
    if isinstance(test, Anything):
        return Q(count__declared__gt=0)
    wanted, _ = range_of(test, dimensions=("ratio",), unit="", spot=spot)
    share = Cast(F("present"), FloatField()) / F("declared")
    counts = Count.objects.filter(declared__gt=0).annotate(told=share)
    return Q(pk__in=counts.filter(in_range("told", wanted)).values("store_id"))

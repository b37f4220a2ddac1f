"""Who is not let in for a while: what is told of failures at the doors is counted, and nothing else."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import SignIn
from catalog.words import SignInKind

FOR_AN_ADDRESS: Final = 20
"""So many times as many failures lock an address as lock one name from it: many people share one."""
FOR_A_NAME: Final = 10
"""So many times as many from anywhere lock a name, but not where its owner has signed in before."""


def locked_until(name: str, address: str | None) -> datetime | None:
    """Until when nobody is let in under a name from an address; None if they may try."""
    failures = failures_from(address)
    under_name = failures.filter(name=name)
    measures = [(failures, most_for_an_address())]
    last = SignIn.objects.filter(kind=SignInKind.IN.value, name=name, address=address).first()
    if last is None:
        measures.append((failures_under(name), most_for_a_name()))
    else:
        under_name = under_name.filter(id__gt=last.pk)
    measures.append((under_name, settings.LOCKOUT))
    ends = [end for rows, most in measures if (end := _end_of(rows, most)) is not None]
    return max(ends, default=None)


def failures_from(address: str | None) -> QuerySet[SignIn]:
    """The failures of late from an address, the newest first."""
    since = timezone.now() - timedelta(seconds=settings.LOCKOUT_S)
    rows = SignIn.objects.filter(kind=SignInKind.FAILED.value, address=address, at__gt=since)
    return rows.order_by("-at")


def failures_under(name: str) -> QuerySet[SignIn]:
    """The failures under a name from anywhere, the newest first."""
    return SignIn.objects.filter(kind=SignInKind.FAILED.value, name=name).order_by("-id")


def most_for_a_name() -> int:
    """How many failures lock a name for addresses from which nobody has signed in under it."""
    return int(settings.LOCKOUT * FOR_A_NAME)


def most_for_an_address() -> int:
    """How many failures lock an address, whatever the names."""
    return int(settings.LOCKOUT * FOR_AN_ADDRESS)


def _end_of(failures: QuerySet[SignIn], most: int) -> datetime | None:
    """When the failure that filled the measure is old enough; None if it is already."""
    at = failures.values_list("at", flat=True)[most - 1 : most].first()
    end = None if at is None else at + timedelta(seconds=settings.LOCKOUT_S)
    return None if end is None or end <= timezone.now() else end

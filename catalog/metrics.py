"""`/metrics`: how Platecat fares, for Prometheus, and for nobody else."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from catalog.callers import address_of, is_among, trusted_networks
from catalog.meters import registry_of_requests
from catalog.queries.operation import readings
from catalog.queries.tokens import token_with
from catalog.queries.visible import runs_the_catalog
from catalog.services.pictures_kept import kept_pictures
from catalog.services.uses import note_use
from catalog.words import TokenScope

BEARER: Final = "bearer "
REFUSED: Final = (
    "These numbers are for those who run Platecat: ask from a network of PLATECAT_METRICS_NETWORKS, "
    "or with an operator's token that has the scope 'operate'.\n"
)


def metrics(request: HttpRequest) -> HttpResponse:
    """All numbers as text; 403 for strangers."""
    if not (comes_from_near(request) or has_operators_token(request)):
        return HttpResponse(REFUSED, status=HTTPStatus.FORBIDDEN, content_type="text/plain")
    registry = registry_of_requests()
    registry.register(OfTheCatalog())
    answer = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    answer["Cache-Control"] = "no-store"
    return answer


def comes_from_near(request: HttpRequest) -> bool:
    """Whether a request comes from a network that may read the numbers.

    What a proxy passes on that is not named as trusted comes from anywhere, however near it stands.
    """
    passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    trusted = trusted_networks(tuple(settings.TRUSTED_PROXIES))
    if passed_on and not is_among(str(request.META.get("REMOTE_ADDR", "")), trusted):
        return False
    near = trusted_networks(tuple(settings.METRICS_NETWORKS))
    return is_among(address_of(request) or "", near)


def has_operators_token(request: HttpRequest) -> bool:
    """Whether a request brings a token of the scope `operate` whose owner is an operator."""
    told = request.headers.get("Authorization", "")
    token = token_with(told[len(BEARER) :].strip()) if told.lower().startswith(BEARER) else None
    if token is None or not token.is_for(TokenScope.OPERATE):
        return False
    owner: User = token.owner
    if not runs_the_catalog(owner):
        return False
    note_use(token=token, address=address_of(request))
    return True


class OfTheCatalog(Collector):
    """The numbers of the database and of the disk, read as they are asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All of them; only that the database is away if it is."""
        held = kept_pictures().held()
        yield GaugeMetricFamily("platecat_pictures_bytes", "Drawn pictures kept.", value=held)
        try:
            found = list(readings())
        except DatabaseError:
            found = []
        yield GaugeMetricFamily(
            "platecat_database_up", "Whether the database answered.", value=bool(found)
        )
        for reading in found:
            family = GaugeMetricFamily(reading.name, reading.sentence, labels=reading.labels)
            for labels, number in reading.values.items():
                family.add_metric(labels, number)
            yield family

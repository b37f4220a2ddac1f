"""The web's own address of bytes: it sends none, and says to whom may where they are sent from."""

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from catalog.data.answers import dressed, plain, sent_to
from catalog.data.grants import Grant
from catalog.data.serving import answered
from catalog.links.data_paths import BY_TICKET, data_path, data_url
from catalog.links.tickets import ticket_for
from catalog.services.byte_places import OnTheWeb, byte_place
from plates.omezarr.web_urls import Method

NOBODY_SENDS: Final = (
    "No process that sends bytes is known here. Let the proxy in front send /data/ to it, or set "
    "PLATECAT_DATA_URL."
)


@csrf_exempt
def bytes_elsewhere(request: HttpRequest, rest: str) -> HttpResponseBase:
    """The answer that leads to the process of bytes; 404 where that would answer 404 as well."""
    return dressed(answered(request, lambda _, grant: _sent(request, grant, rest)))


def _sent(request: HttpRequest, grant: Grant, rest: str) -> HttpResponseBase:
    if settings.DATA_URL:
        return sent_to(_there(grant, rest))
    place = byte_place(grant.store)
    if isinstance(place, OnTheWeb):
        method: Method = "HEAD" if request.method == "HEAD" else "GET"
        return sent_to(place.urls.of(grant.path, method=method, lasting_s=settings.SIGNED_S))
    return plain(HTTPStatus.SERVICE_UNAVAILABLE, NOBODY_SENDS)


def _there(grant: Grant, rest: str) -> str:
    """The same at the process of bytes, which knows no session of ours: a ticket stands for it."""
    if grant.person is not None:
        ticket, _ = ticket_for(
            grant.person.pk,
            grant.store.id,
            grant.path,
            lasting_s=settings.LINK_S,
            token=grant.token,
        )
        key = {"way": BY_TICKET, "key": ticket}
        return data_url(settings.DATA_URL, grant.store.id, grant.path, **key)
    asked = data_path(rest)
    key = {"way": asked.way, "key": asked.key} if asked else {}
    return data_url(settings.DATA_URL, grant.store.id, grant.path, **key)

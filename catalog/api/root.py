from http import HTTPStatus

from django.urls import reverse
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.views import ERRORS, Decorator, ReadView

ROUTES = (
    "datasets",
    "stores",
    "plates",
    "wells",
    "keys",
    "queries",
    "images",
    "findings",
    "changes",
    "ledger",
    "sources",
    "proposals",
    "shares",
    "platemaps",
    "jobs",
    "tokens",
    "schema",
    "docs",
)
TOLD_TO_ALL = {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS}
START: Decorator = extend_schema(
    summary="Where the API starts",
    tags=["start"],
    responses={
        200: inline_serializer("Start", {name: serializers.URLField() for name in ROUTES}),
        **{key: told for key, told in ERRORS.items() if key[0] in TOLD_TO_ALL},
    },
)


class Root(ReadView):
    """Where the API starts."""

    @START
    def get(self, request: Request) -> Response:
        """The lists and the documentation."""
        urls = {name: request.build_absolute_uri(reverse(f"api:{name}")) for name in ROUTES}
        return Response(urls)

"""Tokens over REST: a person makes, lists and revokes their own; never with a token."""

from http import HTTPStatus
from typing import cast

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import IN_CONFLICT
from catalog.api.bodies import moment_of, understood
from catalog.api.shapes.tokens import MadeTokenShape, TokenShape, TokenWish
from catalog.api.views import ERRORS, ListView, ReadView, list_of
from catalog.models import Token
from catalog.queries.single import only
from catalog.queries.tokens import tokens_of
from catalog.services.tokens import make_token, revoke_token
from catalog.words import TokenScope
from plates.ids import uuid_or_none


class TokenList(ListView):
    """Your tokens."""

    http_method_names = ["get", "head", "options", "post"]

    @list_of("token", TokenShape)
    def get(self, request: Request) -> Response:
        """The tokens that you made, the oldest first; none for who is not signed in."""
        context: dict[str, object] = {"request": request}
        rows = tokens_of(request.user)
        return self.answer(rows, TokenShape, viewer=self.viewer, order=["id"], context=context)

    @extend_schema(
        summary="Make a token",
        tags=["tokens"],
        operation_id="token_create",
        request=TokenWish,
        responses={201: MadeTokenShape, **IN_CONFLICT},
    )
    def post(self, request: Request) -> Response:
        """A secret with which a program works for you; told this once."""
        told = understood(request, TokenWish)
        scopes = cast("list[str]", told["scopes"])
        made = make_token(
            owner=request.user,
            by=request.user,
            name=str(told["name"]),
            scopes={TokenScope(scope) for scope in scopes},
            expires_at=moment_of(told),
        )
        shape = MadeTokenShape(made.token, context={"request": request, "secret": made.secret})
        answer = Response(shape.data, HTTPStatus.CREATED)
        answer["Cache-Control"] = "no-store"
        return answer


class TokenOne(ReadView):
    """One token."""

    http_method_names = ["get", "head", "options", "delete"]

    @extend_schema(summary="One token", tags=["tokens"], responses={200: TokenShape, **ERRORS})
    def get(self, request: Request, token_id: str) -> Response:
        """The token with this id, if you made it."""
        return Response(TokenShape(self.token(token_id), context={"request": request}).data)

    @extend_schema(
        summary="Revoke a token",
        tags=["tokens"],
        operation_id="token_revoke",
        responses={200: TokenShape, **ERRORS},
    )
    def delete(self, request: Request, token_id: str) -> Response:
        """The token, which lets nobody in from now on."""
        revoked = revoke_token(token=self.token(token_id), by=cast("User", request.user))
        return Response(TokenShape(revoked, context={"request": request}).data)

    def token(self, token_id: str) -> Token:
        """The token with this id, if who asks made it; NotThere otherwise."""
        return only(tokens_of(self.request.user), "token", id=uuid_or_none(token_id))

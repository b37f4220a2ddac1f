"""Shares over REST: made by curators, listed to who made them, revoked; and what one opens."""

from http import HTTPStatus
from typing import cast

from django.contrib.auth.models import AnonymousUser, User
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import REFUSED
from catalog.api.bodies import moment_of, understood
from catalog.api.links import NO_STORE, base_of
from catalog.api.shapes.examples_links import SHARE, SHARED
from catalog.api.shapes.links import LinkedOut, LinkedShape
from catalog.api.shapes.shares import MadeShareLinkShape, ShareLinkShape, ShareWish
from catalog.api.views import ERRORS, ListView, ReadView, example, list_of
from catalog.errors import NotThere
from catalog.links.shared import targets_of_share
from catalog.models import Share
from catalog.queries.shareable import THINGS, thing_named
from catalog.queries.shares import share_under, shares_kept_by, shares_made_by
from catalog.queries.single import only
from catalog.services.linking import Asker, linked
from catalog.services.shares import create_share, note_use, revoke_share
from plates.ids import uuid_or_none


class ShareList(ListView):
    """Your shares."""

    http_method_names = ["get", "head", "options", "post"]

    @list_of("share", ShareLinkShape)
    def get(self, request: Request) -> Response:
        """The shares that you made, the oldest first."""
        context: dict[str, object] = {"request": request}
        rows = shares_made_by(request.user)
        return self.answer(rows, ShareLinkShape, viewer=self.viewer, order=["id"], context=context)

    @extend_schema(
        summary="Share something",
        tags=["shares"],
        operation_id="share_create",
        request=ShareWish,
        responses={201: MadeShareLinkShape, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """A link that opens one thing to whoever has it; for curators of its dataset."""
        told = understood(request, ShareWish)
        named = {name: str(told[name]) for name in THINGS if name in told}
        thing = thing_named(named, self.viewer)
        made = create_share(thing=thing, by=request.user, expires_at=moment_of(told))
        context = {
            "request": request,
            "token": made.token,
            "data": data_of(made.share, request, made.token),
        }
        return Response(MadeShareLinkShape(made.share, context=context).data, HTTPStatus.CREATED)


class ShareOne(ReadView):
    """One share."""

    http_method_names = ["get", "head", "options", "delete"]

    @extend_schema(
        summary="One share",
        tags=["shares"],
        responses={200: ShareLinkShape, **ERRORS},
        examples=example("One share", SHARE),
    )
    def get(self, request: Request, share_id: str) -> Response:
        """The share with this id, if you made it or curate the dataset."""
        return Response(ShareLinkShape(self.share(share_id), context={"request": request}).data)

    @extend_schema(
        summary="Revoke a share",
        tags=["shares"],
        operation_id="share_revoke",
        responses={200: ShareLinkShape, **ERRORS},
    )
    def delete(self, request: Request, share_id: str) -> Response:
        """The share, which opens nothing from now on."""
        share = self.share(share_id)
        revoked = revoke_share(share=share, by=cast("User", request.user))
        share.revoked_at = revoked.revoked_at
        return Response(ShareLinkShape(share, context={"request": request}).data)

    def share(self, share_id: str) -> Share:
        """The share with this id, if the viewer may look after it."""
        return only(shares_kept_by(self.request.user), "share", id=uuid_or_none(share_id))


class Shared(ReadView):
    """What a share opens."""

    authentication_classes = ()

    @extend_schema(
        summary="What a share opens",
        tags=["shares"],
        operation_id="shared",
        responses={200: LinkedOut, **ERRORS},
        examples=example("What a share opens", SHARED),
    )
    def get(self, request: Request, token: str) -> Response:
        """Viewers, snippets and the address of what is shared, for whoever has the link."""
        share = share_under(token)
        targets = targets_of_share(share) if share is not None else []
        if share is None or not targets:
            raise NotThere("There is no such share, or it has expired or was revoked.")
        note_use(share=share)
        asker = Asker(AnonymousUser(), base_of(request), token=token, until=share.expires_at)
        context = {"request": request, "is_shared": True}
        answer = Response(LinkedShape(linked(targets[0], asker), context=context).data)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        return answer


def data_of(share: Share, request: Request, token: str) -> str:
    """The address of the data that a share opens."""
    targets = targets_of_share(share)
    if not targets:
        raise NotThere(NO_STORE)
    asker = Asker(request.user, base_of(request), token=token, until=share.expires_at)
    return linked(targets[0], asker).address.url

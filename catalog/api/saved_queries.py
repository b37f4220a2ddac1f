"""Saved queries over REST: anybody reads one by its token, its owner deletes it."""

from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import IN_CONFLICT, REFUSED
from catalog.api.bodies import understood
from catalog.api.shapes.saved_queries import SavedQueryShape, SavedQueryWish
from catalog.api.views import ListView, ReadView, list_of, one_of
from catalog.models import SavedQuery
from catalog.queries.single import only
from catalog.services.saved_queries import forget_query, save_query
from catalog.words import Sought


class SavedQueryList(ListView):
    """The saved queries of a person."""

    http_method_names = ["get", "head", "options", "post"]

    @list_of("saved query", SavedQueryShape)
    def get(self, request: Request) -> Response:
        """Those that you have saved; none for who is not signed in."""
        rows = SavedQuery.objects.filter(owner=request.user.pk)
        context: dict[str, object] = {"request": request}
        return self.answer(
            rows,
            SavedQueryShape,
            viewer=self.viewer,
            order=["created_at", "token"],
            context=context,
        )

    @extend_schema(
        summary="Save a query",
        tags=["saved queries"],
        operation_id="saved_query_create",
        request=SavedQueryWish,
        responses={201: SavedQueryShape, **IN_CONFLICT},
    )
    def post(self, request: Request) -> Response:
        """A short address of a query, asked each time with the rights of who opens it."""
        told = understood(request, SavedQueryWish)
        saved = save_query(
            text=str(told["q"]),
            by=request.user,
            of=Sought(str(told["of"])),
            title=str(told["title"]),
        )
        shape = SavedQueryShape(saved, context={"request": request})
        return Response(shape.data, HTTPStatus.CREATED)


class SavedQueryOne(ReadView):
    """One saved query."""

    http_method_names = ["get", "head", "options", "delete"]

    @one_of("saved query", SavedQueryShape)
    def get(self, request: Request, query_token: str) -> Response:
        """The saved query of a token; who has the token may read it."""
        return Response(SavedQueryShape(self.saved(query_token), context={"request": request}).data)

    @extend_schema(
        summary="Delete a saved query",
        tags=["saved queries"],
        operation_id="saved_query_delete",
        responses={204: None, **REFUSED},
    )
    def delete(self, request: Request, query_token: str) -> Response:
        """Its short address leads nowhere from then on; for who saved it."""
        forget_query(saved=self.saved(query_token), by=request.user)
        return Response(status=HTTPStatus.NO_CONTENT)

    def saved(self, token: str) -> SavedQuery:
        """The saved query of a token; NotThere if there is none."""
        return only(SavedQuery.objects.all(), "saved query", token=token)

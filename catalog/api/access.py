"""Who may do what with a dataset: given and taken by its owner and by operators."""

from http import HTTPStatus
from typing import cast

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import REFUSED
from catalog.api.bodies import understood
from catalog.api.shapes.access import AccessShape, AccessWish
from catalog.api.views import ERRORS, ListView, ReadView, list_of
from catalog.models import Access, Dataset
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from catalog.services.datasets import grant_access, person_or_group, revoke_access
from catalog.words import Role
from plates.ids import uuid_or_none


class AccessList(ListView):
    """Access to a dataset."""

    http_method_names = ["get", "head", "options", "post"]

    @list_of("access", AccessShape)
    def get(self, request: Request, dataset_id: str) -> Response:
        """The people and groups that have a role in a dataset, for who may give one."""
        dataset = governed(self.viewer, dataset_id)
        rows = dataset.access.select_related("user", "group")
        context: dict[str, object] = {"request": request, "dataset": dataset}
        return self.answer(rows, AccessShape, viewer=self.viewer, order=["id"], context=context)

    @extend_schema(
        summary="Give access",
        tags=["access"],
        operation_id="access_give",
        request=AccessWish,
        responses={201: AccessShape, **REFUSED},
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        """Give a person or a group a role, in place of the one that they had."""
        dataset = governed(self.viewer, dataset_id)
        told = understood(request, AccessWish)
        names = {name: str(told[name]) if name in told else None for name in ("user", "group")}
        access = grant_access(
            role=Role(str(told["role"])),
            to=person_or_group(**names),
            by=cast("User", request.user),
            dataset=dataset,
        )
        shape = AccessShape(access, context={"request": request, "dataset": dataset})
        return Response(shape.data, HTTPStatus.CREATED)


class AccessOne(ReadView):
    """One role of a person or a group in a dataset."""

    http_method_names = ["get", "head", "options", "delete"]

    @extend_schema(
        summary="One access",
        tags=["access"],
        responses={200: AccessShape, **ERRORS},
    )
    def get(self, request: Request, dataset_id: str, access_id: str) -> Response:
        """The role, for who may take it."""
        dataset = governed(self.viewer, dataset_id)
        access = access_of(dataset, access_id)
        context = {"request": request, "dataset": dataset}
        return Response(AccessShape(access, context=context).data)

    @extend_schema(
        summary="Take access",
        tags=["access"],
        operation_id="access_take",
        responses={204: None, **ERRORS},
    )
    def delete(self, request: Request, dataset_id: str, access_id: str) -> Response:
        """Take the role: they see no more than everybody does."""
        access = access_of(governed(self.viewer, dataset_id), access_id)
        revoke_access(access=access, by=cast("User", request.user))
        return Response(status=HTTPStatus.NO_CONTENT)


def governed(viewer: Viewer, dataset_id: str) -> Dataset:
    """The dataset with this id or slug, if the viewer may give and take access to it."""
    found = uuid_or_none(dataset_id)
    by: dict[str, object] = {"id": found} if found else {"slug": dataset_id}
    return only(viewer.governed, "dataset", **by)


def access_of(dataset: Dataset, access_id: str) -> Access:
    """The access with this number; what is no number is none."""
    is_number = access_id.isascii() and access_id.isdecimal() and len(access_id) < 10  # noqa: PLR2004
    rows = dataset.access.select_related("user", "group", "dataset")
    return only(rows, "access", pk=int(access_id) if is_number else 0)

"""Every error of the REST API as one shape: RFC 9457 problem details."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from catalog.errors import (
    CatalogError,
    DownloadTooLarge,
    NotAllowed,
    NotThere,
    NotUnderstood,
    PictureRefused,
    PictureUnavailable,
    SearchTooCostly,
    SearchTooWide,
    TooManyFailures,
    TooOften,
    VersionFileLost,
    VersionWithdrawn,
)
from catalog.search.errors import QueryError
from catalog.tracing import request_id

CONTENT_TYPE = "application/problem+json"

NUMBERS: Mapping[type[CatalogError], HTTPStatus] = {
    NotThere: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotUnderstood: HTTPStatus.BAD_REQUEST,
    DownloadTooLarge: HTTPStatus.UNPROCESSABLE_ENTITY,
    PictureRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    PictureUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    SearchTooCostly: HTTPStatus.UNPROCESSABLE_ENTITY,
    SearchTooWide: HTTPStatus.UNPROCESSABLE_ENTITY,
    VersionWithdrawn: HTTPStatus.GONE,
    VersionFileLost: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyFailures: HTTPStatus.TOO_MANY_REQUESTS,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
}


def problem(status: int, detail: str, **more: object) -> dict[str, object]:
    """The body of an error: a title that the number has, a sentence, and under what the log has it."""
    title = HTTPStatus(status).phrase
    known_as = {"request_id": request_id()} if request_id() else {}
    about = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return {**about, **known_as, **more}


def answer_with_problem(error: Exception, context: dict[str, object]) -> Response | None:
    """DRF's exception handler: refusals and DRF's own errors as problem details."""
    if isinstance(error, CatalogError):
        status = NUMBERS.get(type(error), HTTPStatus.CONFLICT)
        more = {"parameter": error.parameter} if isinstance(error, NotUnderstood) else {}
        headers = {"Retry-After": str(error.wait_s)} if isinstance(error, TooOften) else None
        told = problem(status, str(error), **more)
        return Response(told, status, headers=headers, content_type=CONTENT_TYPE)
    if isinstance(error, QueryError):
        status = HTTPStatus.BAD_REQUEST
        return Response(query_problem(status, error), status, content_type=CONTENT_TYPE)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    detail = detail_of(error)
    if isinstance(error, exceptions.UnsupportedMediaType):
        taken = " or ".join(
            one.media_type for one in cast("APIView", context["view"]).parser_classes
        )
        detail = f"{detail} Send {taken}."
    answer.data = problem(answer.status_code, detail)
    answer.content_type = CONTENT_TYPE
    return answer


def query_problem(status: HTTPStatus, error: QueryError) -> dict[str, object]:
    """What is wrong with a query, where in its text, and what could have been meant."""
    return problem(
        status,
        str(error),
        parameter="q",
        column=error.column,
        suggestions=list(error.suggestions),
    )


def detail_of(error: Exception) -> str:
    """The sentence of one of DRF's or Django's own errors."""
    if isinstance(error, exceptions.APIException):
        return str(error.detail)
    return "There is nothing at this address."


@csrf_exempt
def no_such_route(request: HttpRequest) -> JsonResponse:
    """The answer for an address below /api/ that is no route, whatever the method."""
    slash = "" if request.path.endswith("/") else " Routes end with a slash."
    return refuse(
        HTTPStatus.NOT_FOUND, f"There is no such route. /api/v1/docs/ lists all of them.{slash}"
    )


def refuse(status: HTTPStatus, detail: str) -> JsonResponse:
    """A problem as Django's own handlers answer it."""
    return JsonResponse(problem(status, detail), status=status, content_type=CONTENT_TYPE)


def broken(request: HttpRequest) -> JsonResponse:
    """The answer when Platecat itself failed."""
    return refuse(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong inside Platecat; it was written to the log. Nothing was changed.",
    )

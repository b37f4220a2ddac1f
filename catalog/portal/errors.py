"""What a page says when there is nothing, or when Platecat failed."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.errors import NotThere, TooOften
from catalog.services.pacing import refuse_if_too_often
from catalog.words import Pace

Arguments = ParamSpec("Arguments")
Page = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def or_nothing_here(page: Page[Arguments]) -> Page[Arguments]:
    """A page of something; where it is not there, or not for this viewer, the one that says so."""

    @wraps(page)
    def answered(
        request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        try:
            return page(request, *args, **kwargs)
        except NotThere:
            return nothing_here(request)

    return answered


def paced(pace: Pace) -> Callable[[Page[Arguments]], Page[Arguments]]:
    """A page that asks as much of the server as the routes of this pace, and is counted with them."""

    def counted(page: Page[Arguments]) -> Page[Arguments]:
        @wraps(page)
        def answered(
            request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponse:
            try:
                refuse_if_too_often(request, pace)
            except TooOften as refusal:
                return too_often(request, refusal)
            return page(request, *args, **kwargs)

        return answered

    return counted


def too_often(request: HttpRequest, refusal: TooOften) -> HttpResponse:
    """The page for who asks more often than anybody may."""
    told = {"sentence": str(refusal)}
    status = HTTPStatus.TOO_MANY_REQUESTS
    answer = render(request, "portal/too_often.html", told, status=status)
    answer["Retry-After"] = str(refusal.wait_s)
    return answer


def nothing_here(request: HttpRequest) -> HttpResponse:
    """The page for an address where nothing is."""
    return render(request, "portal/nothing_here.html", status=HTTPStatus.NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """The page when Platecat itself failed; it asks the database for nothing."""
    return render(request, "portal/broken.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.queries.overview import newest_datasets, numbers_for
from catalog.queries.visible import Viewer


def home(request: HttpRequest) -> HttpResponse:
    """What is here: the numbers and the newest datasets."""
    viewer = Viewer(request.user)
    told = {"numbers": numbers_for(viewer), "datasets": newest_datasets(viewer)}
    return render(request, "portal/home.html", told)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """The page for an address where nothing is."""
    return render(request, "portal/nothing_here.html", status=HTTPStatus.NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """The page when Platecat itself failed; it asks the database for nothing."""
    return render(request, "portal/broken.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.queries.overview import newest_datasets, numbers_for, recent_changes
from catalog.queries.visible import Viewer

EXAMPLES = ("compound:* concentration:>=1uM", "channel:DAPI -edge:yes")
"""Queries that find something in most catalogs."""


def home(request: HttpRequest) -> HttpResponse:
    """What is here: the search box, the numbers, the newest datasets, what changed."""
    viewer = Viewer(request.user)
    told = {
        "numbers": numbers_for(viewer),
        "datasets": newest_datasets(viewer),
        "changes": recent_changes(viewer),
        "examples": EXAMPLES,
    }
    return render(request, "portal/home.html", told)

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.queries.visible import Viewer

PER_PAGE: Final = 100


def changes(request: HttpRequest) -> HttpResponse:
    """What happened to stores, newest first."""
    viewer = Viewer(request.user)
    rows = viewer.changes.select_related("store", "plate", "dataset").order_by("-serial")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:  # noqa: PLR2004 - fits a bigint
        rows = rows.filter(serial__lt=int(before))
    shown = list(rows[: PER_PAGE + 1])
    told = {
        "changes": shown[:PER_PAGE],
        "before": shown[PER_PAGE - 1].serial if len(shown) > PER_PAGE else None,
        "is_first": not before,
    }
    return render(request, "portal/changes.html", told)

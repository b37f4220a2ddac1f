"""Reconciliation at the desk: a page for each plate, dataset and source."""

from dataclasses import dataclass
from typing import Final

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.desk import Desk, Row
from catalog.models import Dataset, Source
from catalog.queries.reconciliation import (
    MEANINGS,
    SHOWN,
    Gap,
    GapLine,
    Reconciliation,
    of_dataset,
    of_plate,
    of_source,
)
from catalog.queries.visible import Viewer
from plates.models import Plate

STEPS: Final = {
    "expected": "named by a plate map",
    "arrived": "shown by a store",
    "valid": "with valid stores alone",
    "annotated": "with something said of them",
}


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap as the page lists it."""

    gap: Gap
    means: str
    count: int

    @property
    def is_info(self) -> bool:
        """Whether it explains others rather than asks for work."""
        return self.gap in {Gap.SAID_TO_BE_EMPTY, Gap.KEY_IN_PART}


class ReconciledDesk(Desk[Row]):
    """A desk whose rows have a page of reconciliation."""

    reconciliation_noun = ""

    def get_urls(self) -> list[URLPattern]:
        """The page besides Django's own."""
        own = path(
            "<path:object_id>/reconciliation/",
            self.admin_site.admin_view(self.reconciliation_view),
            name=f"{self._name}_reconciliation",
        )
        return [own, *super().get_urls()]

    @admin.display(description="reconciliation")
    def reconciliation_link(self, row: Row) -> SafeString | str:
        """The page that compares what was expected with what came."""
        if row.pk is None:
            return "-"
        url = reverse(f"admin:{self._name}_reconciliation", args=[row.pk])
        return format_html('<a href="{}">expected, arrived, valid, annotated</a>', url)

    def reconciliation_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The numbers, and one list if it is asked for."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        reconciliation = reconciliation_of(row, request)
        counts = reconciliation.counts()
        asked = request.GET.get("gap", "")
        gap = Gap(asked) if asked in {one.value for one in Gap} else None
        file = f"api:{self.reconciliation_noun}-reconciliation-csv"
        told = {
            **self.admin_site.each_context(request),
            "title": f"Reconciliation of {row}",
            "opts": self.opts,
            "original": row,
            "steps": [
                (name, number, STEPS[name])
                for name, number in reconciliation.figures().items()
                if name in STEPS
            ],
            "wells": reconciliation.wells,
            "rows": [GapRow(one, MEANINGS[one], count) for one, count in counts.items() if count],
            "gap": gap,
            "means": MEANINGS[gap] if gap else "",
            "count": counts[gap] if gap else 0,
            "lines": lines_of(reconciliation, gap),
            "csv": reverse(file, args=[getattr(row, "id", row.pk)]),
        }
        return render(request, "admin/reconciliation.html", told)

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"


def reconciliation_of(row: models.Model, request: HttpRequest) -> Reconciliation:
    """The reconciliation of a plate, dataset or source."""
    if isinstance(row, Plate):
        return of_plate(row)
    if isinstance(row, Dataset):
        return of_dataset(row)
    if isinstance(row, Source):
        return of_source(row, Viewer(request.user))
    raise Http404


def lines_of(reconciliation: Reconciliation, gap: Gap | None) -> list[tuple[GapLine, str]]:
    """The beginning of a list, each line with the page of its plate."""
    if gap is None:
        return []
    pages = {plate.id: plate.serial for plate in reconciliation.plates}
    return [
        (line, reverse("admin:plates_plate_change", args=[pages[line.plate_id]]))
        if line.plate_id
        else (line, "")
        for line in reconciliation.lines(gap, SHOWN)
    ]

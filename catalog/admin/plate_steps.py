"""How far plates have come, at the desk: columns of their list, and the worklists that the board leads to."""

from typing import Final

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.models import Holding, Source, Version
from catalog.models.dataset import PUBLISHED
from plates.ids import uuid_or_none
from plates.models import Plate
from plates.queries.plate_steps import Step, lacking

MOST_SOURCES: Final = 200


class LackingFilter(admin.SimpleListFilter):
    """Plates that have not come to a step: what is left to do."""

    title = "what is left to do"
    parameter_name = "lacks"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Plate]
    ) -> list[tuple[str, str]]:
        """The steps."""
        return [(step.value, f"not {step.value}") for step in Step]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Plate]) -> QuerySet[Plate]:
        """Plates that are there and lack the chosen step; all for a word that is none."""
        value = self.value()
        if value not in {step.value for step in Step}:
            return queryset
        present = queryset.filter(vanished_at=None)
        if value == Step.PUBLISHED.value:
            return present.filter(Q(arrived=True)).exclude(is_published())
        return present.filter(lacking(Step(value)))


def is_published() -> Q:
    """The condition that a plate was there when its dataset's newest version was made."""
    rows = Version.objects.filter(
        dataset=OuterRef("scope"),
        dataset__state=PUBLISHED,
        withdrawn_at=None,
        published_at__gte=OuterRef("created_at"),
    )
    return Q(Exists(rows))


class SourceFilter(admin.SimpleListFilter):
    """Plates by the source of one of their stores."""

    title = "source"
    parameter_name = "source"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Plate]
    ) -> list[tuple[str, str]]:
        """The sources."""
        names = Source.objects.order_by("name").values_list("pk", "name")[:MOST_SOURCES]
        return [(str(pk), name) for pk, name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Plate]) -> QuerySet[Plate]:
        """Plates that a store of the chosen source shows; all for what is no id."""
        source = uuid_or_none(self.value() or "")
        if source is None:
            return queryset
        held = Holding.objects.filter(source=source, store__plate=OuterRef("pk"))
        return queryset.filter(Exists(held))


def steps_told(plate: Plate) -> SafeString:
    """The steps that a plate of the list has come to, each as a mark and a word."""
    arrived = bool(getattr(plate, "arrived", False))
    told = {
        Step.ARRIVED: arrived,
        Step.VALID: arrived and not getattr(plate, "unsound", False),
        Step.ANNOTATED: bool(getattr(plate, "annotated", False)),
        Step.PREVIEWED: arrived and not getattr(plate, "undrawn", False),
    }
    marks = (
        ("done" if is_there else "open", "✓" if is_there else "○", step.value)
        for step, is_there in told.items()
    )
    inner = format_html_join(
        " ",
        '<span class="plate-step plate-step-{}"><span aria-hidden="true">{}</span> {}</span>',
        marks,
    )
    return format_html('<span class="plate-steps">{}</span>', inner)

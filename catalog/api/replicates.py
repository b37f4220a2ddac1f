"""What a query finds, by condition: the answer of `wells/?group=replicates`."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from catalog.api.found_pages import cursor_of, links, numbers_of
from catalog.api.pages import Cursor, limit_of
from catalog.api.shapes.annotation import ANNOTATION, annotation_told
from catalog.api.shapes.parts import DatasetName, PlateName
from catalog.api.shapes.wells import WellLinks, WellShape
from catalog.queries.hits import Subject
from catalog.queries.replicates import Grouped, Replicates
from catalog.queries.visible import Viewer
from catalog.queries.wells import wells_at
from plates.platemaps.conditions import CONDITION_KEYS
from plates.queries.annotation import Spot, annotation_of

NAMED = 50
"""Wells that are named of one condition."""


class ReplicateOut(serializers.Serializer[object]):
    """A well, without what it has in common with the others."""

    plate = PlateName()
    dataset = DatasetName()
    label = serializers.CharField()  # type: ignore[assignment]
    fields = serializers.IntegerField()  # type: ignore[assignment]
    links = WellLinks()


class ReplicatesOut(serializers.Serializer[object]):
    """Wells of one condition."""

    condition = ANNOTATION
    count = serializers.IntegerField(help_text="Wells of this condition that the query finds.")
    plates = serializers.IntegerField(help_text="On how many plates they are.")
    wells = serializers.ListField(
        child=ReplicateOut(), help_text=f"The first {NAMED} of them, by dataset and plate."
    )


_NAMES = ("plate", "dataset", "label", "fields", "links")

PAGE_OF_REPLICATES = inline_serializer(
    "PageOfReplicates",
    {
        "results": ReplicatesOut(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "count": serializers.IntegerField(help_text="Conditions."),
        "count_is_exact": serializers.BooleanField(),
        "without_condition": serializers.IntegerField(
            help_text="Wells that were found and of which no plate map says a condition."
        ),
        "query": serializers.CharField(help_text="As it was understood."),
        "remarks": serializers.ListField(child=serializers.CharField()),
    },
)


@dataclass(frozen=True, slots=True)
class ReplicatesPage:
    """Some of the conditions that were found, and where the list goes on."""

    shown: Sequence[Replicates]
    next: str | None
    previous: str | None

    @property
    def named(self) -> list[Subject]:
        """The wells that the page names."""
        return [subject for one in self.shown for subject in one.subjects[:NAMED]]


def replicates_page(request: Request, grouped: Grouped, text: str) -> ReplicatesPage:
    """The page that a request asks for of the conditions that a query of this text finds."""
    place = f"{request.path}?{text}&replicates"
    cursor = cursor_of(request, place, length=len(Subject._fields))
    firsts = [one.subjects[0] for one in grouped.replicates]
    start, end = between(firsts, cursor, limit_of(request))
    more = start > 0 if cursor is not None and cursor.backwards else end < len(firsts)
    edges = [tuple(first) for first in firsts[start:end]]
    return ReplicatesPage(
        grouped.replicates[start:end], *links(request, place, edges, cursor, more=more)
    )


def between(firsts: Sequence[Subject], cursor: Cursor | None, limit: int) -> tuple[int, int]:
    """From which condition to which a page goes."""
    if cursor is None:
        return 0, limit
    edge = Subject(*numbers_of(cursor.values))
    if cursor.backwards:
        end = bisect_left(firsts, edge)
        return max(0, end - limit), end
    start = bisect_right(firsts, edge)
    return start, start + limit


def replicates_told(
    page: ReplicatesPage, viewer: Viewer, context: Mapping[str, object]
) -> list[dict[str, object]]:
    """Each condition, and the first wells that are of it."""
    wells = iter(wells_at(viewer, page.named))
    annotation = annotation_of([spot_of(one.subjects[0]) for one in page.shown])
    shape = WellShape(context={**context, "annotation": {}})
    results: list[dict[str, object]] = []
    for one in page.shown:
        told = [shape.to_representation(next(wells)) for _ in one.subjects[:NAMED]]
        said = annotation_told(annotation, spot_of(one.subjects[0]))
        results.append(
            {
                "condition": {key: said[key] for key in said if key in CONDITION_KEYS},
                "count": len(one.subjects),
                "plates": one.plates,
                "wells": [{name: well[name] for name in _NAMES} for well in told],
            }
        )
    return results


def spot_of(subject: Subject) -> Spot:
    """Where the annotation of a subject stands."""
    return subject.carrier, subject.position

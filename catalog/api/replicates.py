"""What a query finds, by condition: the answer of `wells/?group=replicates`."""

from collections.abc import Mapping

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from catalog.api.shapes.annotation import ANNOTATION, annotation_told
from catalog.api.shapes.annotation_json import NOTHING_SAID
from catalog.api.shapes.parts import DatasetName, PlateName
from catalog.api.shapes.wells import WellLinks, WellShape
from catalog.queries.replicates import ReplicatesPage
from catalog.queries.subjects import Subject
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


def replicates_told(
    page: ReplicatesPage, viewer: Viewer, context: Mapping[str, object]
) -> list[dict[str, object]]:
    """Each condition, and the first wells that are of it."""
    wells = iter(wells_at(viewer, page.named(NAMED)))
    annotation = annotation_of([spot_of(one.subjects[0]) for one in page.shown])
    shape = WellShape(context={**context, "annotation": NOTHING_SAID})
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

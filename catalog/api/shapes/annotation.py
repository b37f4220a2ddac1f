"""What plate maps say of a well or an image, as JSON."""

from collections.abc import Mapping, Sequence

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from plates.queries.annotation import AnnotatedValue, Spot, TermTold

Annotation = Mapping[Spot, Mapping[str, Sequence[AnnotatedValue]]]


class ValueSource(serializers.Serializer[object]):
    """Where a value comes from."""

    platemap = serializers.UUIDField(help_text="The import; for curators under `platemaps/`.")
    file = serializers.CharField(help_text="With the sheet after a colon, if it has several.")
    row = serializers.IntegerField(help_text="As an editor counts it, the header too.")
    column = serializers.CharField(help_text="The header.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A dose",
            value={
                "value": "30 uM",
                "number": 3e-05,
                "unit": "mol/L",
                "curie": "",
                "group": 1,
                "source": {
                    "platemap": "01930000-0000-7000-8000-000000000000",
                    "file": "layout.csv",
                    "row": 15,
                    "column": "Dose 1",
                },
            },
        )
    ]
)
class AnnotatedValueShape(serializers.Serializer[object]):
    """A value of a key."""

    value = serializers.CharField(help_text="As it was written.")
    number = serializers.FloatField(
        allow_null=True, help_text="Of a quantity, in `unit`; null for words."
    )
    unit = serializers.CharField(help_text="The base unit of the quantity; empty for words.")
    curie = serializers.CharField(help_text="The ontology id, if the table gives one.")
    group = serializers.IntegerField(
        help_text="Values of one treatment have the same; 0 belongs to all of its row."
    )
    source = ValueSource()  # type: ignore[assignment]


ANNOTATION = serializers.DictField(
    child=AnnotatedValueShape(many=True), help_text="What is in it, by key."
)


def annotation_told(annotation: Annotation, spot: Spot) -> dict[str, object]:
    """The annotation of one well or image, by key."""
    by_key = annotation.get(spot, {})
    return {key: [value_told(value) for value in values] for key, values in sorted(by_key.items())}


def value_told(value: AnnotatedValue) -> dict[str, object]:
    """A value, and where it comes from."""
    term = value.value, value.number, value.unit, value.curie
    return {**term_told(term), **place_told(value)}


def term_told(term: TermTold) -> dict[str, object]:
    """A value by itself."""
    text, number, unit, curie = term
    return {"value": text, "number": number, "unit": unit, "curie": curie}


def place_told(value: AnnotatedValue) -> dict[str, object]:
    """What a value belongs to, and where it comes from."""
    return {
        "group": value.group,
        "source": {
            "platemap": value.plate_map,
            "file": value.file,
            "row": value.row,
            "column": value.column,
        },
    }

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.filters import unknown
from catalog.api.plates import plate_of
from catalog.api.shapes.examples_grid import GRID, GRID_BY_PIXELS
from catalog.api.shapes.parts import PlateName
from catalog.api.views import LIST_ERRORS, Decorator, ReadView, example
from catalog.errors import NotUnderstood
from catalog.queries.grid import Color, Grid, Scale, colored, grid_of
from plates.pixels.statistics_table import STATISTICS

PARAMETERS = ("color",)


class GridWellShape(serializers.Serializer[object]):
    """A well as it is drawn."""

    label = serializers.CharField()  # type: ignore[assignment]
    row = serializers.IntegerField(allow_null=True, help_text="From 0.")
    column = serializers.IntegerField(allow_null=True, help_text="From 0.")
    position = serializers.IntegerField()
    present = serializers.BooleanField(help_text="False: listed, but no store has it.")
    fields = serializers.IntegerField()  # type: ignore[assignment]
    terms = serializers.ListField(
        child=serializers.IntegerField(), help_text="What is said of it: places in `terms`."
    )
    condition = serializers.IntegerField(
        allow_null=True, help_text="Wells of the plate with the same one are replicates."
    )
    findings = serializers.ListField(
        child=serializers.CharField(), help_text="Rules of which an example lies in it."
    )
    values = serializers.ListField(
        required=False, help_text="With `color`: what it is coloured by, words or numbers."
    )


class GridTermShape(serializers.Serializer[object]):
    """A value that some wells have."""

    key = serializers.CharField()
    text = serializers.CharField()
    number = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()


class ColorShape(serializers.Serializer[object]):
    """Something to colour wells by."""

    key = serializers.CharField()
    title = serializers.CharField()
    scale = serializers.ChoiceField([scale.value for scale in Scale])
    unit = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    values = serializers.IntegerField(help_text="How many different ones there are.")


class PixelColorShape(serializers.Serializer[object]):
    """A statistic of the pixels of a channel to colour wells by, where the plate was drawn."""

    key = serializers.CharField(help_text="For `color`: `pixels:mean:0`.")
    title = serializers.CharField()
    statistic = serializers.ChoiceField(list(STATISTICS))
    channel = serializers.IntegerField(help_text="Its number, from 0.")


GRID_SCHEMA: Decorator = extend_schema(
    summary="All that drawing a plate needs",
    tags=["plates"],
    parameters=[
        OpenApiParameter(
            "color",
            OpenApiTypes.STR,
            description=(
                "The key of one of `colors` or `pixels`: each well then tells its `values` of it, "
                "and `color` what it is. Statistics of the pixels are those of the first store "
                "that was drawn and of its first acquisition; `statistics/` tells the others."
            ),
            examples=[
                OpenApiExample("A dose", value="concentration"),
                OpenApiExample("A statistic of the pixels", value="pixels:mean:0"),
            ],
        )
    ],
    responses={
        200: inline_serializer(
            "Grid",
            {
                "plate": PlateName(),
                "rows": serializers.ListField(child=serializers.CharField()),
                "columns": serializers.ListField(child=serializers.CharField()),
                "shape": serializers.ListField(child=serializers.IntegerField()),
                "colors": ColorShape(many=True),
                "pixels": PixelColorShape(many=True),
                "color": ColorShape(required=False, help_text="The one that was asked for."),
                "terms": GridTermShape(many=True),
                "readouts": serializers.DictField(
                    child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
                    help_text="By key a number for each position, null where there is none.",
                ),
                "wells": GridWellShape(many=True),
            },
        ),
        **LIST_ERRORS,
    },
    examples=[
        *example("A well of a plate, by dose", GRID),
        *example("The same by a statistic of its pixels", GRID_BY_PIXELS),
    ],
)


class PlateGrid(ReadView):
    """A plate as it is drawn."""

    @GRID_SCHEMA
    def get(self, request: Request, plate_id: str) -> Response:
        """Wells, what is said of each, and by what they can be coloured."""
        for name in request.query_params:
            if name not in PARAMETERS:
                raise NotUnderstood(name, unknown(name, PARAMETERS))
        viewer = self.viewer
        grid = grid_of(plate_of(viewer, plate_id), viewer)
        told = grid_told(grid)
        if key := request.query_params.get("color"):
            found = colored(grid, key)
            told["color"] = color_told(found.color)
            for well, values in zip(told["wells"], found.values, strict=True):
                well["values"] = values
        return Response(told)


def grid_told(grid: Grid) -> dict[str, Any]:
    """A grid as JSON."""
    plate = grid.plate
    return {
        "plate": {"id": str(plate.id), "name": plate.name},
        "rows": plate.row_names,
        "columns": plate.column_names,
        "shape": [plate.rows, plate.columns],
        "colors": [color_told(color) for color in grid.colors],
        "pixels": [
            {
                "key": one.key,
                "title": one.title,
                "statistic": one.statistic,
                "channel": one.channel,
            }
            for one in grid.pixels
        ],
        "terms": [
            {"key": term.key, "text": term.text, "number": term.number, "unit": term.unit}
            for term in grid.annotation.terms
        ],
        "readouts": grid.annotation.readouts,
        "wells": [
            {
                "label": well.label,
                "row": well.row,
                "column": well.column,
                "position": well.position,
                "present": well.present,
                "fields": well.fields,
                "terms": well.terms,
                "condition": well.condition,
                "findings": well.findings,
            }
            for well in grid.wells
        ],
    }


def color_told(color: Color) -> dict[str, object]:
    """A colour as JSON."""
    return {
        "key": color.key,
        "title": color.title,
        "scale": color.scale.value,
        "unit": color.unit,
        "low": color.low,
        "high": color.high,
        "values": color.values,
    }

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.pictures import asked_of
from catalog.api.plates import plate_of
from catalog.api.shapes.drawn_examples import STATISTICS_OF_PLATE
from catalog.api.shapes.statistics import StatisticsShape
from catalog.api.sheets import ACQUISITION, STORE, drawn_of, is_outdated, run_of, whole_number
from catalog.api.views import LIST_ERRORS, ReadView, example
from catalog.errors import NotUnderstood
from catalog.queries.plate_statistics import plate_statistics
from plates.addresses import row_letters
from plates.pixels.quality import Marginal
from plates.pixels.statistics_table import STATISTICS

USUAL: Final = "mean"
PARAMETERS: Final = [
    OpenApiParameter("channel", OpenApiTypes.INT, description="Its number; 0 if left out."),
    OpenApiParameter(
        "statistic",
        OpenApiTypes.STR,
        enum=list(STATISTICS),
        description=" ".join(f"`{name}`: {sentence}" for name, sentence in STATISTICS.items()),
    ),
    STORE,
    ACQUISITION,
]


class PlateStatisticsOne(ReadView):
    """What the pixels of a plate say of it."""

    @extend_schema(
        summary="A statistic of the pixels of a plate, well by well",
        tags=["plates"],
        parameters=PARAMETERS,
        responses={200: StatisticsShape, **LIST_ERRORS},
        examples=example("The mean of a channel", STATISTICS_OF_PLATE),
    )
    def get(self, request: Request, plate_id: str) -> Response:
        """A statistic of a channel for each well, Z' of the controls, edges, and which way round.

        Measured after the harvest on the smallest useful level. Controls are what plate maps call so.
        """
        viewer = self.viewer
        plate = plate_of(viewer, plate_id)
        asked = asked_of(request, [one.name for one in PARAMETERS])
        preview = drawn_of(viewer, plate, asked)
        run = run_of(preview, asked) if preview.runs else None
        channel = whole_number(asked, "channel") or 0
        statistic = asked.get("statistic") or USUAL
        if statistic not in STATISTICS:
            sentence = f"'statistic' is one of {', '.join(STATISTICS)}, not '{statistic[:40]}'."
            raise NotUnderstood("statistic", sentence)
        if channel >= max(1, len(preview.channels)):
            sentence = f"There are {len(preview.channels)} channels, from 0."
            raise NotUnderstood("channel", sentence)
        found = plate_statistics(
            viewer, plate, preview, channel=channel, statistic=statistic, run=run
        )
        return Response(
            {
                "plate": str(plate.id),
                "store": str(preview.store.id),
                "acquisition": run,
                "drawn_at": preview.drawn_at,
                "outdated": is_outdated(preview),
                "channel": channel,
                "channels": preview.channels,
                "statistic": statistic,
                "statistics": STATISTICS,
                "values": found.values,
                "zprime": msgspec.to_builtins(found.zprime),
                "rows": named(found.rows, row_letters),
                "columns": named(found.columns, column_name),
                "edge": msgspec.to_builtins(found.edge),
                "turned": msgspec.to_builtins(found.turned),
            }
        )


def named(lines: Sequence[Marginal], name: Callable[[int], str]) -> list[dict[str, object]]:
    """Rows or columns with their names."""
    return [
        {
            "number": line.number,
            "name": name(line.number),
            "wells": line.wells,
            "mean": line.mean,
        }
        for line in lines
    ]


def column_name(column: int) -> str:
    """The name of a column counted from 0, as labels have it: 0 is 01."""
    return f"{column + 1:02d}"

"""What the pixels of a plate say of it, well by well, beside what its map says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.queries.controls import controls_on
from catalog.queries.visible import Viewer
from plates.addresses import AddressError, PlateShape, WellAddress
from plates.models import Plate, Preview
from plates.pixels.quality import (
    Edge,
    Marginal,
    Turned,
    Values,
    ZPrime,
    edge_of,
    marginals,
    turned,
    z_prime,
)
from plates.pixels.statistics_table import StatisticsTable
from plates.queries.statistics import statistics_of

TELLING: Final = ("mean", "p99", "sd")
"""By these statistics of any channel the controls of a plate are looked for."""


@dataclass(frozen=True, slots=True)
class PlateStatistics:
    """A statistic of a channel for each well of a plate, and what follows from it."""

    values: Mapping[str, float]
    zprime: ZPrime
    rows: list[Marginal]
    columns: list[Marginal]
    edge: Edge | None
    turned: Turned | None


def plate_statistics(
    viewer: Viewer,
    plate: Plate,
    preview: Preview,
    *,
    channel: int,
    statistic: str,
    run: int | None,
) -> PlateStatistics:
    """The values of a visible plate's wells, its controls as plate maps name them, and its edges."""
    table = statistics_of(preview)
    told = {} if table is None else table.wells(channel, statistic, run)
    controls = controls_on(viewer, [plate.carrier_id])[plate.carrier_id]
    values, shape = _placed(told), _shape_of(plate)
    return PlateStatistics(
        values=told,
        zprime=z_prime(_of(told, controls["negative"]), _of(told, controls["positive"])),
        rows=marginals(values, by_row=True),
        columns=marginals(values, by_row=False),
        edge=None if shape is None else edge_of(values, shape),
        turned=None
        if shape is None or table is None
        else turned(
            _measures(table, preview, run),
            shape,
            negative=_addresses(controls["negative"]),
            positive=_addresses(controls["positive"]),
        ),
    )


def _measures(table: StatisticsTable, preview: Preview, run: int | None) -> dict[str, Values]:
    """Values of the wells by the names of channels and statistics."""
    names = {one["number"]: one["label"] for one in preview.channels}
    return {
        f"the {statistic} of {names.get(channel) or f'channel {channel}'}": _placed(
            table.wells(channel, statistic, run)
        )
        for channel in table.channels
        for statistic in TELLING
    }


def _of(values: Mapping[str, float], labels: Sequence[str]) -> list[float]:
    return [values[label] for label in labels if label in values]


def _placed(values: Mapping[str, float]) -> dict[WellAddress, float]:
    """Values by the address of the well; labels that are no addresses have no place."""
    return {
        address: value
        for label, value in values.items()
        if (address := _address_of(label)) is not None
    }


def _addresses(labels: Sequence[str]) -> list[WellAddress]:
    return [address for label in labels if (address := _address_of(label)) is not None]


def _address_of(label: str) -> WellAddress | None:
    try:
        return WellAddress.parse(label)
    except AddressError:
        return None


def _shape_of(plate: Plate) -> PlateShape | None:
    """The grid of a plate; None where it says one that no plate has."""
    try:
        return plate.shape
    except AddressError:
        return None

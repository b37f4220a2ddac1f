"""What facets have to say, worked out plainly: each value tried as a query, well by well."""

from collections.abc import Iterable, Iterator

from catalog.models import Dataset
from catalog.search.queries import Condition, Exactly, Nothing, Query, all_of
from plates.models import Plate
from plates.platemaps.quantities import render
from plates.platemaps.spelling import folded
from plates.platemaps.values import Value
from tests.catalog.search.oracle import told_of, wells_found
from tests.plates.services.index_oracle import Said


def facet_values(query: Query, key: str, plates: list[Plate]) -> dict[str, int]:
    """The values of a key, as they are folded, and how many wells each query finds."""
    found = {}
    for text in values_of(key, plates):
        wells = len(wells_found(all_of([query, Condition(key, Exactly(text))]), plates))
        if wells:
            found[folded(text)] = wells
    return found


def values_of(key: str, plates: Iterable[Plate]) -> set[str]:
    """All that is said under a key; numbers as people read them."""
    if key == "plate":
        return {plate.name for plate in plates}
    return {
        text if number is None else render(Value(text, number=float(f"{number:.10g}"), unit=unit))
        for plate in plates
        for said in told_of(plate)[1].values()
        for told, text, number, unit in all_told(said)
        if told == key
    }


def all_told(said: Said) -> Iterator[tuple[str, str, float | None, str]]:
    """All terms of a well."""
    yield from said.singles
    for group in said.groups:
        yield from group


def wells_without(query: Query, key: str, plates: list[Plate]) -> int:
    """How many of what a query finds have no value of a key."""
    return len(wells_found(all_of([query, Condition(key, Nothing())]), plates))


def wells_of_datasets(query: Query, plates: list[Plate]) -> dict[str, int]:
    """How many wells of each dataset a query finds."""
    found = {}
    for dataset in Dataset.objects.filter(serial__in={plate.scope for plate in plates}):
        of_it = [plate for plate in plates if plate.scope == dataset.serial]
        wells = len(wells_found(query, of_it))
        if wells:
            found[folded(dataset.slug)] = wells
    return found

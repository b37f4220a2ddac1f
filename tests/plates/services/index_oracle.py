"""What the index has to say of each position, worked out plainly from the annotation rows."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from plates.models import (
    AnnotationRow,
    Carrier,
    CarrierTerm,
    DecadeMask,
    KeyMask,
    Mask,
    PlateMapColumn,
    Quantity,
    Readout,
    Term,
)
from plates.queries.kept_index import IndexRow, kept_index
from plates.services.check_index import derived_rows
from plates.services.index import derive


def differing_carriers() -> list[int]:
    """The carriers whose index is not what their rows say."""
    carriers = Carrier.objects.order_by("pk").values_list("pk", flat=True)
    return [carrier for carrier in carriers if kept_index(carrier) != rebuilt_index(carrier)]


def rebuilt_index(carrier: int) -> list[IndexRow]:
    """The rows that a carrier's index should have, sorted."""
    (index,) = derive([carrier]).carriers
    return derived_rows(index)


@dataclass
class Said:
    """What is said of one position: groups of treatments, single terms, and numbers by key."""

    groups: set[frozenset[Any]] = field(default_factory=set)
    singles: set[Any] = field(default_factory=set)
    readouts: dict[str, float] = field(default_factory=dict)


Oracle = dict[int, Said]


def by_rows(carrier: Carrier) -> Oracle:
    """By the rows, one after the other."""
    found: Oracle = defaultdict(Said)
    rows = AnnotationRow.objects.filter(carrier=carrier).order_by("plate_map__turn", "id")
    terms = {term.pk: term_told(term) for term in Term.objects.select_related("key")}
    columns_of: dict[int, dict[int, PlateMapColumn]] = defaultdict(dict)
    for one in PlateMapColumn.objects.select_related("key"):
        columns_of[one.plate_map_id][one.number] = one
    for row in rows:
        said, columns = found[row.position], columns_of[row.plate_map_id]
        treatments: dict[int, set[Any]] = defaultdict(set)
        for number, serial in zip(row.columns, row.terms, strict=True):
            column = columns[number]
            if column.key.family == "treatment":
                treatments[column.group].add(terms[serial])
            else:
                said.singles.add(terms[serial])
        whole = treatments.pop(0, set())
        for group in treatments.values():
            said.groups.add(frozenset(group | whole))
        if whole and not treatments:
            said.groups.add(frozenset(whole))
        read_numbers(said, columns, row)
    return dict(found)


def read_numbers(said: Said, columns: dict[int, PlateMapColumn], row: AnnotationRow) -> None:
    for number, text in zip(row.text_columns, row.texts, strict=True):
        if columns[number].kind == "readout":
            try:
                said.readouts[columns[number].key.name] = float(text)
            except ValueError:
                continue


def term_told(term: Term) -> tuple[str, str, float | None, str]:
    return (term.key.name, term.text, term.number, term.unit)


def by_index(carrier: Carrier) -> Oracle:
    """By the index alone; a number counts only where there is a quantity of it as well."""
    found: Oracle = defaultdict(Said)
    for layer in carrier.layers.values_list("layer", flat=True):
        read_layer(found, layer, carrier.positions)
    for constant in CarrierTerm.objects.filter(carrier=carrier).select_related("term__key"):
        for position in range(carrier.positions):
            found[position].singles.add(term_told(constant.term))
    for readout in Readout.objects.filter(carrier=carrier).select_related("key"):
        assert len(readout.numbers) == carrier.positions
        for position, number in enumerate(readout.numbers):
            if number is not None:
                found[position].readouts[readout.key.name] = number
    return dict(found)


def read_layer(found: Oracle, layer: int, length: int) -> None:
    groups: dict[tuple[int, int], set[Any]] = defaultdict(set)
    told_of = ("key_id", "unit", "number", "position", "group")
    measured = Counter(Quantity.objects.filter(layer_id=layer).values_list(*told_of))
    for mask in Mask.objects.filter(layer_id=layer):
        term = Term.objects.select_related("key").get(pk=mask.term_id)
        assert mask.key_id == term.key_id
        told = term_told(term)
        for position in positions_of(mask, length):
            quantity = (mask.key_id, term.unit, term.number, position, mask.group)
            assert measured.pop(quantity, 0) == (term.number is not None)
            if term.key.family == "treatment":
                groups[position, mask.group].add(told)
            else:
                assert mask.group == 0
                found[position].singles.add(told)
    assert not measured
    key_masks_are_right(layer, length)
    decade_masks_are_right(layer, length)
    for (position, _), group in groups.items():
        found[position].groups.add(frozenset(group))


def key_masks_are_right(layer: int, length: int) -> None:
    """Each key of a layer has a mask of all its terms."""
    told: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    for mask in Mask.objects.filter(layer_id=layer):
        told[mask.key_id].update((mask.term_id, at) for at in positions_of(mask, length))
    kept = {mask.key_id: mask for mask in KeyMask.objects.filter(layer_id=layer)}
    assert kept.keys() == told.keys()
    for key, places in told.items():
        there = {position for _, position in places}
        assert kept[key].bits == "".join("01"[at in there] for at in range(length))
        assert kept[key].repeats == (max(places.values()) > 1)


def decade_masks_are_right(layer: int, length: int) -> None:
    """Each number of a layer that is above 0 lies in a mask of its power of ten, and nothing else."""
    told: dict[tuple[int, str, int, int], set[int]] = defaultdict(set)
    for one in Quantity.objects.filter(layer_id=layer, number__gt=0):
        power = int(f"{one.number:.9e}".partition("e")[2])
        told[one.key_id, one.unit, power, one.group].add(one.position)
    kept = {
        (mask.key_id, mask.unit, mask.power, mask.group): set(positions_of(mask, length))
        for mask in DecadeMask.objects.filter(layer_id=layer)
    }
    assert kept == told


def positions_of(mask: Mask | DecadeMask, length: int) -> list[int]:
    if mask.bits is None:
        return [mask.position]
    assert len(mask.bits) == length
    positions = [position for position, bit in enumerate(mask.bits) if bit == "1"]
    assert mask.position == -len(positions)
    return positions

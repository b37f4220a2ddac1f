"""Random faults of the kind that writers, hands and disks put into documents."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

Place = tuple[Any, Any]
"""A list or an object, and the number or key of a value in it."""

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 1.0, -1, -0.0, 1.5, 3, 3.0, 255, 256, 300, 2**63, 10**30, 1e300),
    *("", "0", "A", "A/1", "A/1/2", "/", "é", "A\n", "A/1\n", "..", "__a", "a.b", "1.0", "x", "c"),
    *("0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.6rc0", "0.6.dev4", "9.9"),
    *("space", "array", "time", "scale", "translation", "identity", "sequence", "nearest"),
    *("mapAxis", "projectAxis", "affine", "rotation", "bijection", "byDimension", "coordinates"),
    *([], {}, [1], [1, 1.0], [1, True], [0, 0], [0, 1], ["y", "x"], [[1, 0], [0, 1]], [[1]]),
    *({"name": "x"}, {"path": "p"}, {"name": "x", "path": "p"}, {"label-value": 1}, {"id": 1}),
    *({"name": "x", "type": "space"}, {"type": "scale", "scale": [1, 2]}, {"type": "identity"}),
    {"type": "array", "name": "i"},
)
KEYS = (
    *("name", "path", "type", "unit", "version", "id", "scale", "translation", "affine", "axes"),
    *("rotation", "mapAxis", "droppedInputs", "createdOutputs", "forward", "transformations"),
    *("input", "output", "interpolation", "acquisition", "rgba", "label-value", "metadata"),
    *("starttime", "endtime", "maximumfieldcount", "field_count", "acquisitions", "colors"),
    *("longName", "discrete", "window", "color", "active", "omero", "coordinateTransformations"),
)


def mutated(document: dict[str, Any], random: Random, *, times: int) -> dict[str, Any]:
    """A document with so many faults put in; some of them may do no harm."""
    document = deepcopy(document)
    for _ in range(times):
        places = list(_places(document))
        if not places:
            break
        random.choice(_MUTATIONS)(random.choice(places), places, random)
    return document


def _places(value: Any) -> Iterator[Place]:
    if isinstance(value, dict):
        steps: list[Any] = list(value)
    else:
        steps = list(range(len(value))) if isinstance(value, list) else []
    for step in steps:
        yield value, step
        yield from _places(value[step])


def _drop(place: Place, _: list[Place], __: Random) -> None:
    holder, step = place
    del holder[step]


def _replace(place: Place, _: list[Place], random: Random) -> None:
    holder, step = place
    holder[step] = deepcopy(random.choice(VALUES))


def _renumber(place: Place, places: list[Place], random: Random) -> None:
    numbers = [one for one in places if type(one[0][one[1]]) in {int, float}]
    if not numbers:
        return
    holder, step = random.choice(numbers)
    number = holder[step]
    holder[step] = random.choice((-number, float(number), number + 1, number / 3, str(number)))


def _duplicate(place: Place, places: list[Place], random: Random) -> None:
    lists = [one[0][one[1]] for one in places if isinstance(one[0][one[1]], list)]
    filled = [one for one in lists if one]
    if filled:
        members = random.choice(filled)
        twin = deepcopy(random.choice(members))
        members.append(
            {key: twin[key] for key in reversed(twin)} if isinstance(twin, dict) else twin
        )


def _swap(place: Place, places: list[Place], random: Random) -> None:
    holder, step = place
    other, there = random.choice(places)
    holder[step], other[there] = deepcopy(other[there]), deepcopy(holder[step])


def _nest(place: Place, _: list[Place], random: Random) -> None:
    holder, step = place
    holder[step] = random.choice(([holder[step]], {"name": holder[step]}))


def _add(place: Place, places: list[Place], random: Random) -> None:
    holders = [one[0] for one in places if isinstance(one[0], dict)]
    random.choice(holders)[random.choice(KEYS)] = deepcopy(random.choice(VALUES))


def _rename(place: Place, _: list[Place], random: Random) -> None:
    holder, step = place
    if isinstance(holder, dict):
        holder[random.choice(KEYS)] = holder.pop(step)


_MUTATIONS: tuple[Callable[[Place, list[Place], Random], None], ...] = (
    *(_drop, _drop, _replace, _replace, _replace, _renumber, _renumber),
    *(_duplicate, _swap, _nest, _add, _add, _rename),
)

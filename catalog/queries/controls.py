"""The controls on plates, by what plate maps say."""

from collections.abc import Sequence
from typing import Final

from catalog.queries.hits import Search, subjects_of
from catalog.queries.visible import Viewer
from catalog.queries.wells import labels_at
from catalog.search.queries import Condition, Exactly
from catalog.search.rendering import render
from plates.platemaps.controls import Control

NAMED: Final = {"negative": Control.NEGATIVE, "positive": Control.POSITIVE}
"""The controls that are named with a well."""
_KEY: Final = "control_type"

Controls = dict[str, list[str]]
"""Labels in row-major order, by the name of the control."""


def controls_on(viewer: Viewer, plates: Sequence[int]) -> dict[int, Controls]:
    """The controls on some visible plates, by carrier; as many statements however many there are."""
    found: dict[int, Controls] = {plate: {name: [] for name in NAMED} for plate in plates}
    for name, control in NAMED.items():
        search = Search(render(Condition(_KEY, Exactly(control.value))), viewer)
        subjects = [subject for hits in search.among(plates) for subject in subjects_of(hits)]
        labels = labels_at(viewer, subjects)
        for subject in subjects:
            found[subject.carrier][name].append(labels[subject.carrier, subject.position])
    return found

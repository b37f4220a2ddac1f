"""The controls on plates, by what plate maps say."""

from collections.abc import Sequence
from typing import Final

from catalog.queries.hits import Search
from catalog.queries.subjects import Subject, subjects_of
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
ControlSubjects = dict[str, list[Subject]]
"""The same as subjects."""


def controls_on(viewer: Viewer, plates: Sequence[int]) -> dict[int, Controls]:
    """The controls on some visible plates, by carrier; as many statements however many there are."""
    found = control_subjects_on(viewer, plates)
    every = [one for named in found.values() for subjects in named.values() for one in subjects]
    labels = labels_at(viewer, every)
    return {
        plate: {
            name: [labels[one.carrier, one.position] for one in subjects]
            for name, subjects in named.items()
        }
        for plate, named in found.items()
    }


def control_subjects_on(viewer: Viewer, plates: Sequence[int]) -> dict[int, ControlSubjects]:
    """The controls on some visible plates as subjects, by carrier."""
    found: dict[int, ControlSubjects] = {plate: {name: [] for name in NAMED} for plate in plates}
    for name, control in NAMED.items():
        search = Search(render(Condition(_KEY, Exactly(control.value))), viewer)
        for hits in search.among(plates):
            found[hits.carrier][name] += subjects_of(hits)
    return found

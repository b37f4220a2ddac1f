"""What a plate map's page tells, made ready: where it stands, its verdicts, its plates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import Job
from plates.models import PlateMap
from plates.platemaps.verdicts import MEANINGS, PLACED, RowVerdict, fate_of
from plates.states import PlateMapState

MARKS: Final[Mapping[str, str]] = {
    PlateMapState.UPLOADED.value: "◔",
    PlateMapState.CHECKED.value: "◐",
    PlateMapState.APPLIED.value: "●",
    PlateMapState.UNDONE.value: "○",
    PlateMapState.REFUSED.value: "✕",
}
"""A shape for each state: colour alone says nothing to some."""

STEPS: Final = (
    ("Upload", "the files are kept"),
    ("Mapping", "what each column becomes"),
    ("Dry run", "a verdict for each row"),
    ("Apply", "all or nothing"),
)
REACHED: Final[Mapping[str, int]] = {
    PlateMapState.UPLOADED.value: 1,
    PlateMapState.REFUSED.value: 1,
    PlateMapState.CHECKED.value: 3,
    PlateMapState.UNDONE.value: 4,
    PlateMapState.APPLIED.value: 4,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an import, and whether it is done, being done, or still to come."""

    title: str
    sentence: str
    state: str


@dataclass(frozen=True, slots=True)
class VerdictTold:
    """How many rows have a verdict, what that means, and how much of the whole it is."""

    word: str
    meaning: str
    rows: int
    percent: float
    is_placed: bool
    fate: str
    """What happens to them when it is applied."""


def state_told(state: str) -> SafeString:
    """The state of a plate map as a mark and a word."""
    return format_html(
        '<span class="map-state map-state-{0}"><span aria-hidden="true">{1}</span> {0}</span>',
        state,
        MARKS.get(state, "○"),
    )


def steps_of(plate_map: PlateMap) -> list[Step]:
    """The four steps and how far the import is."""
    reached = REACHED[plate_map.state]
    states = ["done" if number < reached else "to come" for number in range(len(STEPS))]
    if reached < len(STEPS):
        states[reached] = "refused" if plate_map.state == PlateMapState.REFUSED.value else "now"
    return [Step(*step, state) for step, state in zip(STEPS, states, strict=True)]


def verdicts_of(report: Mapping[str, Any]) -> list[VerdictTold]:
    """The verdicts that rows have, those of placed rows first, then the most frequent."""
    counts: Mapping[str, int] = report.get("verdicts", {})
    total = sum(counts.values()) or 1
    told = [
        VerdictTold(
            word=word,
            meaning=MEANINGS[RowVerdict(word)],
            rows=rows,
            percent=round(100 * rows / total, 2),
            is_placed=word in PLACED,
            fate=fate_of(RowVerdict(word)),
        )
        for word, rows in counts.items()
        if rows
    ]
    return sorted(told, key=lambda one: (not one.is_placed, -one.rows))


def progress_of(job: Job | None) -> int:
    """How far a job is in percent."""
    if job is None or not job.progress_total:
        return 0
    return min(100, 100 * job.progress_done // job.progress_total)

"""How sound what a dataset holds is, in the words of verdicts."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Count

from plates.models import Plate, Store
from plates.states import Reach, Verdict

WORST_FIRST: Final = (
    Reach.UNREACHABLE.value,
    Verdict.UNREADABLE.value,
    Verdict.INVALID.value,
    Verdict.INCOMPLETE.value,
    Verdict.UNCHECKED.value,
    Verdict.VALID.value,
)


def states_in(scope: int) -> list[tuple[str, int]]:
    """How many stores of a dataset are in which state, the worst first; what vanished apart."""
    rows = Store.objects.filter(scope=scope, vanished_at=None).order_by()
    counts: dict[str, int] = {}
    for reach, verdict, number in rows.values_list("reach", "verdict").annotate(n=Count("pk")):
        state = state_of(reach, verdict)
        counts[state] = counts.get(state, 0) + number
    return [(state, counts[state]) for state in WORST_FIRST if state in counts]


def states_of(plates: Sequence[Plate]) -> dict[int, str]:
    """The worst state of the stores of each plate, by its serial."""
    found: dict[int, str] = {}
    rows = Store.objects.filter(plate__in=plates, vanished_at=None).order_by()
    for plate, reach, verdict in rows.values_list("plate", "reach", "verdict"):
        states = {state_of(reach, verdict), found.get(plate, Verdict.VALID.value)}
        found[plate] = min(states, key=WORST_FIRST.index)
    return found


def state_of(reach: str, verdict: str) -> str:
    """One word for a store: that it cannot be reached, else its verdict."""
    is_gone = reach == Reach.UNREACHABLE.value
    return reach if is_gone else verdict or Verdict.UNCHECKED.value

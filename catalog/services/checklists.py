"""The checklist of a dataset, by the policy of the institute."""

from django.conf import settings

from catalog.checklist.policy import Policy
from catalog.checklist.rules import Line, lines_of, policy_in
from catalog.errors import ChecklistBlocks
from catalog.models import Dataset
from catalog.queries.publication_facts import facts_of


def policy_in_force() -> Policy:
    """What the operator's setting makes of the checklist; PolicyUnfit if nothing can be made of it."""
    return policy_in(settings.CHECKLIST)


def checklist_of(dataset: Dataset) -> list[Line]:
    """What the checklist says of a dataset now, line by line."""
    return list(lines_of(facts_of(dataset), policy_in_force()))


def refuse_blocked(dataset: Dataset) -> list[Line]:
    """The checklist of a dataset; ChecklistBlocks if it cannot be published for it."""
    lines = checklist_of(dataset)
    faults = [line.fault.sentence for line in lines if line.fault is not None and line.blocks]
    if faults:
        raise ChecklistBlocks(faults)
    return lines

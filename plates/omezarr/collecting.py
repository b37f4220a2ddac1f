"""Findings as they come in: each told once, counted by rule, and bounded in number."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from plates.omezarr.findings import Fault, Finding, Level

MAX_KEPT: Final = 10_000
"""Of one rule in one store; all are counted."""
MAX_IN_ALL: Final = 100_000
"""Of all rules, but for the first of each; all are counted."""
MAX_TEXT: Final = 500


class Collected:
    """The findings of one store.

    `levels` has the level of each rule in the store's version; what has none is not collected.
    """

    def __init__(self, levels: Mapping[str, Level | None]) -> None:
        self.totals: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self.told = 0
        """How often a fault was told, however often the same one."""
        self._levels = levels
        self._told: set[tuple[str, str, str, str, str]] = set()
        self._tellers: dict[tuple[str, str, str], bool] = {}

    def counts(self, rule: str) -> bool:
        """Whether a rule holds in the store's version, so that what breaks it is a finding."""
        return self._levels.get(rule) is not None

    def _is_full(self) -> bool:
        return len(self.findings) >= MAX_IN_ALL

    def count(self, more: Mapping[str, int]) -> None:
        """Count what was only counted, of rules that were told of."""
        self.totals.update({rule: number for rule, number in more.items() if rule in self.totals})

    def add(
        self,
        rule: str,
        fault: Fault,
        *,
        node: str,
        document: str,
        pointer: str,
        by_shape: bool = False,
    ) -> None:
        """Note a fault, each once.

        Some rules are asked by the shape of a document and by a function of their own
        (`by_shape` tells which): of one place, who was first has told it.
        """
        level = self._levels.get(rule)
        if level is None:
            return
        self.told += 1
        key = (rule, document, pointer, node, fault.message)
        first = (
            self._tellers.setdefault((rule, document, pointer), by_shape) if pointer else by_shape
        )
        if key in self._told or first is not by_shape:
            return
        self.totals[rule] += 1
        if self.totals[rule] > MAX_KEPT or (self.totals[rule] > 1 and self._is_full()):
            return
        self._told.add(key)
        self.findings.append(
            Finding(
                rule=rule,
                level=level,
                node=node[:MAX_TEXT],
                document=document[:MAX_TEXT],
                pointer=pointer[:MAX_TEXT],
                message=fault.message[:MAX_TEXT],
                expected=fault.expected[:MAX_TEXT],
                found=fault.found[:MAX_TEXT],
            )
        )

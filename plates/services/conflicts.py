"""Where an import would say something else than one that is applied."""

from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from plates.models import Key as KeyRow
from plates.models import Term
from plates.platemaps.keys import Key
from plates.platemaps.known_values import KnownValue
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnMapping
from plates.platemaps.matching import Spot
from plates.queries.applied_terms import AppliedTerms
from plates.services.applied_columns import folded_name, key_for, says

_EXAMPLES: Final = 5
_LONGEST: Final = 200


@dataclass(slots=True)
class Conflict:
    """The rows that say another value of a key than stands there."""

    key: str
    rows: int = 0
    examples: list[dict[str, object]] = field(default_factory=list)


class Conflicts:
    """Compares placed rows with what applied imports say of the same wells, as they pass by."""

    def __init__(
        self, columns: Sequence[ColumnMapping], known: Pairs[str, Key], scope: int
    ) -> None:
        names = {
            number: folded_name(key_for(column, known).name)
            for number, column in enumerate(columns)
            if says(column)
        }
        rows = KeyRow.objects.filter(folded__in=set(names.values())).order_by()
        found = {
            folded: (serial, name)
            for folded, serial, name in rows.values_list("folded", "serial", "name")
        }
        self._keys = {number: found[name][0] for number, name in names.items() if name in found}
        self._titles = dict(found.values())
        self._applied = AppliedTerms(scope, set(self._keys.values()))
        self._by_key: dict[int, Conflict] = {}

    def compare(self, spots: Sequence[Spot], row: LongRow, known: Sequence[KnownValue]) -> None:
        """Take up a row that would be applied at some spots."""
        for carrier, position in spots:
            said = self._applied.at(carrier)
            if said is not None:
                self._compare(said, position, row, known)

    def told(self) -> dict[str, object]:
        """The conflicts as JSON: for each key how many rows, and examples."""
        found = sorted(self._by_key.values(), key=lambda one: (-one.rows, one.key))
        return {
            "keys": [{"key": one.key, "rows": one.rows, "examples": one.examples} for one in found],
            "is_exact": self._applied.is_exact,
        }

    def _compare(
        self,
        said: Pairs[tuple[int, int], set[bytes]],
        position: int,
        row: LongRow,
        known: Sequence[KnownValue],
    ) -> None:
        differing: set[int] = set()
        for one in known:
            key = self._keys.get(one.column)
            there = said.get((position, key)) if key is not None else None
            if there is None or key is None or one.digest in there:
                continue
            conflict = self._by_key.setdefault(key, Conflict(self._titles[key]))
            if key not in differing:
                differing.add(key)
                conflict.rows += 1
            if len(conflict.examples) < _EXAMPLES:
                conflict.examples.append(
                    {
                        "plate": row.plate,
                        "subject": "/".join(row.subject),
                        "row": row.rows[0] if row.rows else 0,
                        "was": _texts_of(key, there),
                        "becomes": one.kept.text[:_LONGEST],
                    }
                )


def _texts_of(key: int, digests: set[bytes]) -> list[str]:
    rows = Term.objects.filter(key=key, digest__in=list(digests)[:_EXAMPLES])
    return sorted(text[:_LONGEST] for text in rows.values_list("text", flat=True))

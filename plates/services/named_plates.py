"""The plates that an import speaks of: found, expected, and by which other names."""

from collections.abc import Iterable, Mapping
from typing import Final

from plates.models import NamedPlate, PlateAlias, PlateMap
from plates.platemaps.plate_names import PlateMatch
from plates.platemaps.spelling import folded
from plates.services.applied_columns import shortened
from plates.states import MatchedBy

_KEPT_AS_ALIASES: Final = frozenset({MatchedBy.PERSON, MatchedBy.SPELLING, MatchedBy.PREFIX})
_LONGEST: Final = 255
_AT_ONCE: Final = 2_000


def keep_named_plates(
    plate_map: PlateMap, matches: Iterable[PlateMatch], rows: Mapping[str, int]
) -> None:
    """Write which plates an import names; `rows` counts the rows of each spelling.

    A plate of which no row counts, as none of them names a well, is not written. Those that are
    not there yet are expected from now on. Run again, what was found meanwhile takes the place of
    what was expected.
    """
    named = []
    for match in matches:
        if not match.spelling or match.spelling not in rows:
            continue
        for plate in match.plates or (None,):
            spelling = shortened(match.spelling.replace("\0", "\ufffd"))
            named.append(
                NamedPlate(
                    plate_map=plate_map,
                    scope=plate_map.scope,
                    spelling=spelling,
                    folded=folded(spelling)[:_LONGEST],
                    plate_id=plate.serial if plate else None,
                    matched_by=match.matched_by.value,
                    row_count=rows[match.spelling],
                )
            )
    NamedPlate.objects.filter(plate_map=plate_map).delete()
    NamedPlate.objects.bulk_create(named, batch_size=_AT_ONCE)


def keep_aliases(plate_map: PlateMap, matches: Iterable[PlateMatch], *, by: str) -> None:
    """Keep as other names of plates what was not their name letter by letter, and was applied."""
    PlateAlias.objects.bulk_create(
        (
            PlateAlias(
                scope=plate_map.scope,
                spelling=match.spelling,
                folded=folded(match.spelling)[:_LONGEST],
                plate_id=plate.serial,
                plate_map=plate_map,
                said_by=by,
            )
            for match in matches
            if match.matched_by in _KEPT_AS_ALIASES and len(match.spelling) <= _LONGEST
            for plate in match.plates
            if match.spelling != plate.id and "\0" not in match.spelling
        ),
        ignore_conflicts=True,
    )

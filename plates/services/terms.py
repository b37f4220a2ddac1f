"""Terms by their digests, made in bulk."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from plates.models.term import FOLDED
from plates.platemaps.known_values import KnownValue
from plates.platemaps.spelling import folded
from plates.services.copying import copied

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_TABLE: Final = """
    CREATE TEMP TABLE IF NOT EXISTS met_term
           (key_id smallint, digest bytea, text text, folded text, curie text,
            number double precision, unit text) ON COMMIT DROP
"""
_EMPTY: Final = "TRUNCATE met_term"
_COPY: Final = "COPY met_term FROM STDIN"
_NULL: Final = "\\N"

# Rows that are there are not inserted, conflicts use up numbers; and all in one order, so that two
# that insert the same terms wait for each other in that order alone.
_MAKE: Final = """
    INSERT INTO plates_term (key_id, digest, text, folded, curie, number, unit)
    SELECT m.key_id, m.digest, m.text, m.folded, m.curie, m.number, m.unit
      FROM met_term m
     WHERE NOT EXISTS (SELECT 1 FROM plates_term t
                        WHERE t.key_id = m.key_id AND t.digest = m.digest)
     ORDER BY m.key_id, m.digest
        ON CONFLICT (key_id, digest) DO NOTHING
"""
# By words, not by what is written: spellings of one value are counted together.
_TELL_TWINS: Final = """
    UPDATE plates_term t SET is_twin = TRUE
      FROM (SELECT DISTINCT key_id, folded FROM met_term) m
     WHERE t.key_id = m.key_id AND t.folded = m.folded AND NOT t.is_twin
       AND EXISTS (SELECT 1 FROM plates_term o
                    WHERE o.key_id = t.key_id AND o.folded = t.folded AND o.serial <> t.serial)
"""
_FIND: Final = """
    SELECT t.key_id, t.digest, t.serial
      FROM met_term m JOIN plates_term t ON t.key_id = m.key_id AND t.digest = m.digest
"""


def ensure_terms(
    cursor: "CursorWrapper", met: Iterable[KnownValue], keys: Mapping[int, int]
) -> None:
    """Give each value the number of its term, `keys` by columns; missing terms are made."""
    by_term: dict[tuple[int, bytes], list[KnownValue]] = {}
    for one in met:
        by_term.setdefault((keys[one.column], one.digest), []).append(one)
    if not by_term:
        return
    cursor.execute(_TABLE)
    cursor.execute(_EMPTY)
    lines: list[str] = []
    with cursor.copy(_COPY) as copy:
        for (key, digest), same in by_term.items():
            value = same[0].kept
            start = folded(value.text[: 2 * FOLDED])[:FOLDED]
            number = _NULL if value.number is None else repr(value.number)
            lines.append(
                f"{key}\t\\\\x{digest.hex()}\t{copied(value.text)}\t{copied(start)}\t"
                f"{copied(value.curie)}\t{number}\t{value.unit}\n"
            )
        copy.write("".join(lines))
    cursor.execute("ANALYZE met_term")
    cursor.execute(_MAKE)
    if cursor.rowcount > 0:
        cursor.execute(_TELL_TWINS)
    cursor.execute(_FIND)
    for key, digest, serial in cursor.fetchall():
        for one in by_term[key, bytes(digest)]:
            one.serial = str(serial)

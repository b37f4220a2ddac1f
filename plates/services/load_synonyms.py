"""Tables of synonyms into the database: what a newer table no longer says is forgotten."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from plates.models import Key
from plates.models.term import FOLDED
from plates.platemaps.spelling import folded
from plates.platemaps.synonym_tables import Synonym
from plates.services.tables import Column, copy_rows, loading_cursor, run

_LONGEST: Final = 255
_LONGEST_TABLE: Final = 64
_COLUMNS: Final = (
    Column("folded", "text"),
    Column("text", "text"),
    Column("means", "text"),
    Column("curie", "text"),
    Column("told_by", "text"),
)

_GONE: Final = """
    DELETE FROM plates_synonym s
     USING (SELECT DISTINCT told_by FROM loaded_synonyms) t
     WHERE s.key_id = %(key)s AND s."table" = t.told_by
       AND NOT EXISTS (SELECT FROM loaded_synonyms l
                        WHERE l.folded = s.folded AND l.means = s.means AND l.told_by = s."table")
"""
_NEW: Final = """
    INSERT INTO plates_synonym (key_id, folded, text, means, curie, "table")
    SELECT DISTINCT ON (folded, means, told_by)
           %(key)s, folded, text, means, curie, told_by
      FROM loaded_synonyms
        ON CONFLICT (key_id, folded, means, "table") DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class LoadedSynonyms:
    """How many synonyms a load brought and took away."""

    new: int
    gone: int


def load_synonyms(key: Key, synonyms: Iterable[Synonym]) -> LoadedSynonyms:
    """Let a key have the synonyms of some tables, in place of what these said before.

    Called inside a transaction.
    """
    with loading_cursor() as cursor:
        copy_rows(cursor, "loaded_synonyms", _COLUMNS, storable(synonyms))
        gone = run(cursor, _GONE, key=key.pk)
        return LoadedSynonyms(new=run(cursor, _NEW, key=key.pk), gone=gone)


def storable(synonyms: Iterable[Synonym]) -> Iterator[tuple[str, ...]]:
    """Synonyms as their table takes them; those too long for a name are left out."""
    for one in synonyms:
        name = folded(one.text)[:FOLDED]
        texts = (one.text, one.means, one.curie)
        if name and max(map(len, texts)) <= _LONGEST and "\0" not in "".join(texts):
            yield (name, *texts, one.table[:_LONGEST_TABLE])

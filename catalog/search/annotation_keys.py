"""Keys of annotation: looked up by any of their spellings, among what a viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from plates.arrays import array_of, unplanned
from plates.models import Key, Readout, TermScope
from plates.platemaps.keys import Family, KeyKind
from plates.platemaps.keys import Key as KeyOfTable
from plates.platemaps.known_keys import KEYS_BY_NAME, key_of
from plates.platemaps.spelling import folded

# In SQL, which Django would take longer to write than Postgres to answer, for each query.
_ALIASES: Final = "SELECT folded, key FROM plates_keyalias WHERE folded = ANY(%s)"
_NAMED: Final = f"""
    SELECT k.serial, k.name, k.folded, k.title, k.kind, k.family
      FROM plates_key k
     WHERE k.folded = ANY(%(names)s)
       AND (EXISTS (SELECT FROM plates_termscope s
                     WHERE s.key_id = k.serial AND s.scope = ANY({unplanned("%(scopes)s")}))
            OR EXISTS (SELECT FROM plates_readout r
                        WHERE r.key_id = k.serial AND r.scope = ANY({unplanned("%(scopes)s")})))
"""  # noqa: S608 - a constant of this file


class KeyRow(NamedTuple):
    """A key as it is kept."""

    serial: int
    name: str
    folded: str
    title: str
    kind: str
    family: str


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key of annotation as a query meets it; without a serial nothing has it yet."""

    name: str
    serial: int | None
    kind: KeyKind
    is_treatment: bool
    dimensions: tuple[str, ...]
    title: str = ""


class AnnotationKeys:
    """Looks up the keys that a viewer of certain scopes may know of."""

    def __init__(self, scopes: Sequence[int]) -> None:
        self.scopes_array = array_of(scopes)

    def key_named(self, text: str) -> KnownKey | None:
        """The key that a text names, under any of its spellings; None if there is none to see."""
        return self.keys_named([text])[0]

    def keys_named(self, texts: Sequence[str]) -> list[KnownKey | None]:
        """The keys that some texts name, in their order."""
        spellings = [folded(text) for text in texts]
        aliases = self.aliases_of(spellings)
        known = [key_of(spelling, aliases) for spelling in spellings]
        told = [
            folded(key.name) if key else spelling
            for key, spelling in zip(known, spellings, strict=True)
        ]
        rows = self.rows_named(told)
        return [key_told(rows.get(name), key) for name, key in zip(told, known, strict=True)]

    def rows_named(self, names: Sequence[str]) -> dict[str, KeyRow]:
        """The visible keys of some folded names; one statement.

        A key that nobody may see is as none: nothing tells them apart.
        """
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, {"names": list(names), "scopes": self.scopes_array})
            return {row.folded: row for row in map(KeyRow._make, cursor.fetchall())}

    def aliases_of(self, spellings: Sequence[str]) -> dict[str, str]:
        """The keys that some spellings are the institute's own for."""
        with connection.cursor() as cursor:
            cursor.execute(_ALIASES, [list(spellings)])
            return dict(cursor.fetchall())

    @property
    def visible(self) -> "QuerySet[Key]":
        """The keys of anything that the viewer may see."""
        words = TermScope.objects.filter(key=OuterRef("pk"), scope__any=self.scopes_array)
        numbers = Readout.objects.filter(key=OuterRef("pk"), scope__any=self.scopes_array)
        return Key.objects.filter(Exists(words) | Exists(numbers))

    def names(self) -> list[str]:
        """The names of all keys that the viewer may know of."""
        return sorted({*KEYS_BY_NAME, *self.visible.values_list("name", flat=True)})


def key_told(row: KeyRow | None, known: KeyOfTable | None) -> KnownKey | None:
    """A key by its row, and by what is known of it anyway."""
    if row is not None:
        return KnownKey(
            row.name,
            row.serial,
            KeyKind(row.kind),
            row.family == Family.TREATMENT.value,
            known.dimensions if known else (),
            row.title,
        )
    if known is None or known.name not in KEYS_BY_NAME:
        return None
    is_treatment = known.family is Family.TREATMENT
    return KnownKey(known.name, None, known.kind, is_treatment, known.dimensions, known.title)

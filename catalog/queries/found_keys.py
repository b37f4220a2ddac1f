"""Which columns of annotation a table of what was found has: decided before its first row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from catalog.errors import NotUnderstood
from catalog.queries.subjects import Hits, subjects_of
from catalog.queries.table_columns import KeyColumn
from catalog.search.annotation_keys import AnnotationKeys
from catalog.search.resolve import fields_like
from plates.models import Key, PlateMapColumn
from plates.platemaps.keys import Family, KeyKind
from plates.platemaps.spelling import folded
from plates.queries.keys_there import (
    Positions,
    keys_with_readouts,
    keys_with_terms,
    keys_with_texts,
    may_have_several_treatments,
    units_of,
)
from plates.queries.told_cells import Spots, most_treatments_at, text_columns

MOST_TREATMENTS: Final = 20
"""A table has a column for each treatment of a well; more are no table any more."""
_FEW, _MANY = 16, 1_024
_SPOTS_AT_ONCE: Final = 32_768
_WITH_TERMS: Final = frozenset({KeyKind.TERM, KeyKind.QUANTITY})


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The keys of which anything was found, by how their values are kept."""

    terms: set[int]
    readouts: set[int]
    texts: set[int]


def columns_found(
    hits: Sequence[Hits],
    scopes: Sequence[int],
    keys: Sequence[str] | None,
    most_treatments: int = MOST_TREATMENTS,
) -> list[KeyColumn]:
    """The columns of annotation: of some keys in their order, or of all that occur in what was found.

    `scopes` are those that the viewer may see. NotUnderstood where a key is none, or where a well
    has too many treatments.
    """
    chosen = _seen(scopes) if keys is None else [_named(key, scopes) for key in keys]
    kinds = _kinds_found(hits, [key.serial for key in chosen])
    found_in = sorted({hit.scope for hit in hits})
    units = units_of([key.serial for key in chosen], found_in)
    is_treated = any(
        key.family == Family.TREATMENT.value and key.serial in kinds.terms for key in chosen
    )
    turns = _turns(hits, found_in, most_treatments) if is_treated else 1
    columns = [
        column
        for key in chosen
        for column in _columns_of(
            key, kinds, units.get(key.serial, ()), turns, is_named=keys is not None
        )
    ]
    return columns if keys is not None else sorted(columns, key=lambda column: column.rank)


def _seen(scopes: Sequence[int]) -> list[Key]:
    """The keys of anything that the viewer may see, those that are only shown too."""
    shown = PlateMapColumn.objects.filter(plate_map__scope__in=scopes, kind=KeyKind.TEXT.value)
    keys = AnnotationKeys(scopes).visible | Key.objects.filter(serial__in=shown.values("key"))
    return list(keys.order_by("name"))


def _named(name: str, scopes: Sequence[int]) -> Key:
    keys = AnnotationKeys(scopes)
    known = keys.key_named(name)
    if known is not None and known.serial is not None:
        return Key.objects.get(pk=known.serial)
    shown = {key.folded: key for key in _seen(scopes)}
    spelling = folded(known.name if known else name)
    if spelling in shown:
        return shown[spelling]
    if known is not None:
        # Nothing has it yet: an empty column, so that the same request has the same columns.
        family = Family.TREATMENT if known.is_treatment else Family.NONE
        return Key(serial=0, name=known.name, kind=known.kind.value, family=family.value)
    near = fields_like(name, keys)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise NotUnderstood("keys", f"There is no key {name[:60]!r}.{hint}")


def _kinds_found(hits: Sequence[Hits], keys: Sequence[int]) -> _Kinds:
    columns = text_columns(keys)
    found = _Kinds(set(), set(), set())
    sought = _Kinds(set(keys), set(keys), set(columns.values()))
    for among in _in_batches(hits):
        found.terms.update(keys_with_terms(among, sorted(sought.terms - found.terms)))
        found.readouts.update(keys_with_readouts(among, sorted(sought.readouts - found.readouts)))
        missing = sought.texts - found.texts
        if missing:
            among_columns = {place: key for place, key in columns.items() if key in missing}
            found.texts.update(keys_with_texts(among, among_columns))
    return found


def _turns(hits: Sequence[Hits], scopes: Sequence[int], allowed: int) -> int:
    most = 1
    for among in _in_batches(hits):
        if may_have_several_treatments(among, scopes):
            some = [hit for hit in hits if hit.carrier in among]
            most = max([most, *map(most_treatments_at, _spots_of(some))])
    if most > allowed:
        raise NotUnderstood(
            "keys",
            f"A well that is found has {most:,} treatments, and a table has columns for "
            f"{allowed}. Name keys that belong to no treatment, or take what was said row by "
            "row: plates/{id}/platemap.csv.",
        )
    return most


def _spots_of(hits: Sequence[Hits]) -> Iterator[Spots]:
    subjects = (subject for hit in hits for subject in subjects_of(hit))
    while some := list(islice(subjects, _SPOTS_AT_ONCE)):
        yield Spots([one.carrier for one in some], [one.position for one in some])


def _columns_of(
    key: Key, kinds: _Kinds, units: Sequence[str], turns: int, *, is_named: bool
) -> Iterator[KeyColumn]:
    is_found = any(key.serial in some for some in (kinds.terms, kinds.readouts, kinds.texts))
    # A key that was asked for has its column, be it empty.
    meant = KeyKind(key.kind) if is_named and not is_found else None
    if key.serial in kinds.terms or meant in _WITH_TERMS:
        kind = KeyKind.QUANTITY if key.kind == KeyKind.QUANTITY.value else KeyKind.TERM
        for turn in range(turns if key.family == Family.TREATMENT.value else 1):
            yield KeyColumn(key.serial, key.name, kind, turn)
            for unit in units:
                yield KeyColumn(key.serial, key.name, kind, turn, unit)
    if key.serial in kinds.readouts or meant is KeyKind.READOUT:
        yield KeyColumn(key.serial, key.name, KeyKind.READOUT)
    if key.serial in kinds.texts or meant is KeyKind.TEXT:
        yield KeyColumn(key.serial, key.name, KeyKind.TEXT)


def _in_batches(hits: Sequence[Hits]) -> Iterator[Positions]:
    """A few carriers first, where most keys are found; then many at once."""
    start, size = 0, _FEW
    while start < len(hits):
        yield {hit.carrier: hit.bits for hit in hits[start : start + size]}
        start, size = start + size, _MANY

"""What the columns of a mapping become in the database: keys, made as they are needed."""

import hashlib
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from typing import Final

from plates.models import Key as KeyRow
from plates.models import PlateMap, PlateMapColumn
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.keys import Family, Key, KeyKind
from plates.platemaps.known_keys import canonical
from plates.platemaps.mappings import ColumnKind, ColumnMapping
from plates.platemaps.spelling import folded

MOST_KEYS: Final = 30_000
"""Their numbers are of two bytes, in every row of the index."""
_LONGEST: Final = 255
_DIGEST: Final = 12
_UNNAMED: Final = "column without a name"
_KINDS: Final = {
    ColumnKind.TERM: KeyKind.TERM,
    ColumnKind.QUANTITY: KeyKind.QUANTITY,
    ColumnKind.READOUT: KeyKind.READOUT,
    ColumnKind.TEXT: KeyKind.TEXT,
}


def keep_columns(
    plate_map: PlateMap,
    columns: Sequence[ColumnMapping],
    known: Pairs[str, Key],
    tables: Sequence[str],
) -> dict[int, int]:
    """Write what each column of the mapping becomes; the number of its key by that of the column.

    `known` are the keys that have a canonical name, `tables` the names of the import's tables; the annotation lock has to be held.
    PlateMapRefused if there would be too many keys.
    """
    saying = {number: column for number, column in enumerate(columns) if says(column)}
    wanted = {number: key_for(column, known) for number, column in saying.items()}
    serials = _ensure_keys(list(wanted.values()))
    keys = {number: serials[folded_name(key.name)] for number, key in wanted.items()}
    PlateMapColumn.objects.filter(plate_map=plate_map).delete()
    PlateMapColumn.objects.bulk_create(
        PlateMapColumn(
            plate_map=plate_map,
            number=number,
            key_id=keys[number],
            kind=_KINDS[column.kind].value,
            group=column.group,
            table=column.place.table,
            file=_name_of(column.place.table, tables),
            column=column.place.column,
            name=column.name.replace("\0", ""),
        )
        for number, column in saying.items()
    )
    return keys


def _name_of(table: int, tables: Sequence[str]) -> str:
    return tables[table].replace("\0", "") if table < len(tables) else ""


def says(column: ColumnMapping) -> bool:
    """Whether a column says something of wells, and does not only name them."""
    return column.kind in _KINDS


def key_for(column: ColumnMapping, known: Pairs[str, Key]) -> Key:
    """The key that a column becomes: a known one, or one of its own name.

    Keys are found by their folded names: nothing may take the place of a known one by its case.
    """
    key = known.get(canonical(column.becomes))
    if key is not None:
        return key
    name = shortened((column.becomes or column.name).replace("\0", "") or _UNNAMED)
    return Key(name, name, _KINDS[column.kind], Family.NONE)


def shortened(name: str) -> str:
    """A name that fits; of two long ones that differ at their ends, not the same."""
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{name[: _LONGEST - _DIGEST - 1]} {digest}"


def folded_name(name: str) -> str:
    """What a key is found by: its name without case and separators, if anything is left of it."""
    return folded(name)[:_LONGEST] or name


def _ensure_keys(wanted: Sequence[Key]) -> dict[str, int]:
    """The numbers of keys by their folded names.

    Only those that are missing are inserted: an insert that meets a conflict uses up a number all
    the same, and there are few.
    """
    names = {folded_name(key.name): key for key in wanted}
    found = _serials(names)
    missing = {name: key for name, key in names.items() if name not in found}
    if not missing:
        return found
    if KeyRow.objects.count() + len(missing) > MOST_KEYS:
        raise PlateMapRefused(
            f"The catalog would have more than {MOST_KEYS} keys of annotation. Set the columns that "
            "nobody will look for to be ignored."
        )
    KeyRow.objects.bulk_create(
        KeyRow(
            name=key.name,
            folded=name,
            title=key.title[:_LONGEST],
            kind=key.kind.value,
            family=key.family.value,
        )
        for name, key in sorted(missing.items())
    )
    return _serials(names)


def _serials(names: Pairs[str, Key]) -> dict[str, int]:
    rows = KeyRow.objects.filter(folded__in=list(names)).order_by()
    return dict(rows.values_list("folded", "serial"))

"""Imports of plate maps for tests, made by hand: columns of every kind and rows of a line each."""

from itertools import count

from plates.models import AnnotationRow, Plate, PlateMap, Store
from plates.omezarr.snapshots import ImageSnapshot, PlateSnapshot, StoreSnapshot, WellSnapshot
from plates.platemaps.formats import Format
from plates.platemaps.keys import Family, Key, KeyKind
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Mapping, Place
from plates.platemaps.values import Value
from plates.queries.annotation import annotation_of
from plates.services.apply_plate_map import Applied, apply_rows
from plates.services.load import load_snapshot
from plates.services.stores import store_at
from tests.snapshots import address_of, snapshot

SCOPE = 1
KEYS = {
    key.name: key
    for key in (
        Key("compound", "Compound", family=Family.TREATMENT),
        Key("concentration", "Concentration", KeyKind.QUANTITY, Family.TREATMENT),
        Key("temperature", "Temperature", KeyKind.QUANTITY),
        Key("cell_line", "Cell line"),
        Key("gene", "Gene", family=Family.TREATMENT),
    )
}
_COLUMNS = [
    ("Plate", ColumnKind.PLATE, "", 0),
    ("Well", ColumnKind.WELL, "", 0),
    ("Compound", ColumnKind.TERM, "compound", 0),
    ("Compound 1", ColumnKind.TERM, "compound", 1),
    ("Compound 2", ColumnKind.TERM, "compound", 2),
    ("Dose", ColumnKind.QUANTITY, "concentration", 0),
    ("Dose 2", ColumnKind.QUANTITY, "concentration", 2),
    ("Cell Line", ColumnKind.TERM, "cell_line", 0),
    ("Temperature", ColumnKind.QUANTITY, "temperature", 0),
    ("Odd Column", ColumnKind.TERM, "Odd Column", 3),
    ("Score", ColumnKind.READOUT, "Score", 0),
    ("Remark", ColumnKind.TEXT, "Remark", 0),
    ("Gene", ColumnKind.TERM, "gene", 0),
]
NUMBERS = {name: number for number, (name, *_) in enumerate(_COLUMNS)}
_UNITS = {"concentration": ("mol/L", 1e-6), "temperature": ("K", 1.0)}
_fresh = count()


def mapping_of(*, images: bool = False, **more: object) -> Mapping:
    """What the columns become; the second names an image, or a well."""
    told = list(_COLUMNS)
    if images:
        told[1] = ("Image", ColumnKind.IMAGE, "", 0)
    columns = tuple(
        ColumnMapping(Place(0, number), name, kind, becomes, group)
        for number, (name, kind, becomes, group) in enumerate(told)
    )
    return Mapping(Format.TABLE, columns, **more)  # type: ignore[arg-type]


def row_of(number: int, plate: str, subject: str, **cells: str) -> LongRow:
    """A row; cells by their headers, blanks of which are underscores."""
    values, texts = [], []
    for header, cell in cells.items():
        column = NUMBERS[header.replace("_", " ")]
        _, kind, becomes, _ = _COLUMNS[column]
        if kind in {ColumnKind.READOUT, ColumnKind.TEXT}:
            texts.append((column, cell))
        elif kind is ColumnKind.QUANTITY:
            unit, factor = _UNITS[becomes]
            values.append((column, Value(cell, number=float(cell) * factor, unit=unit)))
        else:
            values.append((column, Value(cell)))
    return LongRow((number,), plate, (subject,), tuple(values), tuple(texts))


def uploaded(scope: int = SCOPE) -> PlateMap:
    """An import whose files nobody else has."""
    return PlateMap.objects.create(scope=scope, digest=f"files {next(_fresh)}")


def applied(
    *rows: LongRow, images: bool = False, said: Mapping | None = None
) -> tuple[PlateMap, Applied]:
    """An import that was applied."""
    made = uploaded()
    told = apply_rows(
        plate_map=made, mapping=said or mapping_of(images=images), rows=rows, keys=KEYS, by="ann"
    )
    return made, told


def plate_snapshot(name: str, *paths: str, barcode: str = "") -> StoreSnapshot:
    """A store that shows a plate with these wells, and no field of them."""
    wells = tuple(
        WellSnapshot(path, row, column, address_of(path), present=True, fields=())
        for path, row, column in ((path, *path.split("/", 1)) for path in paths)
    )
    return snapshot(
        PlateSnapshot(
            name=name,
            barcode=barcode,
            rows=(),
            columns=(),
            field_count=None,
            acquisitions=(),
            wells=wells,
        )
    )


def image_snapshot(*paths: str) -> StoreSnapshot:
    """A store that holds images at these paths."""
    return snapshot(
        images=tuple(ImageSnapshot(path=path, name="", present=True, layout=None) for path in paths)
    )


def loaded(url: str, shown: StoreSnapshot) -> Store:
    """A store as it is after a harvest."""
    store = store_at(url, scope=SCOPE)[0]
    load_snapshot(store, shown, layouts={})
    return Store.objects.select_related("plate__carrier", "carrier").get(pk=store.pk)


def plate_of(store: Store) -> Plate:
    """The plate that a store shows."""
    assert store.plate is not None
    return Plate.objects.get(pk=store.plate.pk)


def annotation_export(*, but: PlateMap | None = None) -> bytes:
    """Everything that is said of any well or image, in a fixed order; one import left out."""
    rows = AnnotationRow.objects.order_by("carrier", "position")
    spots = list(rows.values_list("carrier_id", "position").distinct())
    lines = [
        (spot, key, value)
        for spot, by_key in sorted(annotation_of(spots).items())
        for key, values in sorted(by_key.items())
        for value in values
        if but is None or value.plate_map != but.id
    ]
    return "\n".join(map(repr, lines)).encode()

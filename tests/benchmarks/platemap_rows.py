"""LongRows of a screen as large as they come: 1,302 plates, 384 wells, 75 columns."""

from collections.abc import Iterator

from plates.addresses import PlateShape
from plates.platemaps.formats import Format
from plates.platemaps.keys import Family, Key, KeyKind
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Mapping, Place
from plates.platemaps.values import Value

PLATES = 1_302
REPLICATES = 3
SHAPE = PlateShape(16, 24)
CONSTANT, FEW, MANY, QUANTITIES, READOUTS = 10, 38, 15, 5, 5
_LIBRARY = PLATES // REPLICATES * SHAPE.size
_TREATMENT_FEW = 10


def keys() -> dict[str, Key]:
    """The keys that are known: most of a reagent's are treatments, those of the sample are not."""
    known = [Key(f"many{n}", f"many {n}", family=Family.TREATMENT) for n in range(MANY)]
    known += [Key(f"few{n}", f"few {n}", family=Family.TREATMENT) for n in range(3, 3 + _TREATMENT_FEW)]
    known += [
        Key(f"dose{n}", f"dose {n}", KeyKind.QUANTITY, Family.TREATMENT) for n in range(QUANTITIES)
    ]
    return {key.name: key for key in known}


def mapping() -> Mapping:
    """Plate and well, then all columns that say something: 75."""
    told = [("plate", ColumnKind.PLATE), ("well", ColumnKind.WELL)]
    told += [(f"constant{n}", ColumnKind.TERM) for n in range(CONSTANT)]
    told += [(f"few{n}", ColumnKind.TERM) for n in range(FEW)]
    told += [(f"many{n}", ColumnKind.TERM) for n in range(MANY)]
    told += [(f"dose{n}", ColumnKind.QUANTITY) for n in range(QUANTITIES)]
    told += [(f"score{n}", ColumnKind.READOUT) for n in range(READOUTS)]
    columns = tuple(
        ColumnMapping(Place(0, number), name, kind, becomes=name if number > 1 else "")
        for number, (name, kind) in enumerate(told)
    )
    return Mapping(Format.TABLE, columns)


def cells(plates: int = PLATES) -> Iterator[list[str]]:
    """The rows of the table: three replicates of a library, plate by plate."""
    labels = [SHAPE.address(position).label for position in range(SHAPE.size)]
    constants = [f"constant value {n}" for n in range(CONSTANT)]
    for plate in range(plates):
        name, of_library = f"BR{plate:08d}", plate // REPLICATES
        # Some of the few differ from plate to plate, as quality and batches do.
        batch = [f"batch {plate % 50}", f"run {plate % 7}"]
        for position, label in enumerate(labels):
            well = of_library * SHAPE.size + position
            few = [f"level {(position + n) % (2 + n % 9)}" for n in range(FEW - 3)]
            quality = "fail" if (plate * 31 + position) % 97 == 0 else "pass"
            many = [f"reagent {well}-{n}" for n in range(5)]
            many += [f"gene {well % 20_000}-{n}" for n in range(5)]
            many += [f"class {well % 2_000}-{n}" for n in range(5)]
            doses = [f"{(position + n) % 8 + 1}.5 uM" for n in range(QUANTITIES)]
            scores = [f"{(well * 7919 + plate * n) % 100_003 / 1000}" for n in range(READOUTS)]
            yield [name, label, *constants, *batch, quality, *few, *many, *doses, *scores]


def long_rows(plates: int = PLATES) -> Iterator[LongRow]:
    """The same rows as they leave the parsers: cells of a column that are alike share a value."""
    first_dose = 2 + CONSTANT + FEW + MANY
    first_score = first_dose + QUANTITIES
    known: list[dict[str, Value]] = [{} for _ in range(first_score)]
    for number, row in enumerate(cells(plates), start=2):
        values = []
        for column in range(2, first_score):
            text = row[column]
            value = known[column].get(text)
            if value is None:
                if len(known[column]) > 4_000:
                    known[column].clear()
                is_dose = column >= first_dose
                number_of = float(text.split()[0]) * 1e-6 if is_dose else None
                value = Value(text, number=number_of, unit="mol/L" if is_dose else "")
                known[column][text] = value
            values.append((column, value))
        texts = tuple((first_score + n, row[first_score + n]) for n in range(READOUTS))
        yield LongRow((number,), row[0], (row[1],), tuple(values), texts)

"""The plate map of a screen as large as they come: 1,302 plates, 384 wells, 75 columns."""

from collections.abc import Iterator

from plates.addresses import PlateShape
from plates.platemaps.formats import Format
from plates.platemaps.keys import Family, Key, KeyKind
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Mapping, Place

PLATES = 1_302
REPLICATES = 3
SHAPE = PlateShape(16, 24)
CONSTANT, FEW, MANY, QUANTITIES, READOUTS = 10, 38, 15, 5, 5
_VARYING = 3
"""Of the few, those that differ from plate to plate, as batches and quality do."""
_TREATMENT_FEW = 10


def columns() -> Iterator[tuple[str, ColumnKind]]:
    """The headers with their kinds: plate and well, then all that says something; 75."""
    yield from (("Plate", ColumnKind.PLATE), ("Well", ColumnKind.WELL))
    for name, number, kind in (
        ("constant", CONSTANT, ColumnKind.TERM),
        ("few", FEW, ColumnKind.TERM),
        ("many", MANY, ColumnKind.TERM),
        ("dose", QUANTITIES, ColumnKind.QUANTITY),
        ("score", READOUTS, ColumnKind.READOUT),
    ):
        yield from ((f"{name}{index}", kind) for index in range(number))


HEADERS = [name for name, _ in columns()]


def keys() -> dict[str, Key]:
    """The keys that are known: those of the reagent are treatments, those of the sample are not."""
    treatments = [f"many{index}" for index in range(MANY)]
    treatments += [f"few{index}" for index in range(_VARYING, _VARYING + _TREATMENT_FEW)]
    known = [Key(name, name, family=Family.TREATMENT) for name in treatments]
    known += [
        Key(f"dose{index}", f"dose {index}", KeyKind.QUANTITY, Family.TREATMENT)
        for index in range(QUANTITIES)
    ]
    return {key.name: key for key in known}


def mapping() -> Mapping:
    """What the columns become."""
    return Mapping(
        Format.TABLE,
        tuple(
            ColumnMapping(Place(0, number), name, kind, becomes=name if number > 1 else "")
            for number, (name, kind) in enumerate(columns())
        ),
    )


def cells(plates: int = PLATES) -> Iterator[list[str]]:
    """The rows of the table: three replicates of a library, plate by plate."""
    labels = [SHAPE.address(position).label for position in range(SHAPE.size)]
    constants = [f"constant value {index}" for index in range(CONSTANT)]
    for plate in range(plates):
        name, of_library = f"BR{plate:08d}", plate // REPLICATES
        batch = [f"batch {plate % 50}", f"run {plate % 7}"]
        for position, label in enumerate(labels):
            well = of_library * SHAPE.size + position
            few = [f"level {(position + n) % (2 + n % 9)}" for n in range(FEW - _VARYING)]
            quality = "fail" if (plate * 31 + position) % 97 == 0 else "pass"
            many = [f"reagent {well}-{n}" for n in range(5)]
            many += [f"gene {well % 20_000}-{n}" for n in range(5)]
            many += [f"class {well % 2_000}-{n}" for n in range(5)]
            doses = [f"{(position + n) % 8 + 1}.5 uM" for n in range(QUANTITIES)]
            scores = [f"{(well * 7919 + plate * n) % 100_003 / 1000}" for n in range(READOUTS)]
            yield [name, label, *constants, *batch, quality, *few, *many, *doses, *scores]

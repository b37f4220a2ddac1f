"""Stores that pages have to look well with: very many wells, very long names, nothing that is right."""

from pathlib import Path

from catalog.demo.design import Role, treatment_of
from catalog.demo.fields import Scene
from catalog.demo.formats import OmeZarr05
from catalog.demo.plates import Plan, write_plate
from plates.addresses import PlateShape, WellAddress
from tests import stores
from tests.store_styles import Fault

LONG = 120
LARGE = PlateShape.standard(1536)


def long_name(of: str) -> str:
    """A name of 120 characters in words, and at its end one word without any place to break."""
    words = f"{of} of a very thorough genome-wide screen in triplicate "
    return (words + "x" * LONG)[:LONG]


def write_large(folder: Path) -> Path:
    """A plate of 1536 wells with pixels, four wells for each one of the demo's dose response."""
    write_plate(
        folder,
        Plan(
            name="Primary screen, 1536",
            barcode="PC-001536",
            shape=LARGE,
            wells=tuple(LARGE.address(position) for position in range(LARGE.size)),
            format=OmeZarr05(),
            pixel_um=1.3,
            levels=1,
            seed=1536,
            scene_of=_scene,
        ),
    )
    return folder


def _scene(well: WellAddress, field: int) -> Scene:
    treatment = treatment_of(_small(well))
    density = 0.0 if treatment.role is Role.EMPTY else 0.9 - 0.7 * treatment.strength
    strength = treatment.strength
    return Scene(size=48, nuclear_radius=4.8, density=density, awake=strength, suffering=strength)


def _small(well: WellAddress) -> WellAddress:
    return WellAddress(well.row // 4, well.column // 4)


def map_of_large() -> str:
    """What is in the wells of the large plate."""
    lines = ["Plate,Well,Compound,Concentration (uM),Control type,Cell line,Cell count"]
    for position in range(LARGE.size):
        well = LARGE.address(position)
        given = treatment_of(_small(well))
        role = given.role.value if given.role in {Role.NEGATIVE, Role.POSITIVE} else ""
        count = round(400 - 300 * given.strength + (position * 37) % 41)
        dose = given.dose_um or ""
        lines.append(
            f"PC-001536,{well.label},{given.compound},{dose},{role},U-2 OS,{count}",
        )
    return "\n".join(lines) + "\n"


def write_long(folder: Path) -> Path:
    """A plate whose names are as long as anybody writes them."""
    return stores.plate(
        folder, name=long_name("Plate"), fields=2, chunks=True, channels=[long_name("Channel")] * 2
    )


def map_of_long() -> str:
    """A plate map with long keys and long values, one of them a word that nothing breaks."""
    keys = [long_name(f"Key {number}") for number in range(3)]
    lines = [f"Plate,Well,Compound,Gene,{','.join(keys)}"]
    for row in "ABCDEFGH":
        for column in range(1, 13):
            value = long_name(f"Value {row}")
            lines.append(
                f"{long_name('Plate')},{row}{column},{value},{'G' * LONG},{value},{'y' * LONG},{column}"
            )
    return "\n".join(lines) + "\n"


def write_broken(root: Path) -> list[Path]:
    """Stores of which one is unreadable, one invalid in nearly all, one missing nearly all."""
    unreadable = stores.plate(
        root / "unreadable.zarr", wells=["A/1"], name="U", faults={"": Fault.TRUNCATED}
    )
    wells = [f"{row}/{column}" for row in "ABCD" for column in range(1, 7)]
    everywhere = dict.fromkeys(wells[:12], Fault.WRONG_TYPES)
    fields = {f"{well}/0": Fault.NOT_UTF8 for well in wells[12:]}
    invalid = stores.plate(
        root / "invalid.zarr",
        shape=(4, 6),
        wells=wells,
        name="Nothing of it is right",
        faults=everywhere | fields,
    )
    missing = stores.plate(
        root / "missing.zarr",
        shape=(4, 6),
        wells=wells,
        missing=wells[1:],
        name="Nearly all of it is missing",
    )
    image = stores.image(root / "image.zarr", faults={"0": Fault.EMPTY})
    return [unreadable, invalid, missing, image]

"""The plate maps of the demo, as tables that a person could have made of what stands in each well."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from catalog.demo.design import Role, treatment_of
from catalog.demo.plates import Plan
from catalog.demo.screens import DOSE_RESPONSE, FAULTY, NEGATIVE_COLUMNS, POSITIVE_COLUMNS, SCREEN
from catalog.demo.section import NAME as SECTION
from plates.addresses import PlateShape, WellAddress, row_letters

FOLDER: Final = "plate-maps"
_WATER: Final = "empty well"
_CELLS: Final = ("Homo sapiens", "NCBITaxon", "NCBITaxon_9606", "U-2 OS", "EFO", "EFO_0002869")
_CELL_HEADERS: Final = (
    "Characteristics [Organism]",
    "Term Source 1 REF",
    "Term Source 1 Accession",
    "Characteristics [Cell Line]",
    "Term Source 2 REF",
    "Term Source 2 Accession",
)
_SIRNAS_OF_A_GENE: Final = 4
GENES: Final = [
    "ABL1",
    "AKT1",
    "APAF1",
    "APC",
    "ATM",
    "ATR",
    "AURKA",
    "AURKB",
    "BAK1",
    "BARD1",
    "BAX",
    "BBC3",
    "BCL2",
    "BCL2L1",
    "BRAF",
    "BRCA1",
    "BRCA2",
    "BTG2",
    "BUB1",
    "CASP3",
    "CASP8",
    "CASP9",
    "CCNA2",
    "CCNB1",
    "CCND1",
    "CCNE1",
    "CDC20",
    "CDC25A",
    "CDC25C",
    "CDK1",
    "CDK2",
    "CDK4",
    "CDK6",
    "CDKN1A",
    "CDKN1B",
    "CDKN2A",
    "CHEK1",
    "CHEK2",
    "CREBBP",
    "CUL1",
    "DDB2",
    "E2F1",
    "EP300",
    "FANCD2",
    "FAS",
    "GADD45A",
    "HIPK2",
    "KRAS",
    "MAD2L1",
    "MAPK1",
    "MAPK14",
    "MDM2",
    "MDM4",
    "MLH1",
    "MSH2",
    "MTOR",
    "MYC",
    "NBN",
    "NPM1",
    "PALB2",
    "PARP1",
    "PCNA",
    "PIDD1",
    "PLK1",
    "PMAIP1",
    "PRKDC",
    "PTEN",
    "RAD51",
    "RB1",
    "RPA1",
    "RRM2B",
    "SESN1",
    "SFN",
    "SIRT1",
    "SKP2",
    "TP53",
    "TP53BP1",
    "USP7",
    "WEE1",
    "XPC",
]
"""Eighty genes around p53, each hit by four siRNAs."""


def write_layouts(folder: Path) -> list[Path]:
    """The plate maps of the demo below a folder, written anew; each is one import."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    written = {
        "dose-response-layout.csv": dose_response_rows(),
        "sirna-screen-annotation.csv": screen_rows(),
        "tissue-section-images.csv": section_rows(),
    }
    for name, rows in written.items():
        with (place / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return [place / name for name in written]


def dose_response_rows() -> Iterator[Sequence[str]]:
    """What stands in the wells of both 96-well plates, by barcode, doses with their unit."""
    yield ("Barcode", "Well", "Cell line", "Compound", "Concentration", "Solvent", "Control type")
    for plan in (DOSE_RESPONSE, FAULTY):
        for well in wells_of(plan.shape):
            given = treatment_of(well)
            if given.role is Role.EMPTY:
                yield (plan.barcode, name_of(well), "", "", "", "", _WATER)
                continue
            dose = f"{given.dose_um:g} uM" if given.dose_um else ""
            control = "" if given.role is Role.SAMPLE else given.role.value
            yield (plan.barcode, name_of(well), "U-2 OS", given.compound, dose, "DMSO", control)


def screen_rows() -> Iterator[Sequence[str]]:
    """The screen in the manner of the Image Data Resource."""
    genes = "siRNA Identifier", "Gene Symbol", "Control Type", "Quality Control"
    yield ("Plate", "Well Number", "Well", *_CELL_HEADERS, *genes)
    for number, well in enumerate(wells_of(SCREEN.shape), 1):
        yield (SCREEN.name, str(number), name_of(well), *_CELLS, *sirna_of(SCREEN, well), "pass")


def sirna_of(plan: Plan, well: WellAddress) -> tuple[str, str, str]:
    """The siRNA of a well of the screen, its gene, and what kind of control it is."""
    if well.column in NEGATIVE_COLUMNS:
        return "siNT-1", "", "negative control"
    if well.column in POSITIVE_COLUMNS:
        return "siPLK1-1", "PLK1", "positive control"
    treated = plan.shape.columns - len(NEGATIVE_COLUMNS) - len(POSITIVE_COLUMNS)
    number = well.row * treated + well.column - len(NEGATIVE_COLUMNS)
    gene = GENES[number // _SIRNAS_OF_A_GENE]
    return f"si{gene}-{number % _SIRNAS_OF_A_GENE + 1}", gene, ""


def section_rows() -> Iterator[Sequence[str]]:
    """What the one image that is no plate shows."""
    yield ("Image Name", "Organism", "Organism Part", "Pathology", "Antibody")
    yield (SECTION, "Homo sapiens", "colon", "normal tissue", "anti-CD45|anti-E-cadherin")


def wells_of(shape: PlateShape) -> Iterator[WellAddress]:
    """All wells of a plate, row by row."""
    for row in range(shape.rows):
        for column in range(shape.columns):
            yield WellAddress(row, column)


def name_of(well: WellAddress) -> str:
    """A well as people write it: without a zero before the column."""
    return f"{row_letters(well.row)}{well.column + 1}"

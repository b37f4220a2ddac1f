"""The files of the corpus as people would import them together, and what each table means.

The corpus is not part of the repository: PLATECAT_CORPUS names its folder.
"""

import csv
import gzip
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.formats import Format
from plates.platemaps.tables import Table
from tests.plates.platemaps import handwritten as by_hand
from tests.plates.platemaps.handwritten import Meant
from tests.plates.platemaps.listed import ListedTable, of_rows

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent"))
ABSENT = not CORPUS.is_dir()
REASON = "the corpus is absent: set PLATECAT_CORPUS to its folder"


@dataclass(frozen=True)
class ImportSet:
    """Files that are imported together."""

    name: str
    files: tuple[str, ...]
    format: Format
    meant: Mapping[str, Mapping[str, Meant]]
    """What the columns of a table mean, by the end of its name; others are left aside."""
    extra: tuple[ListedTable, ...] = ()

    def open(self) -> tuple[Table, ...]:
        paths = [CORPUS / file for file in self.files]
        return (*open_tables([SourceFile(path.name, path) for path in paths]), *self.extra)

    def meaning(self, table: str) -> Mapping[str, Meant]:
        return next((meant for end, meant in self.meant.items() if table.endswith(end)), {})


def plain_rows(file: str) -> list[dict[str, str]]:
    """The rows of a table, read as plainly as can be."""
    path = CORPUS / file
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = content.decode()
    separator = "\t" if "\t" in text.partition("\n")[0] else ","
    return list(csv.DictReader(text.splitlines(keepends=True), delimiter=separator))


def _study(study: str, screen: str, meant: Mapping[str, Meant], *kinds: str) -> Iterable[ImportSet]:
    folder = f"annotations/{study}"
    start = f"{folder}/{study}-screen{screen}"
    beside = (f"{start}-plates.tsv", f"{folder}/SOURCE.txt", f"{folder}/{study}-study.txt",
              f"{start}-bulkmap-config.yml")  # fmt: skip
    first, *others = kinds
    form = Format.IDR_ANNOTATION if first == "annotation.csv" else Format.IDR_LIBRARY
    files = (*beside[:2], *(f"{start}-{kind}" for kind in reversed(kinds)), *beside[2:])
    yield ImportSet(study, files, form, {first: meant})
    for kind in others:
        yield ImportSet(f"{study} library", (f"{start}-{kind}",), Format.IDR_LIBRARY, {kind: meant})
    yield ImportSet(f"{study} plates", beside[:1], Format.BARCODES, {"": by_hand.PLATES_TSV})


_TARGET = "platemaps/JUMP-Target/JUMP-Target-"
_DATASETS = "platemaps/jump-datasets/"
_MIHCSME = "platemaps/MIHCSME/"
BARCODES = "platemaps/CPJUMP1/2020_11_04_CPJUMP1/barcode_platemap.csv"
PRODUCTION = "platemaps/jump-production/experiment-metadata.tsv"
COMPOUND_MAP = f"{_TARGET}1_compound_platemap.tsv"
COMPOUND_FACTS = f"{_TARGET}1_compound_metadata.tsv"
ORF_MAP = f"{_TARGET}1_orf_platemap.tsv"
JUMP_ORF = f"{_DATASETS}orf.csv.gz"
JUMP_PLATES = f"{_DATASETS}plate.csv.gz"
JUMP_CONTROLS = f"{_DATASETS}perturbation_control.csv"

_MAPS = {"platemap.tsv": by_hand.TARGET_MAP}
_FACTS = {
    "compound_metadata.tsv": by_hand.COMPOUNDS,
    "crispr_metadata.tsv": by_hand.GUIDES,
    "orf_metadata.tsv": by_hand.ORFS,
}

CPJUMP1 = ImportSet(
    "CPJUMP1",
    (
        f"{_TARGET}1_orf_metadata.tsv",
        f"{_TARGET}1_crispr_platemap.tsv",
        COMPOUND_FACTS,
        BARCODES,
        f"{_TARGET}1_orf_platemap.tsv",
        f"{_TARGET}1_crispr_metadata.tsv",
        "platemaps/CPJUMP1/SOURCE.txt",
        COMPOUND_MAP,
    ),
    Format.JUMP_PLATEMAP,
    {"barcode_platemap.csv": by_hand.BARCODES} | _MAPS | _FACTS,
)
JUMP_PRODUCTION = ImportSet(
    "JUMP production",
    (
        PRODUCTION,
        JUMP_PLATES,
        COMPOUND_MAP,
        COMPOUND_FACTS,
        f"{_TARGET}2_compound_platemap.tsv",
        f"{_TARGET}2_compound_metadata.tsv",
    ),
    Format.JUMP_PLATEMAP,
    {"experiment-metadata.tsv": by_hand.PRODUCTION, "plate.csv.gz": by_hand.JUMP_PLATES}
    | _MAPS
    | _FACTS,
)


def jump_wells() -> ListedTable:
    """The table of wells that the corpus does not have, for some of the ids that it has."""
    sources = plain_rows(f"{_DATASETS}compound_source.csv.gz")
    ids = [row["Metadata_JCP2022"] for row in sources[:60]]
    ids += [row["Metadata_JCP2022"] for row in plain_rows(f"{_DATASETS}crispr.csv.gz")[:60]]
    ids += [row["Metadata_JCP2022"] for row in plain_rows(JUMP_ORF)[:60]]
    ids += [row["Metadata_JCP2022"] for row in plain_rows(JUMP_CONTROLS)]
    plate = plain_rows(JUMP_PLATES)[0]
    rows = [
        (plate["Metadata_Source"], plate["Metadata_Plate"], f"{'ABCDEFGHIJKLMNOP'[n // 24]}{n % 24 + 1:02}", name)
        for n, name in enumerate(ids)
    ]  # fmt: skip
    return of_rows(
        "well.csv.gz",
        ["Metadata_Source", "Metadata_Plate", "Metadata_Well", "Metadata_JCP2022"],
        rows,
    )


def jump_datasets() -> ImportSet:
    names = ("plate.csv.gz", "orf.csv.gz", "crispr.csv.gz", "compound_source.csv.gz",
             "perturbation_control.csv", "microscope_config.csv", "microscope_filter.csv",
             "cellprofiler_version.csv")  # fmt: skip
    return ImportSet(
        "JUMP datasets",
        tuple(f"{_DATASETS}{name}" for name in names),
        Format.JUMP_TABLE,
        {
            "plate.csv.gz": by_hand.JUMP_PLATES,
            "orf.csv.gz": by_hand.JUMP_ORF,
            "crispr.csv.gz": by_hand.JUMP_CRISPR,
            "compound_source.csv.gz": by_hand.JUMP_SOURCES,
            "perturbation_control.csv": by_hand.JUMP_CONTROLS,
            "well.csv.gz": by_hand.JUMP_WELLS,
        },
        (jump_wells(),),
    )


def import_sets() -> list[ImportSet]:
    """Every table under annotations and platemaps, in the company in which it is imported."""
    if ABSENT:
        return []
    return [
        *_study("idr0001", "A", by_hand.IDR0001, "library.txt"),
        *_study("idr0011", "D", by_hand.IDR0011, "annotation.csv", "library.txt"),
        *_study("idr0020", "A", by_hand.IDR0020, "annotation.csv", "library.txt"),
        *_study("idr0028", "A", by_hand.IDR0028, "annotation.csv", "library.txt"),
        *_study("idr0035", "A", by_hand.IDR0035, "annotation.csv", "library.txt"),
        *_study("idr0080", "A", by_hand.IDR0080, "annotation.csv"),
        CPJUMP1,
        JUMP_PRODUCTION,
        jump_datasets(),
        ImportSet("map alone", (ORF_MAP,), Format.JUMP_PLATEMAP, _MAPS),
        ImportSet("barcodes alone", (BARCODES,), Format.JUMP_PLATEMAP, {"": by_hand.BARCODES}),
        ImportSet(
            "MIHCSME empty",
            (f"{_MIHCSME}LEI-MIHCSME.xlsx",),
            Format.MIHCSME,
            {"AssayConditions": by_hand.MIHCSME_EMPTY},
        ),
        ImportSet(
            "MIHCSME filled",
            (f"{_MIHCSME}MIHCSME Template_example.xlsx",),
            Format.MIHCSME,
            {"AssayConditions": by_hand.MIHCSME_FILLED},
        ),
    ]

"""Plates built for the tables of the corpus, and what tables and imports say, counted plainly."""

import csv
import gzip
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from catalog.models import Dataset
from plates.addresses import WellAddress
from plates.models import AnnotationRow, Plate, PlateMap, Well
from plates.queries.annotation import annotation_of
from plates.services.load import load_snapshot
from plates.services.plate_map_files import SentFile
from plates.services.stores import store_at
from tests.catalog.services.mapped import sent
from tests.plates.platemaps.corpus_sets import CORPUS, ImportSet
from tests.plates.platemaps.listed import ListedTable
from tests.plates.services.annotating import plate_snapshot

Spots = set[tuple[str, str]]
"""Wells by the names of their plates and their labels."""
SPELLING = re.compile(r"([A-Z]+)0*([0-9]+)", re.ASCII)


def label(text: str) -> str:
    """A well in one spelling, without our parser."""
    match = SPELLING.fullmatch(text.strip().upper())
    assert match is not None, text
    return f"{match[1]}{int(match[2]):02}"


def files_of(case: ImportSet) -> list[SentFile]:
    """The files of a set, and what the corpus lacks of it written as one."""
    kept = [sent((CORPUS / file).read_bytes(), Path(file).name) for file in case.files]
    return [*kept, *(sent(written(table), table.name) for table in case.extra)]


def written(table: ListedTable) -> bytes:
    """A table as a file, packed if its name says so."""
    text = io.StringIO()
    csv.writer(text).writerows([table.columns, *table.cells])
    content = text.getvalue().encode()
    return gzip.compress(content) if table.name.endswith(".gz") else content


def build_plates(dataset: Dataset, spots: Iterable[tuple[str, str]]) -> None:
    """A store for each plate, which shows the wells that the table speaks of."""
    wells: dict[str, list[WellAddress]] = defaultdict(list)
    for plate, well in spots:
        wells[plate].append(WellAddress.parse(well))
    for plate, addresses in wells.items():
        paths = [f"{address.label[0]}/{address.column + 1}" for address in sorted(set(addresses))]
        store, _ = store_at(f"s3://corpus/{plate}.ome.zarr", scope=dataset.serial)
        load_snapshot(store, plate_snapshot(plate, *paths), layouts={})


def spots_annotated(plate_map: PlateMap) -> Spots:
    """Where an import says anything."""
    told = AnnotationRow.objects.filter(plate_map=plate_map).values_list("carrier", "position")
    known = {
        (carrier, position): (name, label)
        for carrier, position, name, label in Well.objects.values_list(
            "plate__carrier", "position", "plate__name", "label"
        )
    }
    return {known[spot] for spot in told}


def said_of(plate: Plate) -> dict[str, dict[str, list[str]]]:
    """What is said of each well of a plate, by labels and keys."""
    places = dict(plate.wells.values_list("position", "label"))
    said = annotation_of([(plate.carrier_id, position) for position in places])
    return {
        places[position]: {key: [one.value for one in values] for key, values in by_key.items()}
        for (_, position), by_key in said.items()
    }


def rows_by_spot(
    rows: Iterable[Mapping[str, str]], plate: str, well: str
) -> dict[tuple[str, str], int]:
    """How many different rows speak of each well."""
    seen: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for row in rows:
        seen[row[plate], label(row[well])].add(tuple(row.values()))
    return {spot: len(different) for spot, different in seen.items()}

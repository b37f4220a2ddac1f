"""Kept files as tables, and the mapping by which they are understood."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from plates.models import KeyAlias, PlateMap, SavedMapping
from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.detecting import detect
from plates.platemaps.errors import MappingRefused, PlateMapRefused
from plates.platemaps.formats import Format
from plates.platemaps.mapping_documents import mapping_of
from plates.platemaps.mappings import ColumnKind, Mapping
from plates.platemaps.proposing import headers_digest, propose
from plates.platemaps.studies import Study
from plates.platemaps.study_files import read_study
from plates.platemaps.table_heads import TableHead
from plates.platemaps.tables import Table

NO_WELLS = Mapping(Format.STUDY, ())
"""The mapping of a study file alone."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The files of an import, open: their tables, and what they say of the study."""

    tables: tuple[Table, ...]
    study: Study | None

    def mapping_of(self, plate_map: PlateMap) -> Mapping:
        """The mapping that stands; MappingRefused where it does not fit the tables."""
        if plate_map.format == Format.STUDY.value:
            return NO_WELLS
        return mapping_of(plate_map.mapping, self.tables)

    def understood(self, plate_map: PlateMap) -> Mapping:
        """The mapping that a person edited, or else a proposed one.

        PlateMapRefused where the tables cannot be understood, MappingRefused where it does not fit.
        """
        if plate_map.mapping and plate_map.edited:
            return mapping_of(plate_map.mapping, self.tables)
        try:
            recognised = detect(self.tables)
        except PlateMapRefused:
            if self.study is None:
                raise
            return NO_WELLS
        proposed = propose(
            self.tables,
            recognised,
            aliases=dict(KeyAlias.objects.values_list("folded", "key")),
            saved=saved_for(plate_map, self.tables),
        )
        return about_plate(proposed, plate_map.plate_name)


def opened(files: Sequence[SourceFile]) -> Opened:
    """The tables of some files; PlateMapRefused for what is none, is damaged or too large."""
    tables = open_tables(files)
    return Opened(tables, read_study(tables))


def about_plate(mapping: Mapping, plate: str) -> Mapping:
    """The mapping with the plate that a person named, where no column names one."""
    names_plates = any(column.kind is ColumnKind.PLATE for column in mapping.columns)
    if not plate or names_plates:
        return mapping
    return replace(mapping, plate=plate, file_plates={})


def saved_for(plate_map: PlateMap, tables: Sequence[Table]) -> Mapping | None:
    """The mapping that was last applied in the dataset to tables with these headers, if any."""
    digest = headers_digest(tables)
    saved = SavedMapping.objects.filter(headers=digest, scope=plate_map.scope).first()
    if saved is None:
        return None
    heads = [TableHead(one["name"], tuple(one["columns"])) for one in saved.mapping["tables"]]
    try:
        return mapping_of(saved.mapping["document"], heads)
    except MappingRefused:
        # What was legal when it was saved may not be any more; then it is proposed anew.
        return None


def save_mapping(plate_map: PlateMap, tables: Sequence[Table], *, by: str) -> None:
    """Keep a mapping that was applied, to be proposed for the next files with these headers."""
    document = {name: value for name, value in plate_map.mapping.items() if name != "plates"}
    heads = [{"name": table.name, "columns": list(table.columns)} for table in tables]
    SavedMapping.objects.update_or_create(
        headers=headers_digest(tables),
        scope=plate_map.scope,
        defaults={"mapping": {"document": document, "tables": heads}, "saved_by": by},
    )

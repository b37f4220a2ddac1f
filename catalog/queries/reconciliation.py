"""What was expected, what came, what is sound and what is annotated: where the four differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import Final
from uuid import UUID

from catalog.models import Dataset, Holding, Source
from catalog.queries.visible import Viewer
from plates.models import Plate
from plates.queries.reconciled_keys import KeyInPart, LikelyTypo, keys_in_part, likely_typos
from plates.queries.reconciled_plates import (
    ExpectedPlate,
    ReconciledPlate,
    expected_plates,
    reconciled_plates,
)
from plates.queries.reconciled_wells import (
    FewFields,
    WellCounts,
    WellGap,
    few_field_count,
    well_counts,
    wells_in_gap,
    wells_with_few_fields,
)

SHOWN: Final = 100
"""So many lines of a list are told at once; the CSV has all."""


class Gap(StrEnum):
    """In what expectation, pictures and plate maps can differ."""

    NO_STORE = "no_store"
    NOT_NAMED = "not_named"
    NOT_IN_BARCODE_FILE = "not_in_barcode_file"
    NOT_VALID = "not_valid"
    NOT_ANNOTATED = "not_annotated"
    IMAGED_NOT_ANNOTATED = "imaged_not_annotated"
    ANNOTATED_NOT_IMAGED = "annotated_not_imaged"
    UNEXPLAINED = "unexplained"
    SAID_TO_BE_EMPTY = "said_to_be_empty"
    FEWER_FIELDS = "fewer_fields"
    KEY_IN_PART = "key_in_part"
    LIKELY_TYPO = "likely_typo"


MEANINGS: Final = {
    Gap.NO_STORE: "plates that a plate map names, and no store shows",
    Gap.NOT_NAMED: "plates that came, and no plate map names",
    Gap.NOT_IN_BARCODE_FILE: "plates that came, and the barcode file does not name",
    Gap.NOT_VALID: "plates with a store that is not valid",
    Gap.NOT_ANNOTATED: "plates that came, and nothing is said of",
    Gap.IMAGED_NOT_ANNOTATED: "wells with pictures, and nothing is said of",
    Gap.ANNOTATED_NOT_IMAGED: "wells that something is said of, without pictures",
    Gap.UNEXPLAINED: "wells without pictures that no row says to be empty",
    Gap.SAID_TO_BE_EMPTY: "wells of which a row says that there is no image, or no cells",
    Gap.FEWER_FIELDS: "wells with fewer fields than most others of their store",
    Gap.KEY_IN_PART: "keys that only a part of the annotated wells has",
    Gap.LIKELY_TYPO: "values of a key that are likely one",
}
"""What each gap tells a person, in a few words."""


@dataclass(frozen=True, slots=True)
class GapLine:
    """One line of a list; what does not apply is empty."""

    gap: str
    plate_id: UUID | None = None
    plate: str = ""
    well: str = ""
    key: str = ""
    value: str = ""
    number: int | None = None
    of: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Reconciliation:
    """The plates of a dataset, of a source or a single one, compared with what was expected.

    Each figure is one statement over all of them, made when it is asked for.
    """

    scopes: tuple[int, ...]
    plate_serials: tuple[int, ...]
    awaits: bool = True
    """Whether plates that are still waited for belong to it."""

    @cached_property
    def plates(self) -> list[ReconciledPlate]:
        """The plates, by name."""
        return reconciled_plates(list(self.plate_serials))

    @cached_property
    def awaited(self) -> list[ExpectedPlate]:
        """The plates that no store shows, by name."""
        if not self.awaits:
            return []
        lost = [
            ExpectedPlate(plate.title, 0, plate.in_barcode_file)
            for plate in self.plates
            if plate.named and not plate.arrived
        ]
        return [*expected_plates(list(self.scopes)), *lost]

    @cached_property
    def wells(self) -> WellCounts:
        """How many wells there are of each kind."""
        return well_counts(self.plates, self.scopes)

    @cached_property
    def keys(self) -> list[KeyInPart]:
        """The keys that only a part of the annotated wells has."""
        return keys_in_part(self.carriers)

    @cached_property
    def typos(self) -> list[LikelyTypo]:
        """The values of keys that are likely one."""
        return likely_typos(self.carriers)

    @cached_property
    def few_fields(self) -> int:
        """How many wells have fewer fields than most others of their store."""
        return few_field_count(self.plates)

    @property
    def carriers(self) -> list[int]:
        """What the index knows the plates by."""
        return [plate.carrier for plate in self.plates]

    @cached_property
    def has_barcode_file(self) -> bool:
        """Whether a barcode file was applied: without one, nothing is missing in it."""
        of_plates = any(plate.in_barcode_file for plate in self.plates)
        return of_plates or any(plate.in_barcode_file for plate in self.awaited)

    def figures(self) -> dict[str, int]:
        """Plates expected, arrived, valid and annotated; wells imaged and annotated."""
        named = sum(plate.named and plate.arrived for plate in self.plates)
        return {
            "expected": named + len(self.awaited),
            "arrived": sum(plate.arrived for plate in self.plates),
            "valid": sum(plate.valid for plate in self.plates),
            "annotated": sum(plate.annotated for plate in self.plates),
            "wells_imaged": self.wells.imaged,
            "wells_annotated": self.wells.annotated,
        }

    def counts(self) -> dict[Gap, int]:
        """How long each list is."""
        wells = {Gap(gap.value): getattr(self.wells, gap.value) for gap in WellGap}
        plates = {gap: len(self.plates_in(gap)) for gap in _PLATE_GAPS}
        counted = {
            Gap.NO_STORE: len(self.awaited),
            **plates,
            **wells,
            Gap.FEWER_FIELDS: self.few_fields,
            Gap.KEY_IN_PART: len(self.keys),
            Gap.LIKELY_TYPO: len(self.typos),
        }
        return {gap: counted[gap] for gap in Gap}

    def plates_in(self, gap: Gap) -> list[ReconciledPlate]:
        """The plates of a gap that is about plates."""
        if gap is Gap.NOT_IN_BARCODE_FILE and not self.has_barcode_file:
            return []
        return [plate for plate in self.plates if plate.arrived and _PLATE_GAPS[gap](plate)]

    def lines(self, gap: Gap, limit: int | None = None) -> Iterator[GapLine]:
        """The list of a gap, all of it or its beginning."""
        return islice(self._lines(gap, limit), limit)

    def _lines(self, gap: Gap, limit: int | None) -> Iterator[GapLine]:
        if gap in _PLATE_GAPS:
            for plate in self.plates_in(gap):
                yield GapLine(gap.value, plate.id, plate.title)
        elif gap is Gap.NO_STORE:
            yield from map(_awaited_line, self.awaited)
        elif gap is Gap.FEWER_FIELDS:
            yield from map(_few_fields_line, wells_with_few_fields(self.plates, limit))
        elif gap is Gap.KEY_IN_PART:
            yield from map(_key_line, self.keys)
        elif gap is Gap.LIKELY_TYPO:
            yield from _typo_lines(self.typos)
        else:
            for plate, well in wells_in_gap(WellGap(gap.value), self.plates, self.scopes, limit):
                yield GapLine(gap.value, plate.id, plate.title, well)


_PLATE_GAPS: Final = {
    Gap.NOT_NAMED: lambda plate: not plate.named,
    Gap.NOT_IN_BARCODE_FILE: lambda plate: not plate.in_barcode_file,
    Gap.NOT_VALID: lambda plate: not plate.valid,
    Gap.NOT_ANNOTATED: lambda plate: not plate.annotated,
}


def _awaited_line(waited: ExpectedPlate) -> GapLine:
    where = " in a barcode file" if waited.in_barcode_file else ""
    note = f"named{where}; {waited.rows:,} rows wait for it"
    return GapLine(Gap.NO_STORE.value, plate=waited.spelling, number=waited.rows, note=note)


def _few_fields_line(few: FewFields) -> GapLine:
    return GapLine(
        Gap.FEWER_FIELDS.value,
        few.plate.id,
        few.plate.title,
        few.well,
        number=few.fields,
        of=few.usual,
        note=f"in the store {few.store}",
    )


def _key_line(key: KeyInPart) -> GapLine:
    note = f"{key.plates:,} plates have it, {key.plates_in_part:,} of them in some wells only"
    return GapLine(Gap.KEY_IN_PART.value, key=key.key, number=key.wells, of=key.of, note=note)


def _typo_lines(typos: Sequence[LikelyTypo]) -> Iterator[GapLine]:
    for typo in typos:
        first, *others = typo.found.values
        for value, wells in zip(others, typo.wells[1:], strict=True):
            note = f"perhaps {first} ({typo.wells[0]:,} wells): {typo.found.why.value}"
            yield GapLine(Gap.LIKELY_TYPO.value, key=typo.key, value=value, number=wells, note=note)


def of_plate(plate: Plate) -> Reconciliation:
    """The reconciliation of one plate."""
    return Reconciliation((plate.scope,), (plate.serial,), awaits=False)


def of_dataset(dataset: Dataset) -> Reconciliation:
    """The reconciliation of a dataset."""
    rows = Plate.objects.filter(scope=dataset.serial, vanished_at=None).order_by()
    return Reconciliation((dataset.serial,), tuple(rows.values_list("serial", flat=True)))


def of_source(source: Source, viewer: Viewer) -> Reconciliation:
    """The reconciliation of what came from a source, as far as the viewer sees it.

    Plates are waited for in the datasets that its stores belong to, or would.
    """
    held = Holding.objects.filter(source=source).order_by()
    plates = viewer.plates.filter(stores__in=held.values("store"), vanished_at=None).order_by()
    datasets: set[int | None] = {*held.values_list("dataset_id", flat=True).distinct()}
    datasets.add(source.default_dataset_id)
    scopes = tuple(scope for scope in viewer.scopes if scope in datasets)
    return Reconciliation(scopes, tuple(plates.values_list("serial", flat=True).distinct()))

"""Dry runs: what a plate map would do, said row by row, with nothing changed at any well."""

from collections.abc import Iterator

from django.db import transaction

from catalog.services.plate_map_reading import Opened, opened
from catalog.services.plate_map_watch import Watch
from catalog.services.plate_maps import OVER, dataset_of, locked_plate_map
from catalog.services.studies import would_fill
from plates.models import PlateMap, PlateMapRowReport
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.formats import Format
from plates.platemaps.import_remarks import import_remarks, remarks_on_counts
from plates.platemaps.joining import Joined
from plates.platemaps.known_keys import KEYS_BY_NAME
from plates.platemaps.mapping_documents import document_of
from plates.platemaps.mappings import Mapping
from plates.platemaps.table_heads import head_of, heads_told
from plates.platemaps.verdicts import RowVerdict
from plates.services.check_plate_map import check_rows
from plates.services.plate_map_files import files_at_hand
from plates.states import PlateMapState

OUTDATED = {"outdated": True}


def try_plate_map(*, plate_map: PlateMap, watch: Watch) -> PlateMap:
    """The plate map after a dry run: checked, with its report; or PlateMapRefused, kept on it.

    What was applied or undone meanwhile, or edited while this was read, stays as it is.
    """
    before = PlateMap.objects.get(pk=plate_map.pk)
    if before.state in OVER:
        with transaction.atomic():
            watch.ending(OUTDATED)
        return before
    with files_at_hand(before) as files:
        try:
            found = opened(files)
            keep_heads(before, found)
            mapping = found.understood(before)
        except PlateMapRefused as refusal:
            keep_refusal(before, str(refusal))
            raise
        return tried(before, found, mapping, watch)


def tried(before: PlateMap, found: Opened, mapping: Mapping, watch: Watch) -> PlateMap:
    """The plate map once its rows were gone through, by the mapping that is written first."""
    now = keep_mapping(before, found, mapping)
    if now is None:
        with transaction.atomic():
            watch.ending(OUTDATED)
        return PlateMap.objects.get(pk=before.pk)
    try:
        joined = Joined(found.tables, mapping)
        check_rows(
            # A row of its own: it is read anew as the report is written, and this one is compared.
            plate_map=PlateMap.objects.get(pk=now.pk),
            mapping=mapping,
            rows=joined.rows(),
            keys=KEYS_BY_NAME,
            progress=watch.rows(now.row_count),
            stop=watch.stop,
        )
        remarks = import_remarks(found.tables, mapping, joined.report(), plate=before.plate_name)
    except PlateMapRefused as refusal:
        keep_refusal(now, str(refusal))
        raise
    return end_dry_run(now, found, mapping, remarks, watch)


def read_heads(*, plate_map: PlateMap) -> PlateMap:
    """The plate map with the heads of its tables, by which a mapping is edited.

    PlateMapRefused for what are no tables.
    """
    with files_at_hand(plate_map) as files:
        keep_heads(plate_map, opened(files))
    plate_map.refresh_from_db()
    return plate_map


def keep_heads(plate_map: PlateMap, found: Opened) -> None:
    """Keep headers and examples: also of what is refused, so that its mapping can be edited."""
    told = heads_told([head_of(table) for table in found.tables])
    PlateMap.objects.filter(pk=plate_map.pk).update(tables=told)


@transaction.atomic
def keep_mapping(before: PlateMap, found: Opened, mapping: Mapping) -> PlateMap | None:
    """Write the mapping by which rows are gone through; None if another was chosen by now."""
    locked = locked_plate_map(before)
    if is_another(locked, before):
        return None
    locked.format = mapping.format.value
    locked.mapping = document_of(mapping, found.tables) if mapping.columns else {}
    locked.state = PlateMapState.UPLOADED.value
    locked.refusal = ""
    locked.save(update_fields=["format", "mapping", "state", "refusal"])
    return locked


@transaction.atomic
def end_dry_run(
    now: PlateMap, found: Opened, mapping: Mapping, remarks: tuple[str, ...], watch: Watch
) -> PlateMap:
    """Add what is said of the import as a whole and would be filled of the study; end the job.

    If the mapping was edited meanwhile the dry run of that one is still to come.
    """
    locked = locked_plate_map(now)
    if is_another(locked, now):
        if locked.state not in OVER:
            PlateMap.objects.filter(pk=locked.pk).update(state=PlateMapState.UPLOADED.value)
        watch.ending(OUTDATED)
        return PlateMap.objects.get(pk=locked.pk)
    said = [*remarks_of_rows(locked, found, mapping), *remarks]
    locked.report["remarks"] = [sentence.replace("\0", "\ufffd") for sentence in said]
    locked.report["study"] = would_fill(dataset=dataset_of(locked), study=found.study)
    locked.save(update_fields=["report"])
    verdicts = locked.report["verdicts"]
    watch.ending({"rows": locked.row_count, "verdicts": verdicts})
    return locked


def remarks_of_rows(plate_map: PlateMap, found: Opened, mapping: Mapping) -> Iterator[str]:
    """What is said where rows are of no use altogether; nothing of a study file alone."""
    report = plate_map.report
    if plate_map.format == Format.STUDY.value:
        return iter(())
    nameless = sum(not plate["spelling"] for plate in report["plates"])
    unclear = report["verdicts"].get(RowVerdict.AMBIGUOUS_PLATE.value, 0)
    return remarks_on_counts(
        found.tables,
        mapping,
        rows=report["rows"],
        named=report["plates_named"] - nameless,
        found=report["plates_found"] or unclear,
    )


@transaction.atomic
def keep_refusal(before: PlateMap, sentence: str) -> None:
    """Say on a plate map why it cannot be taken, unless it is another one by now."""
    locked = locked_plate_map(before)
    if is_another(locked, before):
        return
    locked.state = PlateMapState.REFUSED.value
    locked.refusal = sentence.replace("\0", "")
    locked.report = {}
    locked.save(update_fields=["state", "refusal", "report"])
    PlateMapRowReport.objects.filter(plate_map=locked).delete()


def is_another(now: PlateMap, before: PlateMap) -> bool:
    """Whether a plate map was applied, undone or edited since it was looked at."""
    return now.state in OVER or now.mapping != before.mapping

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.errors import CatalogError
from catalog.models import Dataset
from catalog.queries.plate_map_told import all_matched, outcome_of, sentences_of
from catalog.services.plate_map_dry_runs import read_heads, try_plate_map
from catalog.services.plate_map_imports import import_plate_map, take_back
from catalog.services.plate_map_uploads import keep_plate_map
from catalog.services.plate_map_watch import Watch
from catalog.services.plate_maps import set_mapping
from plates.models import PlateMap
from plates.platemaps.errors import PlateMapRefused
from plates.queries.tidy_export import export_of_scope
from plates.services.plate_map_files import SentFile
from plates.states import PlateMapState

SOME_NOT, REFUSED = 1, 2
BAR = 24
KNOWN_SHOWN = 20


class Command(BaseCommand):
    """Import a plate map, say what it would do, undo an import, or print what was said."""

    help = (
        "Import a plate map: tables that say what is in which well of the plates of a dataset. "
        "Files that belong together - a barcode file, plate maps, reagents, a study file - are "
        "one import. All of it is applied, or nothing; --dry-run applies nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("files", nargs="*", metavar="FILE", type=Path)
        parser.add_argument("--dataset", metavar="SLUG", help="Whose plates it is about.")
        parser.add_argument(
            "--plate", default="", metavar="NAME", help="The plate, where no column names one."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what it would do.")
        parser.add_argument(
            "--export", metavar="SLUG", help="Print all that was said of a dataset, as CSV."
        )
        parser.add_argument("--undo", metavar="ID", help="Take an import back exactly.")
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="FILE",
            help="What each column becomes, as `mapping` of --format json, edited.",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(
        self,
        *,
        files: list[Path],
        dataset: str | None,
        plate: str,
        dry_run: bool,
        undo: str | None,
        export: str | None,
        mapping: Path | None,
        format: str,  # noqa: A002 - the name of the option
        **_: object,
    ) -> None:
        """Import or undo, and tell what came of it."""
        if export is not None:
            self.export(export)
            return
        try:
            if undo is not None:
                plate_map = take_back(
                    plate_map=plate_map_named(undo, dataset), by=None, watch=Watch()
                )
            else:
                document = document_in(mapping) if mapping else None
                plate_map = self.kept(files, dataset_named(dataset), plate)
                plate_map = self.tried(plate_map, document)
                if not dry_run:
                    plate_map = import_plate_map(plate_map=plate_map, by=None, watch=self.watch())
                    self.show("")
        except (CatalogError, PlateMapRefused) as error:
            self.show("")
            raise CommandError(str(error), returncode=REFUSED) from error
        except OSError as error:
            sentence = f"{error.filename or 'A file'} cannot be read: {error.strerror or error}."
            raise CommandError(sentence, returncode=REFUSED) from error
        self.tell(plate_map, as_json=format == "json", undone=undo is not None)
        if undo is None and not all_matched(plate_map):
            raise SystemExit(SOME_NOT)

    def export(self, slug: str) -> None:
        """Print the plate map of a dataset."""
        try:
            dataset = dataset_named(slug)
        except CatalogError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        for line in export_of_scope(dataset.serial):
            self.stdout.write(line, ending="")

    def kept(self, files: Sequence[Path], dataset: Dataset, plate: str) -> PlateMap:
        """The plate map of some files."""
        if not files:
            raise CatalogError("Name at least one file, or an import to --undo.")
        with ExitStack() as stack:
            sent = [SentFile(file.name, stack.enter_context(file.open("rb"))) for file in files]
            plate_map, _ = keep_plate_map(dataset=dataset, by=None, files=sent, plate=plate)
        return plate_map

    def tried(self, plate_map: PlateMap, document: object | None) -> PlateMap:
        """The plate map after its dry run; what was applied stays as it is."""
        if document is not None:
            plate_map = read_heads(plate_map=plate_map)
            plate_map = set_mapping(plate_map=plate_map, document=document, by=None)
        if plate_map.state == PlateMapState.APPLIED.value:
            return plate_map
        tried = try_plate_map(plate_map=plate_map, watch=self.watch())
        self.show("")
        return tried

    def watch(self) -> Watch:
        """Shows how far the work is, where somebody watches."""
        return Watch(progress=lambda done, total: self.show(progress(done, total)))

    def show(self, line: str) -> None:
        """Replace the line of progress, where somebody watches."""
        if self.stderr.isatty():
            self.stderr.write(f"\r\x1b[2K{line}", ending="")
            self.stderr.flush()

    def tell(self, plate_map: PlateMap, *, as_json: bool, undone: bool) -> None:
        """Print what came of it."""
        if as_json:
            self.stdout.write(json.dumps(outcome_of(plate_map), indent=2))
            return
        if undone:
            self.stdout.write(f"Import {plate_map.id} is undone; nothing else has changed.")
            return
        for line in sentences_of(plate_map):
            self.stdout.write(line)


def dataset_named(slug: str | None) -> Dataset:
    """The dataset of a slug; refused with the slugs there are."""
    found = Dataset.objects.filter(slug=slug).first() if slug else None
    if found is None:
        known = Dataset.objects.order_by("-serial").values_list("slug", flat=True)[:KNOWN_SHOWN]
        asked = f"There is no dataset '{slug}'" if slug else "Say whose plates with --dataset"
        raise CatalogError(f"{asked}. Known are: {', '.join(known) or 'none yet'}.")
    return found


def plate_map_named(told: str, slug: str | None) -> PlateMap:
    """The import with an id, or a beginning of one that is enough."""
    rows = PlateMap.objects.all()
    if slug:
        rows = rows.filter(scope=dataset_named(slug).pk)
    found = [one for one in rows.only("id") if str(one.id).startswith(told.strip().lower())]
    if len(found) != 1 or not told.strip():
        counted = "are several imports" if len(found) > 1 else "is no import"
        raise CatalogError(f"There {counted} whose id begins with '{told[:40]}'.")
    return PlateMap.objects.get(pk=found[0].pk)


def document_in(file: Path) -> Any:  # noqa: ANN401 - whatever JSON says
    """The JSON of a file: a mapping, or all that --format json printed."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"{file} is no JSON: {error}.") from error
    return told["mapping"] if isinstance(told, dict) and "mapping" in told else told


def progress(done: int, total: int) -> str:
    """How far the import is, in one line."""
    if not total or total <= done:
        return f"{done:,} rows"
    filled = BAR * done // total
    return f"{'█' * filled}{'░' * (BAR - filled)} {done:,} of {total:,} rows"

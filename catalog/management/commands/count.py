import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError

from catalog.errors import CatalogError
from catalog.models import Dataset, Source
from catalog.services.count import outcome_of, told
from catalog.services.grounds import Ground, ground_of_dataset, ground_of_source
from catalog.services.inventory_counts import InventoryOutcome, count_by_inventory
from plates.omezarr.errors import InventoryMalformed, StoreError
from plates.omezarr.inventories import Inventory, read_inventory
from plates.services.counts import Counted
from plates.states import Completion

NOT_ALL_WHOLE, REFUSED = 1, 2


class Command(BaseCommand):
    """Count the chunks of all stores of a source or a dataset by an inventory."""

    help = (
        "Count what is there of every store of a source or a dataset by an inventory: a file that "
        "names all objects of the storage, as S3 Inventory or find make it. Nothing is asked of "
        "the storage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument(
            "--inventory",
            required=True,
            type=Path,
            metavar="FILE",
            help="The inventory, or its manifest.json with the files that it names near it.",
        )
        of = parser.add_mutually_exclusive_group(required=True)
        of.add_argument("--source", metavar="NAME", help="All stores of this source.")
        of.add_argument("--dataset", metavar="SLUG", help="All stores of this dataset.")
        parser.add_argument(
            "--listed-as",
            default="",
            metavar="ROOT",
            help="What the root is called in the inventory, if it is called otherwise there.",
        )
        parser.add_argument(
            "--taken-at",
            metavar="TIME",
            help="When it was made, such as 2026-11-25T06:00:00+00:00; else the file's own time.",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(
        self,
        *,
        inventory: Path,
        source: str | None,
        dataset: str | None,
        listed_as: str,
        taken_at: str | None,
        format: str,  # noqa: A002 - the name of the option
        **_: object,
    ) -> None:
        """Count, and tell what is there of each store."""
        stores: list[dict[str, object]] = []

        def tell(url: str, counted: Counted) -> None:
            stores.append({"url": url, **outcome_of(counted)})
            if format == "text":
                self.stdout.write(f"{word_of(counted):8} {url}: {told(counted)}")

        try:
            ground = ground_of(source, dataset)
            moment = moment_of(taken_at, inventory)
            found = read_inventory(
                NearFiles(inventory), inventory.name, root=ground.root, listed_as=listed_as
            )
            outcome = count_by_inventory(ground=ground, inventory=found, taken_at=moment, tell=tell)
        except (CatalogError, StoreError) as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        except OSError as error:
            sentence = f"The inventory cannot be read: {error.strerror or error}."
            raise CommandError(sentence, returncode=REFUSED) from error
        if format == "json":
            self.stdout.write(json.dumps(as_json(stores, outcome, found), indent=2))
        else:
            self.tell_the_rest(outcome, found)
        if outcome.whole < outcome.counted or not outcome.counted:
            raise SystemExit(NOT_ALL_WHOLE)

    def tell_the_rest(self, outcome: InventoryOutcome, inventory: Inventory) -> None:
        """Say what was not counted, and why."""
        for url in outcome.absent:
            self.stdout.write(f"{'unseen':8} {url}: the inventory names no object of it")
        for url in outcome.outdated:
            self.stdout.write(f"{'outdated':8} {url}: it was counted later than this already")
        if inventory.problem_count:
            first = inventory.problems[0]
            self.stdout.write(
                f"{inventory.problem_count:,} rows could not be taken, the first of them row "
                f"{first.row}: {first.sentence}"
            )
        self.stdout.write(f"{outcome.whole:,} of {outcome.counted:,} counted stores are whole.")


def ground_of(source: str | None, dataset: str | None) -> Ground:
    """The stores of the source or the dataset that was named."""
    if source is not None:
        named = Source.objects.filter(name=source).first()
        if named is None:
            names = ", ".join(Source.objects.values_list("name", flat=True)[:20]) or "none yet"
            raise CatalogError(f"There is no source '{source}'. Known are: {names}.")
        return ground_of_source(named)
    found = Dataset.objects.filter(slug=dataset).first()
    if found is None:
        raise CatalogError(f"There is no dataset of the slug '{dataset}'.")
    return ground_of_dataset(found)


def moment_of(told_at: str | None, file: Path) -> datetime:
    """When an inventory was made: as was told, or as the file says."""
    if told_at is None:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    try:
        moment = datetime.fromisoformat(told_at)
    except ValueError as error:
        raise CatalogError(
            f"'{told_at[:64]}' is no time such as 2026-11-25T06:00+00:00."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class NearFiles:
    """Opens an inventory and the files that its manifest names, by their last name, near it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, name: str) -> BinaryIO:
        """One file of the inventory; InventoryMalformed if it is not near the manifest."""
        if name == self._file.name:
            return self._file.open("rb")
        last = name.rpartition("/")[2]
        folder = self._file.parent
        # S3 puts them into a folder `data` beside that of the manifest.
        for near in (folder, folder / "data", folder.parent / "data"):
            if last not in {"", ".", ".."} and (near / last).is_file():
                return (near / last).open("rb")
        raise InventoryMalformed(
            f"The manifest names {name[:200]}, and no file {last[:80]} lies near it, nor in a "
            "folder 'data' there. Download the whole inventory."
        )


def word_of(counted: Counted) -> str:
    """How much of a store is there, in a word."""
    if counted.completeness.is_whole:
        return Completion.WHOLE
    return Completion.ARRIVING if counted.completeness.is_arriving else Completion.LACKING


def as_json(
    stores: list[dict[str, object]], outcome: InventoryOutcome, inventory: Inventory
) -> dict[str, object]:
    """The outcome as JSON."""
    return {
        "stores": stores,
        "counted": outcome.counted,
        "whole": outcome.whole,
        "absent": outcome.absent,
        "outdated": outcome.outdated,
        "objects": inventory.objects,
        "elsewhere": inventory.elsewhere,
        "problems": [{"row": one.row, "message": one.sentence} for one in inventory.problems],
        "problem_count": inventory.problem_count,
    }

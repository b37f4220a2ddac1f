import json
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, transaction

from catalog.errors import CatalogError
from catalog.models import Job, Source
from catalog.queries.harvests import (
    Standing,
    StoreOutcome,
    jobs_of,
    outcomes_of,
    standing_of,
    unseen,
)
from catalog.services.datasets import INBOX, find_or_create_dataset
from catalog.services.harvest_jobs import request_harvests
from plates.omezarr.errors import StoreError

LOOK_S = 0.2
BAR = 24
PATIENCE = 30
HINT_S = 15
HINT = (
    "No worker has taken the job yet. Is one running? `manage.py up` starts one; it goes on from "
    "here whenever one comes.\n"
)
SOME_FAILED, NOTHING_READ = 1, 2


class Command(BaseCommand):
    """Harvest stores, or all stores below a root, into a dataset."""

    help = (
        "Register and harvest OME-Zarr stores. A URL that is no store is a root: every store "
        "below it is harvested. Running it again re-reads and writes only what changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("urls", nargs="+", metavar="URL", help="Folder, http(s) or s3 URL.")
        parser.add_argument("--dataset", default=INBOX, metavar="SLUG", help="Made if need be.")
        parser.add_argument(
            "--public", action="store_true", help="Let a dataset that is made be seen by all."
        )
        parser.add_argument("--source", metavar="NAME", help="Open with this source's options.")
        parser.add_argument("--wait", action="store_true", help="Show progress, then the outcome.")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(
        self,
        *,
        urls: list[str],
        dataset: str,
        public: bool,
        source: str | None,
        wait: bool,
        format: str,  # noqa: A002 - the name of the option
        **_: object,
    ) -> None:
        """Ask for the harvests, and tell what came of them if that was asked for."""
        try:
            roots = [job.pk for job in ask(urls, dataset, public=public, source=source)]
        except (CatalogError, StoreError) as error:
            raise CommandError(str(error), returncode=NOTHING_READ) from error
        if wait:
            self.wait_for(roots)
        outcomes = outcomes_of(jobs_of(roots)) if wait else []
        self.tell(outcomes, roots, as_json=format == "json", waited=wait)
        if wait and (code := exit_code(outcomes)):
            raise SystemExit(code)

    def wait_for(self, roots: Sequence[UUID]) -> None:
        """Show how far the harvests are until they are over."""
        started = time.monotonic()
        hinted = False
        while not (standing := standing_now(roots)).is_over:
            self.show(progress(standing))
            if not hinted and not standing.begun and time.monotonic() - started > HINT_S:
                self.stderr.write(HINT)
                hinted = True
            time.sleep(LOOK_S)
        self.show("")

    def show(self, line: str) -> None:
        """Replace the line of progress, where somebody watches."""
        if self.stderr.isatty():
            self.stderr.write(f"\r\x1b[2K{line}", ending="")
            self.stderr.flush()

    def tell(
        self,
        outcomes: Sequence[StoreOutcome],
        roots: Sequence[UUID],
        *,
        as_json: bool,
        waited: bool,
    ) -> None:
        """Print what came of it."""
        failed = sum(bool(outcome.error) for outcome in outcomes)
        if as_json:
            told = {
                "stores": [asdict(outcome) for outcome in outcomes],
                "failed": failed,
                "jobs": [str(root) for root in roots],
                "unseen": unseen(roots),
            }
            self.stdout.write(json.dumps(told, indent=2))
            return
        if not waited:
            plural = "harvest is" if len(roots) == 1 else "harvests are"
            self.stdout.write(f"{len(roots)} {plural} queued; --wait shows the outcome.")
        for outcome in outcomes:
            self.stdout.write(sentence(outcome))
        for gap in unseen(roots):
            self.stdout.write(f"{'unseen':10} {gap}")


@transaction.atomic
def ask(urls: Sequence[str], slug: str, *, public: bool, source: str | None) -> list[Job]:
    """The jobs for these addresses; the dataset is made if there is none."""
    named = source_named(source) if source else None
    dataset = find_or_create_dataset(slug=slug, by=None, public=public)
    return request_harvests(urls=urls, dataset=dataset, by=None, source=named)


def source_named(name: str) -> Source:
    """The source of a name; refused with the names there are."""
    found = Source.objects.filter(name=name).first()
    if found is None:
        names = ", ".join(Source.objects.values_list("name", flat=True)[:20]) or "none yet"
        raise CatalogError(f"There is no source '{name}'. Known are: {names}.")
    return found


def exit_code(outcomes: Sequence[StoreOutcome]) -> int:
    """0 if all were harvested, 1 if some failed, 2 if nothing could be read."""
    failed = sum(bool(outcome.error) for outcome in outcomes)
    if not outcomes or failed == len(outcomes):
        return NOTHING_READ
    return SOME_FAILED if failed else 0


def standing_now(roots: Sequence[UUID]) -> Standing:
    """How far the harvests are; a database that is away for a moment is asked again."""
    for _ in range(PATIENCE):
        try:
            return standing_of(roots)
        except OperationalError:
            connection.close()
            time.sleep(LOOK_S * 5)
    return standing_of(roots)


def progress(standing: Standing) -> str:
    """How far harvests are, in one line."""
    failed = f", {standing.failed} failed" if standing.failed else ""
    return (
        f"{bar(standing.documents_done, standing.documents_known)} "
        f"{standing.ended} of {standing.jobs} jobs, {standing.documents_done:,} of "
        f"{standing.documents_known:,} documents{failed}"
    )


def bar(done: int, total: int) -> str:
    """A progress bar as text."""
    filled = BAR * done // total if total else 0
    return "█" * filled + "░" * (BAR - filled)


def sentence(outcome: StoreOutcome) -> str:
    """One line about a store."""
    if outcome.error:
        where = "" if outcome.url in outcome.error else f"{outcome.url}: "
        return f"{'failed':10} {where}{outcome.error}"
    what = (
        f"plate {outcome.plate['name']}, {counted(outcome.wells, 'well')}, "
        f"{counted(outcome.fields, 'field')}"
        if outcome.plate
        else counted(outcome.images, "image")
    )
    news = "new or changed" if outcome.changed else "unchanged"
    found = [
        counted(number, noun)
        for number, noun in ((outcome.errors, "error"), (outcome.warnings, "warning"))
        if number
    ]
    return ", ".join(
        (f"{outcome.verdict:10} {outcome.url}: {what}", *found, news, f"{outcome.seconds} s")
    )


def counted(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

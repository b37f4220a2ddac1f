import json
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Final

from django.core.management.base import BaseCommand

from catalog.models import Version
from catalog.services.version_files import VersionFault, faults_of_files

OFF: Final = 1
REFUSED: Final = 2


class Command(BaseCommand):
    """List the published versions, and check that their files are what they were."""

    help = (
        "List the published versions of a dataset, or of all; with --verify read every file again "
        "and compare its digest with the one that was written down."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("dataset", nargs="?", help="The slug of a dataset; all if left out.")
        parser.add_argument("--verify", action="store_true", help="Digest every file again.")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(
        self,
        *,
        dataset: str | None,
        verify: bool,
        format: str,  # noqa: A002 - the name of the option
        **_: object,
    ) -> None:
        """List, and check if asked to."""
        rows = Version.objects.select_related("dataset").order_by("dataset", "number")
        found = list(rows.filter(dataset__slug=dataset) if dataset else rows)
        if dataset and not found:
            self.stderr.write(f"There is no version of a dataset '{dataset}'.")
            raise SystemExit(REFUSED)
        are_off = False
        told = []
        for version in found:
            faults = list(faults_of_files(version)) if verify else []
            are_off = are_off or bool(faults)
            told.append(as_json(version, faults))
            if format == "text":
                self.stdout.write(line_of(version, faults, verify=verify))
        if format == "json":
            self.stdout.write(json.dumps({"versions": told}, indent=2))
        if are_off:
            raise SystemExit(OFF)


def line_of(version: Version, faults: Sequence[VersionFault], *, verify: bool) -> str:
    """A version in a line, and a line for each file that is off."""
    gone = " (withdrawn)" if version.withdrawn_at else ""
    right = ": every file is what it was" if verify and not faults else ""
    head = f"{version.dataset.slug} version {version.number}{gone} {version.digest[:12]}{right}"
    return "\n".join([head, *(f"    {fault.name} {fault.sentence}" for fault in faults)])


def as_json(version: Version, faults: Sequence[VersionFault]) -> dict[str, object]:
    """A version as JSON."""
    return {
        "dataset": version.dataset.slug,
        "number": version.number,
        "digest": version.digest,
        "published_at": version.published_at.isoformat(),
        "withdrawn": version.withdrawn_at is not None,
        "faults": [{"file": fault.name, "what": fault.sentence} for fault in faults],
    }

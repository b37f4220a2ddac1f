import os
import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from django.core.management.base import BaseCommand

from catalog.local.folder import DataFolder
from catalog.local.plan import PROJECT, Plan, manage, up_plan
from catalog.local.refusals import LocalRefusal
from catalog.local.screen import Screen
from catalog.local.up import up

REFUSED = 1


def with_samples(folder: DataFolder, made: Plan) -> Plan:
    """A plan whose sample plates are drawn while all starts, and harvested once all answers."""
    drawn = manage(folder, "demo", "--only-write")
    harvested = manage(folder, "demo", "--url", made.url, keeps_output=True)
    return replace(made, meanwhile=(drawn,), last=(harvested,))


class Command(BaseCommand):
    """Runs all of Platecat on this machine until Ctrl-C."""

    help = "Start Postgres, the broker, a worker and the web on this machine; Ctrl-C stops them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("--demo", action="store_true", help="With sample plates, harvested.")
        parser.add_argument("--port", type=int, default=8000, help="Of the web; 0 is any free one.")
        parser.add_argument("--data", type=Path, metavar="DIR", help="Else PLATECAT_DATA.")
        parser.add_argument("--no-worker", action="store_true", help="Without jobs and clock.")

    def handle(
        self, *, demo: bool, port: int, data: Path | None, no_worker: bool, **_: object
    ) -> None:
        """Run until asked to stop; the exit code is 1 if that was not why it ended."""
        root = data or os.environ.get("PLATECAT_DATA") or PROJECT / ".platecat"
        folder = DataFolder(root)
        screen = Screen(self.show, coloured=self.stdout.isatty())

        def plan() -> Plan:
            made = up_plan(folder, port=port, worker=not no_worker)
            return with_samples(folder, made) if demo else made

        try:
            code = up(folder, plan=plan, say=screen.say, log=screen.log)
        except LocalRefusal as refusal:
            self.stderr.write(str(refusal))
            code = REFUSED
        sys.exit(code)

    def show(self, line: str) -> None:
        """Write a line at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()

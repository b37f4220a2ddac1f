import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from typing import TextIO

from django.core.management.base import BaseCommand

from plates.omezarr.command import INTERRUPTED, SUMMARY, declare, epilog, leave, run


class Command(BaseCommand):
    """Validate a store: `platecat-validate` under another name."""

    help = SUMMARY
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.epilog = epilog()
        parser.formatter_class = RawDescriptionHelpFormatter
        declare(parser)

    def handle(
        self, *, stdout: TextIO | None = None, stderr: TextIO | None = None, **options: object
    ) -> None:
        """Print the report, and end with the exit code that it deserves."""
        wanted = {"no_color": False, "force_color": True}
        code = run(
            Namespace(**options),
            out=stdout or sys.stdout,
            err=stderr or sys.stderr,
            colours=next((colours for name, colours in wanted.items() if options[name]), None),
        )
        if code == INTERRUPTED and getattr(self, "_called_from_command_line", False):
            leave()
        if code:
            raise SystemExit(code)

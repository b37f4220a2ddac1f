#!/usr/bin/env python
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from django.core.management import execute_from_command_line

from catalog.local.at_hand import services_at_hand
from catalog.local.folder import DataFolder
from catalog.local.refusals import LocalRefusal

REFUSED = 2
# The shell's way to say that a signal ended a program.
BY_SIGNAL = 128
HERE = Path(__file__).resolve().parent

# These work without a database; `up` starts its own services.
ALONE = {
    "",
    "--help",
    "--version",
    "-h",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "makemigrations",
    "spectacular",
    "startapp",
    "startproject",
    "test",
    "testserver",
    "up",
    "validate",
    "version",
}
WITH_WORKER = {"demo", "harvest"}
# These are about the tables themselves, so nothing may touch these first.
BEFORE_TABLES = {"migrate", "showmigrations", "sqlmigrate"}


def main(arguments: list[str]) -> int:
    """The exit code of a management command, run with the services that it needs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
    command = arguments[1] if len(arguments) > 1 else ""
    if command in ALONE or {"-h", "--help"} & set(arguments):
        execute_from_command_line(arguments)
        return 0
    data = DataFolder(os.environ.get("PLATECAT_DATA") or HERE / ".platecat")
    # Ended from outside, too, the command stops what was started for it.
    signal.signal(signal.SIGTERM, end)
    try:
        with services_at_hand(
            data, worker=command in WITH_WORKER, migrate=command not in BEFORE_TABLES
        ) as services:
            # A worker that ends with the command would leave undone what was only asked for.
            wait = ["--wait"] if command == "harvest" and services.own_worker else []
            execute_from_command_line([*arguments, *wait])
    except LocalRefusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return REFUSED
    except KeyboardInterrupt:
        return BY_SIGNAL + signal.SIGINT
    return 0


def end(number: int, _: FrameType | None) -> None:
    """End the process in good order."""
    sys.exit(BY_SIGNAL + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv))

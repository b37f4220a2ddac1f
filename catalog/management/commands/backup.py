from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from catalog.backups.archive import BackupRefused
from catalog.backups.making import make_backup, place_for
from catalog.backups.progress import Progress
from catalog.local.refusals import LocalRefusal

NOT_ALL_WHOLE, REFUSED = 1, 2


class Command(BaseCommand):
    """Write a backup of the catalog."""

    help = (
        "Write a backup: the database and the files of published versions, of one moment, in one "
        "file that only its owner may read. Web and workers may go on meanwhile. Exit code 1: made, "
        "but files of versions were not what they had been."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument(
            "target", type=Path, metavar="FILE|FOLDER", help="In a folder it is named by the time."
        )
        parser.add_argument(
            "--with-secret-key", action="store_true", help="SECRET_KEY too: keep such a file well."
        )

    def handle(self, *, target: Path, with_secret_key: bool, **_: object) -> None:
        """Write it, and say where it is; how it goes is told on standard error."""
        progress = Progress("writing", self.stderr.write)
        try:
            place = place_for(target.expanduser().resolve())
            manifest = make_backup(place, with_secret_key=with_secret_key, tell=progress)
        except (BackupRefused, LocalRefusal) as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from refusal
        except OSError as error:
            raise CommandError(
                f"The backup could not be written: {error}.", returncode=REFUSED
            ) from error
        progress.end()
        said = ", ".join(f"{number:,} {name}" for name, number in manifest.counts.items())
        self.stderr.write(f"Of {said}.")
        self.stdout.write(str(place))
        if manifest.faults:
            told = "\n".join(manifest.faults[:20])
            raise CommandError(
                f"The backup is whole, but {len(manifest.faults)} files of versions are not what was "
                f"published:\n{told}\nTake them from an older backup.",
                returncode=NOT_ALL_WHOLE,
            )

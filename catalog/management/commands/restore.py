from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from catalog.backups import contents
from catalog.backups.archive import Backup, BackupRefused
from catalog.backups.progress import Progress
from catalog.backups.restoring import (
    queue_pictures,
    refuse_to_overwrite,
    refuse_unfit,
    refuse_while_in_use,
    restore,
    write_secret_key,
)
from catalog.local.refusals import LocalRefusal

REFUSED = 2
AFTERWARDS = """What to do now:
- Start web, data, workers and beat again. Jobs that ran when the backup was made are taken up.
- Pictures are no part of a backup: they are drawn again as people look at them. {pictures}
- Scan the sources: what came, changed or went since the backup was made is seen then.
- Without the SECRET_KEY of then, everybody signs in anew and signed links count no more."""


class Command(BaseCommand):
    """Put a backup in the place of the catalog."""

    help = (
        "Restore a backup into an empty catalog, all of it or nothing. Web and workers have to be "
        "stopped. Its digests are checked before anything is changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--force", action="store_true", help="In the place of a catalog that is not empty."
        )
        parser.add_argument(
            "--draw", action="store_true", help="Queue the drawing of all stores that had pictures."
        )
        parser.add_argument(
            "--secret-key-to",
            type=Path,
            metavar="PATH",
            help="Write the key of a backup that was made --with-secret-key to this file.",
        )

    def handle(
        self, *, file: Path, force: bool, draw: bool, secret_key_to: Path | None, **_: object
    ) -> None:
        """Check, restore, and say what to do next."""
        try:
            with closing(Backup(file.expanduser())) as backup:
                self.restore(backup, force=force, secret_key_to=secret_key_to)
        except (BackupRefused, LocalRefusal) as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from refusal
        said = ", ".join(f"{number:,} {name}" for name, number in contents.counts().items())
        self.stdout.write(f"Restored: {said}.")
        queued = queue_pictures() if draw else 0
        pictures = (
            f"{queued:,} stores are queued."
            if draw
            else "POST stores/ID/preview/, or the action at the desk, queues them."
        )
        self.stdout.write(AFTERWARDS.format(pictures=pictures))

    def restore(self, backup: Backup, *, force: bool, secret_key_to: Path | None) -> None:
        """Change nothing before all is known to be fit."""
        manifest = backup.manifest
        self.stderr.write(f"Made {manifest.made_at} of Postgres {manifest.postgres}.")
        for fault in manifest.faults:
            self.stderr.write(f"It was made with this fault: {fault}")
        refuse_unfit(backup)
        if not force:
            refuse_to_overwrite()
        checking = Progress("checking", self.stderr.write)
        backup.verify(checking)
        checking.end()
        refuse_while_in_use()
        if secret_key_to is not None:
            write_secret_key(backup, secret_key_to)
        reading = Progress("restoring", self.stderr.write)
        restore(backup, tell=reading)
        reading.end()

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from catalog.errors import CatalogError
from catalog.services.synonyms import load_synonym_files
from plates.platemaps.containers import SourceFile
from plates.platemaps.errors import PlateMapRefused

REFUSED = 2


class Command(BaseCommand):
    """Load other names of the values of a key."""

    help = (
        "Load synonyms of the values of a key, such as gene, compound or cell_line: the tables of "
        "HGNC, NCBI Gene, Cellosaurus and ChEBI as they are published, or two columns, a name and "
        "what it means. What an earlier load of the same table said is replaced."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("key", metavar="KEY")
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)

    def handle(self, *, key: str, files: list[Path], **_: object) -> None:
        """Load, and say how many are new and how many are gone."""
        sources = [SourceFile(file.name, file) for file in files]
        try:
            loaded = load_synonym_files(key=key, files=sources, by=None)
        except (CatalogError, PlateMapRefused) as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        except OSError as error:
            sentence = f"{error.filename or 'A file'} cannot be read: {error.strerror or error}."
            raise CommandError(sentence, returncode=REFUSED) from error
        self.stdout.write(f"{loaded.new:,} names are new, {loaded.gone:,} are gone.")

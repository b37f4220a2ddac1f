"""Other names of values, loaded out of the tables that people have."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from django.contrib.auth.models import User
from django.db import transaction

from catalog.errors import NotUnderstood
from catalog.services.record import record
from plates.models import Key
from plates.platemaps.containers import SourceFile
from plates.platemaps.known_keys import KEYS_BY_NAME, key_of
from plates.platemaps.spelling import folded
from plates.platemaps.synonym_tables import Synonym, read_synonym_file
from plates.services.load_synonyms import LoadedSynonyms, load_synonyms


@transaction.atomic
def load_synonym_files(*, key: str, files: Sequence[SourceFile], by: User | None) -> LoadedSynonyms:
    """Let a key have the synonyms of some files, in place of what these tables said before.

    NotUnderstood for a key that is not known, PlateMapRefused for a file that is no such table.
    """
    row = key_named(key)
    loaded = load_synonyms(row, synonyms_in(files))
    names = [file.name for file in files]
    changes = {"files": (None, names), "synonyms": (loaded.gone, loaded.new)}
    record("load", row, by=by, changes=changes)
    return loaded


def synonyms_in(files: Sequence[SourceFile]) -> Iterator[Synonym]:
    """The synonyms of all files."""
    for file in files:
        yield from read_synonym_file(file)


def key_named(name: str) -> Key:
    """The key of a name, title or spelling; NotUnderstood with what may have been meant."""
    there = Key.objects.filter(folded=folded(name)).first()
    if there is not None:
        return there
    known = key_of(folded(name), {})
    if known is None:
        near = get_close_matches(folded(name), map(folded, KEYS_BY_NAME), n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else " docs/reference/keys.md has all."
        raise NotUnderstood("key", f"There is no key '{name[:80]}'.{hint}")
    made, _ = Key.objects.get_or_create(
        name=known.name,
        defaults={
            "folded": folded(known.name),
            "title": known.title,
            "kind": known.kind.value,
            "family": known.family.value,
        },
    )
    return made

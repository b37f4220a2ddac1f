"""What a study says of itself, apart from its wells: what fills a dataset."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from plates.platemaps.ontologies import curie_of

_DOI: Final = re.compile(
    r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE
)
_ORCID: Final = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StudyTerm:
    """A word of a study, and its ontology id where there is one."""

    text: str
    curie: str = ""


@dataclass(frozen=True, slots=True)
class StudyPerson:
    """Somebody who worked on a study, or answers for it."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    address: str = ""
    orcid: str = ""
    """Without the address of the site, where it is one."""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyPublication:
    """A paper on a study."""

    title: str = ""
    authors: str = ""
    """As the file lists them, in one text."""
    doi: str = ""
    """Without the address of the site, where it is one."""
    pubmed: str = ""
    pmc: str = ""


@dataclass(frozen=True, slots=True)
class StudyField:
    """Anything else that a study says: its key and values as they stand."""

    section: str
    """The group that the file puts it in; empty without one."""
    key: str
    values: tuple[str, ...]
    """Those of parallel columns keep their place: some may be empty."""


@dataclass(frozen=True, slots=True)
class StudyScreen:
    """One screen, experiment or assay of a study."""

    name: str = ""
    description: str = ""
    methods: tuple[StudyTerm, ...] = ()
    """How it was imaged."""
    fields: tuple[StudyField, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """A study, with all that its file says: what has no place of its own is a field."""

    title: str = ""
    description: str = ""
    accession: str = ""
    licence: str = ""
    """Its SPDX identifier; empty if the text does not tell it."""
    licence_text: str = ""
    doi: str = ""
    """Of the data."""
    keywords: tuple[str, ...] = ()
    organisms: tuple[StudyTerm, ...] = ()
    methods: tuple[StudyTerm, ...] = ()
    """Those of all screens, each once."""
    people: tuple[StudyPerson, ...] = ()
    publications: tuple[StudyPublication, ...] = ()
    screens: tuple[StudyScreen, ...] = ()
    fields: tuple[StudyField, ...] = ()


class Said:
    """The fields of a part of a study, taken one by one; what nobody takes is left."""

    def __init__(self, fields: Sequence[StudyField]) -> None:
        self._fields = list(fields)

    def values(self, key: str) -> tuple[str, ...]:
        """What the first field of a key says, in its columns; nothing is taken."""
        return next((one.values for one in self._fields if one.key == key), ())

    def take(self, key: str) -> tuple[str, ...]:
        """What the first field of a key says, in its columns; it is no longer among the rest."""
        for index, one in enumerate(self._fields):
            if one.key == key:
                del self._fields[index]
                return one.values
        return ()

    def text(self, *keys: str) -> str:
        """The text of the first of some keys that says any; several columns stay fields."""
        for key in keys:
            values = self.values(key)
            if len(values) == 1:
                return self.take(key)[0]
        return ""

    def terms(self, key: str, source: str, accession: str) -> tuple[StudyTerm, ...]:
        """The words of a key with the ids beside them.

        Ids that are none stay fields, with the name of their ontology.
        """
        words = self.take(key)
        sources, ids = self.values(source), self.values(accession)
        curies = [
            curie_of(said, ontology=at(sources, index) or at(sources, 0))
            for index, said in enumerate(ids)
        ]
        if all(curie or not said for curie, said in zip(curies, ids, strict=True)):
            if len(ids) <= len(words):
                self.take(accession)
            if len(sources) <= max(len(ids), 1) and ids:
                self.take(source)
        return tuple(StudyTerm(word, at(curies, index)) for index, word in enumerate(words) if word)

    def rest(self) -> tuple[StudyField, ...]:
        """What was not taken, in the order of the file."""
        return tuple(self._fields)


def at(values: Sequence[str], index: int) -> str:
    """The value of a column, empty where a row ends before it."""
    return values[index] if index < len(values) else ""


def bare_doi(text: str) -> str:
    """A DOI without the address of the site that resolves it; any other text as it is."""
    match = _DOI.fullmatch(text)
    return text if match is None else match[1]


def bare_orcid(text: str) -> str:
    """An ORCID without the address of its site; any other text as it is."""
    match = _ORCID.fullmatch(text)
    return text if match is None else match[1].upper()

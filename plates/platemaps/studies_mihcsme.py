"""The sheets of MIHCSME that describe a study: groups of keys with a value each."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from plates.platemaps.ontologies import curie_of
from plates.platemaps.spelling import folded
from plates.platemaps.studies import (
    Said,
    Study,
    StudyField,
    StudyPerson,
    StudyScreen,
    StudyTerm,
    at,
    bare_orcid,
)
from plates.platemaps.tables import Row

SHEET_COLUMNS: Final = ("annotation groups", "key", "value")
"""The first columns of each sheet, folded; then come comments, and help that is no data."""
_ASSAY: Final = "assay"
"""Sheets that begin with it describe a screen."""


def mihcsme_study(sheets: Sequence[tuple[str, Sequence[Row]]]) -> Study:
    """The study that some sheets describe, each with its title."""
    assays = [rows for title, rows in sheets if folded(title).startswith(_ASSAY)]
    others = [rows for title, rows in sheets if not folded(title).startswith(_ASSAY)]
    said = Said([field for rows in others for field in _fields(rows)])
    screens = tuple(screen for rows in assays if (screen := _screen(rows)) != StudyScreen())
    methods = [term for screen in screens for term in screen.methods]
    return Study(
        title=said.text("Study Title", "Investigation Title"),
        description=said.text("Study Description", "Investigation description"),
        keywords=_keywords(said.text("Study Key Words")),
        organisms=tuple(_organisms(said)),
        methods=tuple(dict.fromkeys(methods)),
        people=tuple(_people(said)),
        screens=screens,
        fields=said.rest(),
    )


def _fields(rows: Sequence[Row]) -> Iterator[StudyField]:
    """What a sheet says, the comments of its user after what they comment; help is left out."""
    for row in rows:
        group, key, value, comment = (at(row.cells, index) for index in range(4))
        key = " ".join(key.split())
        if value:
            yield StudyField(group, key, (value,))
        if comment:
            yield StudyField(group, f"{key} (comment)", (comment,))


def _screen(rows: Sequence[Row]) -> StudyScreen:
    said = Said(list(_fields(rows)))
    method = said.text("Assay Technology Type")
    return StudyScreen(
        name=said.text("Assay Title"),
        description=said.text("Assay Description"),
        methods=(StudyTerm(method, curie_of(method)),) if method else (),
        fields=said.rest(),
    )


def _keywords(text: str) -> tuple[str, ...]:
    words = text.strip("[]").replace(";", ",").split(",")
    return tuple(word.strip() for word in words if word.strip())


def _organisms(said: Said) -> Iterator[StudyTerm]:
    taxon = said.text("Biosample Taxon")
    name = said.text("Biosample Organism")
    curie = curie_of(taxon, ontology="NCBITaxon")
    if name or curie:
        yield StudyTerm(name or taxon, curie)
    if taxon and not curie:
        yield StudyTerm(taxon)


def _people(said: Said) -> Iterator[StudyPerson]:
    names = [said.text("First Name"), said.text("Middle Name(s)")]
    owner = StudyPerson(
        first_name=" ".join(filter(None, names)),
        last_name=said.text("Last Name"),
        email=said.text("E-Mail Address"),
        address=said.text("Institute"),
        orcid=bare_orcid(said.text("ORCID investigator")),
    )
    if owner != StudyPerson():
        yield replace(owner, roles=("data owner",))
    while orcid := said.text("ORCID Data Collaborator"):
        yield StudyPerson(orcid=bare_orcid(orcid), roles=("data collaborator",))

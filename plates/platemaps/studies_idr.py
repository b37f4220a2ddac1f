"""The study file of IDR: a key in each row, and values beside it, one in each column."""

from collections.abc import Iterator, Sequence
from typing import Final

from plates.platemaps.licences import spdx_of
from plates.platemaps.studies import (
    Said,
    Study,
    StudyField,
    StudyPerson,
    StudyPublication,
    StudyScreen,
    at,
    bare_doi,
    bare_orcid,
)
from plates.platemaps.tables import Row

_SCREENS: Final = ("Screen Number", "Experiment Number")
"""The keys with which the description of a screen begins."""
_PERSON: Final = (
    "Study Person First Name",
    "Study Person Last Name",
    "Study Person Email",
    "Study Person Address",
    "Study Person ORCID",
    "Study Person Roles",
)
_PUBLICATION: Final = (
    "Study Publication Title",
    "Study Author List",
    "Study DOI",
    "Study PubMed ID",
    "Study PMC ID",
)


def idr_study(rows: Sequence[Row]) -> Study:
    """The study that the rows of a study file describe."""
    parts = _parts(rows)
    said = Said(parts[0])
    screens = tuple(map(_screen, parts[1:]))
    methods = [term for screen in screens for term in screen.methods]
    keywords = tuple(filter(None, said.take("Study Key Words")))
    organisms = said.terms(
        "Study Organism", "Study Organism Term Source REF", "Study Organism Term Accession"
    )
    licence_text = said.text("Study License")
    addresses = said.values("Study License URL")
    return Study(
        title=said.text("Study Title"),
        description=said.text("Study Description"),
        accession=said.text("Comment[IDR Study Accession]"),
        licence=spdx_of(licence_text) or spdx_of(at(addresses, 0)),
        licence_text=licence_text,
        doi=bare_doi(said.text("Study Data DOI")),
        keywords=keywords,
        organisms=organisms,
        methods=tuple(dict.fromkeys(methods)),
        people=tuple(_people(said)),
        publications=tuple(_publications(said)),
        screens=screens,
        fields=said.rest(),
    )


def _parts(rows: Sequence[Row]) -> list[list[StudyField]]:
    """The fields of the study itself, then those of each of its screens."""
    parts: list[list[StudyField]] = [[]]
    for row in rows:
        key, *values = row.cells
        while values and not values[-1]:
            values.pop()
        if key in _SCREENS and values:
            parts.append([])
        if values:
            parts[-1].append(StudyField("", key, tuple(values)))
    return parts


def _screen(fields: Sequence[StudyField]) -> StudyScreen:
    said = Said(fields)
    methods = [
        term
        for kind in ("Screen", "Experiment")
        for term in said.terms(
            f"{kind} Imaging Method",
            f"{kind} Imaging Method Term Source REF",
            f"{kind} Imaging Method Term Accession",
        )
    ]
    return StudyScreen(
        name=said.text("Comment[IDR Screen Name]", "Comment[IDR Experiment Name]"),
        description=said.text("Screen Description", "Experiment Description"),
        methods=tuple(methods),
        fields=said.rest(),
    )


def _side_by_side(said: Said, keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What the rows of some keys say in each column that any of them fills."""
    rows = [said.take(key) for key in keys]
    for index in range(max(map(len, rows))):
        column = tuple(at(row, index) for row in rows)
        if any(column):
            yield column


def _people(said: Said) -> Iterator[StudyPerson]:
    for first, last, email, address, orcid, roles in _side_by_side(said, _PERSON):
        several = tuple(role.strip() for role in roles.split(";") if role.strip())
        yield StudyPerson(first, last, email, address, bare_orcid(orcid), several)


def _publications(said: Said) -> Iterator[StudyPublication]:
    for title, authors, doi, pubmed, pmc in _side_by_side(said, _PUBLICATION):
        yield StudyPublication(title, authors, bare_doi(doi), pubmed, pmc)

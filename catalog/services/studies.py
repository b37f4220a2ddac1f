"""What a study file says of a dataset: it fills what is empty, and undoing empties that again."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models

from catalog.models import Dataset, Person, Publication
from plates.platemaps.studies import Study, StudyPerson, StudyPublication, StudyTerm

Filled = dict[str, Any]
ROWS: Final[Mapping[str, type[Person] | type[Publication]]] = {
    "people": Person,
    "publications": Publication,
}


def would_fill(*, dataset: Dataset, study: Study | None) -> Filled:
    """What a study would fill in of a dataset, by field; nothing that a curator wrote."""
    if study is None:
        return {}
    plain = {name: value for name, value in plain_fields(study) if is_open(dataset, name)}
    rows = {name: told for name, told in rows_told(study) if told and not has_rows(dataset, name)}
    return {name: value for name, value in plain.items() if fits(name, value)} | rows


def plain_fields(study: Study) -> Iterable[tuple[str, Any]]:
    """The fields of the dataset's own row that a study speaks of, cut to what they hold."""
    told = {
        "title": study.title,
        "summary": study.description,
        "licence": study.licence,
        "organisms": curies_of(study.organisms),
        "methods": curies_of(study.methods),
        "keywords": list(study.keywords),
        "doi": study.doi,
    }
    for name, value in told.items():
        if value:
            yield name, shortened(Dataset, name, value)


def rows_told(study: Study) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """The people and publications that a study names; those without a name or title are none."""
    for name, rows in row_fields(study):
        yield name, [row for row in rows if row.get("name") or row.get("title")]


def curies_of(terms: Iterable[StudyTerm]) -> list[str]:
    """The ontology ids of terms, each once."""
    return list(dict.fromkeys(term.curie for term in terms if term.curie))


def row_fields(study: Study) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """The people and publications of a study as rows."""
    yield "people", [person_told(one, number) for number, one in enumerate(study.people)]
    yield "publications", [publication_told(one) for one in study.publications]


def person_told(one: StudyPerson, number: int) -> dict[str, Any]:
    """A person as a row."""
    return row_of(
        Person,
        name=f"{one.first_name} {one.last_name}".strip(),
        role=", ".join(one.roles),
        affiliation=one.address,
        email=one.email,
        orcid=one.orcid,
        order=number,
    )


def publication_told(one: StudyPublication) -> dict[str, Any]:
    """A publication as a row."""
    return row_of(Publication, title=one.title, authors=one.authors, doi=one.doi, pubmed=one.pubmed)


def row_of(table: type[models.Model], **told: Any) -> dict[str, Any]:  # noqa: ANN401 - any column's
    """The columns of a row, cut to what they hold; what a column refuses is left empty.

    All of them are there: by them a row is known again that nobody has changed since.
    """
    cut = {name: shortened(table, name, value) for name, value in told.items()}
    return {
        name: value if value == "" or accepts(table, name, value) else ""
        for name, value in cut.items()
    }


def shortened(table: type[models.Model], name: str, value: Any) -> Any:  # noqa: ANN401 - any column's
    """A text cut to the length of its column."""
    longest = column_of(table, name).max_length
    if not isinstance(value, str):
        return value
    plain = value.replace("\0", "")
    return plain[:longest] if longest else plain


def accepts(table: type[models.Model], name: str, value: Any) -> bool:  # noqa: ANN401 - any column's
    """Whether a column takes a value as it is."""
    try:
        column_of(table, name).clean(value, None)
    except ValidationError:
        return False
    return True


def column_of(table: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """A column of a table."""
    column = table._meta.get_field(name)  # noqa: SLF001 - Django's documented Meta API
    if not isinstance(column, models.Field):
        raise TypeError(f"{name} is no column")
    return column


def fits(name: str, value: Any) -> bool:  # noqa: ANN401 - any column's
    """Whether a field of the dataset takes a value."""
    return accepts(Dataset, name, value)


def is_open(dataset: Dataset, name: str) -> bool:
    """Whether nobody has said a field of a dataset yet; a title that is the slug was never said."""
    value = getattr(dataset, name)
    return value == dataset.slug if name == "title" else not value


def has_rows(dataset: Dataset, name: str) -> bool:
    """Whether a dataset has people or publications already."""
    return bool(getattr(dataset, name).exists())


def fill_dataset(*, dataset: Dataset, study: Study | None) -> Filled:
    """Fill what is empty of a dataset, and say what; called inside the transaction of an import."""
    filled = would_fill(dataset=Dataset.objects.select_for_update().get(pk=dataset.pk), study=study)
    plain = {name: value for name, value in filled.items() if name not in ROWS}
    if plain:
        Dataset.objects.filter(pk=dataset.pk).update(**plain)
    for name, table in ROWS.items():
        for told in filled.get(name, ()):
            table.objects.create(dataset=dataset, **told)
    return filled


def empty_again(*, dataset: Dataset, filled: Mapping[str, Any]) -> list[str]:
    """Empty what an import filled and nobody has changed since; the names of those fields."""
    locked = Dataset.objects.select_for_update().get(pk=dataset.pk)
    emptied = [
        name
        for name, value in filled.items()
        if name not in ROWS and getattr(locked, name) == value
    ]
    for name in emptied:
        setattr(locked, name, locked.slug if name == "title" else type(filled[name])())
    if emptied:
        locked.save(update_fields=[*emptied, "changed_at"])
    for name, table in ROWS.items():
        gone = [
            table.objects.filter(dataset=dataset, **told).delete()[0]
            for told in filled.get(name, ())
        ]
        if any(gone):
            emptied.append(name)
    return emptied

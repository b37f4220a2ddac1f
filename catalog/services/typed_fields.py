"""The fields that people type: which they are, and saving them checked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser, User
from django.db import models

from catalog.errors import NotAllowed
from catalog.models import Dataset, ExternalId, Funding, Person, Publication
from catalog.queries.visible import Viewer
from catalog.services.plate_map_matches import request_matches
from plates.models import Plate


@dataclass(frozen=True, slots=True)
class Typed:
    """A kind of thing with fields that people type."""

    model: type[models.Model]
    key: str
    fields: frozenset[str]


DATASET_FIELDS: Final = frozenset(
    {
        "slug",
        "title",
        "summary",
        "licence",
        "organisms",
        "methods",
        "keywords",
        "doi",
        "visibility",
        "owner",
        "parent",
    }
)
GOVERNED: Final = frozenset({"owner", "visibility"})
"""Fields that say who may see and do what: for who may give and take access."""
TYPED: Final[Mapping[str, Typed]] = {
    "dataset": Typed(Dataset, "id", DATASET_FIELDS),
    "plate": Typed(Plate, "id", frozenset({"name", "barcode", "batch"})),
    "person": Typed(
        Person, "pk", frozenset({"name", "role", "affiliation", "email", "orcid", "order"})
    ),
    "publication": Typed(
        Publication, "pk", frozenset({"title", "authors", "doi", "pubmed", "year"})
    ),
    "funding": Typed(Funding, "pk", frozenset({"funder", "award"})),
    "externalid": Typed(ExternalId, "pk", frozenset({"kind", "value", "url"})),
}


def save_typed(row: models.Model, names: Collection[str]) -> None:
    """Save some fields of a row, checked as if they were typed on its page.

    Django's ValidationError for what a field does not take. A plate with another name or barcode
    gets what waited for it in plate maps.
    """
    columns = {field.name for field in row._meta.concrete_fields}  # noqa: SLF001 - documented API
    row.full_clean(exclude=columns - set(names), validate_constraints=False)
    # Of all columns: what is typed has to go with the rest of the row.
    row.validate_constraints()
    changed = ["changed_at"] if isinstance(row, Dataset) else []
    row.save(update_fields=[*names, *changed])
    if isinstance(row, Plate) and {"name", "barcode"} & set(names):
        request_matches(plate=row)


def refuse_all_but_governors(by: User | AnonymousUser | None, dataset: Dataset) -> None:
    """NotAllowed for a person who may not say who sees a dataset; nobody is the operator's own hand."""
    if by is not None and not Viewer(by).governed.filter(pk=dataset.pk).exists():
        raise NotAllowed("Only its owner and operators say whose a dataset is and who sees it.")

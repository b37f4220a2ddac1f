"""What a person says of plates that a plate map names and that were not found, or not clearly."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from catalog.errors import NotUnderstood
from plates.models import Plate, PlateMap

_SHOWN: Final = 5
_LONGEST: Final = 255


def answered_document(*, plate_map: PlateMap, answers: Mapping[str, str]) -> dict[str, Any]:
    """The mapping's document with the plates that are meant by spellings; empty answers are none.

    A plate is named by its name, barcode or id, several (twins) with semicolons between them.
    NotUnderstood for what names no plate of the dataset, or more than one.
    """
    document: dict[str, Any] = deepcopy(plate_map.mapping)
    said = {
        spelling: plates_named(plate_map, answer) for spelling, answer in answers.items() if answer
    }
    if not said:
        raise NotUnderstood("plates", "Say of at least one spelling which plate it is.")
    document["plates"] = {**(document.get("plates") or {}), **said}
    return document


def plates_named(plate_map: PlateMap, answer: str) -> list[str]:
    """The ids of the plates that an answer names."""
    return [plate_named(plate_map, name.strip()) for name in answer.split(";") if name.strip()]


def plate_named(plate_map: PlateMap, name: str) -> str:
    """The id of the one plate of the dataset with this name, barcode or id."""
    told = name[:_LONGEST].replace("\0", "")
    which = Q(name=told) | Q(barcode=told)
    if (spelt := id_of(told)) is not None:
        which |= Q(id=spelt)
    plates = Plate.objects.filter(which, scope=plate_map.scope, vanished_at=None).order_by("serial")
    found = [str(plate.id) for plate in plates[: _SHOWN + 1]]
    if not found:
        raise NotUnderstood("plates", f"No plate of this dataset is called '{told[:80]}'.")
    if len(found) > 1:
        sentence = (
            f"Several plates are called '{told[:80]}': say the id, one of {', '.join(found)}."
        )
        raise NotUnderstood("plates", sentence)
    return found[0]


def id_of(text: str) -> UUID | None:
    """The id that a text spells, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None

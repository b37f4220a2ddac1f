"""What can be searched: the built-in fields, and the keys of annotation that a viewer may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from catalog.queries.visible import Viewer
from catalog.search.annotation_keys import AnnotationKeys
from catalog.search.fields import FIELDS, Field, FieldKind, field_of
from catalog.search.queries import Anything, Compared, Condition, Operator
from catalog.search.rendering import render
from plates.models import Key
from plates.platemaps.keys import Family, KeyKind
from plates.platemaps.known_keys import KEYS_BY_NAME
from plates.platemaps.units import DIMENSIONS

ANNOTATION: Final = "annotation"
"""What a key speaks of, beside the words of About."""
_KINDS: Final[Mapping[KeyKind, FieldKind]] = {
    KeyKind.TERM: FieldKind.TEXT,
    KeyKind.QUANTITY: FieldKind.NUMBER,
    KeyKind.READOUT: FieldKind.NUMBER,
}
_TREATMENT: Final = "Holds for one and the same treatment as the others of it: "


@dataclass(frozen=True, slots=True)
class SearchableKey:
    """A field of a query, as people choose it."""

    name: str
    title: str
    kind: str
    about: str
    help: str
    unit: str
    """In which numbers are kept; they may be written in others of its dimension."""
    choices: tuple[str, ...]
    example: str


def searchable_keys(viewer: Viewer) -> list[SearchableKey]:
    """All built-in fields, then the keys that anything has which the viewer may see; one statement."""
    keys = AnnotationKeys(viewer.scopes).visible.order_by("name")
    return [*map(_built_in, FIELDS), *_of_annotation(keys)]


def _built_in(field: Field) -> SearchableKey:
    return SearchableKey(
        field.name,
        field.title,
        field.kind.value,
        field.about.value,
        field.help,
        field.unit,
        field.choices,
        field.example,
    )


def _of_annotation(keys: Iterable[Key]) -> Iterable[SearchableKey]:
    shown = [key for key in keys if field_of(key.name) is None]
    treatments = ", ".join(key.name for key in shown if key.family == Family.TREATMENT.value)
    for key in shown:
        kind = KeyKind(key.kind)
        if kind in _KINDS:
            is_treatment = key.family == Family.TREATMENT.value
            yield SearchableKey(
                key.name,
                key.title,
                _KINDS[kind].value,
                ANNOTATION,
                f"{_TREATMENT}{treatments}." if is_treatment else "",
                _unit_of(key.name) if kind is KeyKind.QUANTITY else "",
                (),
                _example(key.name, kind),
            )


def _unit_of(name: str) -> str:
    known = KEYS_BY_NAME.get(name)
    bases = (DIMENSIONS[dimension].base for dimension in (known.dimensions if known else ()))
    return " or ".join(dict.fromkeys(bases))


def _example(name: str, kind: KeyKind) -> str:
    test = Compared(Operator.GREATER, "0") if kind is KeyKind.READOUT else Anything()
    return render(Condition(name, test))

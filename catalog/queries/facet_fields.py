"""Which fields of a query have facets, and how the values of each are counted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.errors import NotUnderstood
from catalog.queries.visible import Viewer
from catalog.search.annotation_keys import AnnotationKeys, KnownKey
from catalog.search.facet_kinds import (
    Facet,
    KeyFacet,
    LayoutFacet,
    PlateFacet,
    ScopeFacet,
    StoreFacet,
)
from catalog.search.fields import Field, FieldKind, field_of
from catalog.search.layout_conditions import COLUMNS, TEXTS, numbers_of
from catalog.search.resolve import fields_like
from plates.models import Layout
from plates.platemaps.keys import KeyKind

MOST_KEYS: Final = 20
MOST_NUMBERS: Final = 2_000
"""Different numbers of a key; of more only the most frequent are looked at."""
USUAL: Final = (
    "dataset", "organism", "cell_line", "control_type", "compound", "gene", "concentration",
    "channel",
)  # fmt: skip
"""The facets of a query that names none, as far as anything visible has them."""
OF_IMAGES: Final = (
    "channel", "dtype", "axes", "label", "table", "levels", "size_z", "size_c", "size_t",
)  # fmt: skip
_COMPLETION: Final = """(CASE WHEN n.store_id IS NULL THEN 'uncounted' WHEN n.is_whole THEN 'whole'
    WHEN n.is_arriving THEN 'arriving' ELSE 'lacking' END)"""
OF_STORES: Final[Mapping[str, tuple[str, str]]] = {
    "version": ("s.version", ""),
    "zarr_format": ("s.zarr_format::text", ""),
    "verdict": ("s.verdict", ""),
    "reach": ("s.reach", ""),
    "completion": (_COMPLETION, "LEFT JOIN plates_count n ON n.store_id = s.serial"),
    "finding": ("r.rule", "JOIN plates_finding r ON r.store_id = s.serial"),
    "acquisition": ("a.name", "JOIN plates_acquisition a ON a.store_id = s.serial"),
}
"""The SQL of a value of the store `s`, and what is joined for it."""
OF_DATASETS: Final = ("dataset", "licence")
BUILT_IN: Final = (*OF_DATASETS, "plate", *OF_IMAGES, *OF_STORES)
"""The fields, other than annotation, that have facets."""


@dataclass(frozen=True, slots=True)
class FacetField:
    """A field whose values are counted."""

    name: str
    title: str
    kind: FieldKind
    facet: Facet | None
    """None for a key that nothing visible has."""
    values: tuple[str, ...] = ()
    """Of images: the texts of its values, by their numbers."""

    @property
    def key(self) -> KeyFacet | None:
        """How its terms are counted, if it is annotation."""
        return self.facet if isinstance(self.facet, KeyFacet) else None


def facet_fields(names: Sequence[str], viewer: Viewer, *, limit: int) -> list[FacetField]:
    """The fields of these names, each once; the usual ones if none is named.

    NotUnderstood for a name that is no field or has no facets.
    """
    annotation = AnnotationKeys(viewer.scopes)
    asked = list(names or USUAL)
    keys = dict(zip(asked, annotation.keys_named(asked), strict=True))
    found: dict[str, FacetField] = {}
    for name in asked:
        field = facet_field(name, keys[name], annotation, number=len(found) + 1, limit=limit)
        if names or field.facet is not None:
            found.setdefault(field.name, field)
    if len(found) > MOST_KEYS:
        raise NotUnderstood("keys", f"Ask for {MOST_KEYS} keys at most.")
    return list(found.values())


def facet_field(
    name: str,
    known: KnownKey | None,
    annotation: AnnotationKeys,
    *,
    number: int,
    limit: int,
) -> FacetField:
    """The field that a name means."""
    built_in = field_of(name)
    if built_in is not None:
        return facet_of_built_in(built_in, number=number, limit=limit)
    if known is None:
        near = fields_like(name, annotation)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise NotUnderstood("keys", f"There is no field {name[:60]!r}.{hint}")
    return facet_of_key(known, number=number, limit=limit)


def facet_of_key(known: KnownKey, *, number: int, limit: int) -> FacetField:
    """The facet of a key of annotation."""
    if known.kind is KeyKind.TEXT:
        raise NotUnderstood(
            "keys", f"{known.name} is shown with each well and not searched: it has no facets."
        )
    if known.kind is KeyKind.READOUT:
        raise NotUnderstood(
            "keys",
            f"{known.name} is a number of nearly every well: it has no facets. Narrow it by a range, "
            f"such as {known.name}:>0.",
        )
    is_number = known.kind is KeyKind.QUANTITY
    facet = None
    if known.serial is not None:
        most = MOST_NUMBERS + 1 if is_number else limit + 1
        facet = KeyFacet(number, known.serial, most, known.is_treatment)
    kind = FieldKind.NUMBER if is_number else FieldKind.TEXT
    return FacetField(known.name, known.title, kind, facet)


def facet_of_built_in(field: Field, *, number: int, limit: int) -> FacetField:
    """The facet of a field that is no annotation."""
    facet: Facet
    values: tuple[str, ...] = ()
    if field.name in OF_DATASETS:
        facet = ScopeFacet(number)
    elif field.name == "plate":
        facet = PlateFacet(number, limit + 1)
    elif field.name in OF_STORES:
        facet = StoreFacet(number, *OF_STORES[field.name])
    elif field.name in OF_IMAGES:
        facet, values = facet_of_images(field.name, number)
    else:
        raise NotUnderstood(
            "keys",
            f"{field.name} has no facets. Those that have, beside annotation: "
            f"{', '.join(BUILT_IN)}.",
        )
    return FacetField(field.name, field.title, field.kind, facet, values)


def facet_of_images(name: str, number: int) -> tuple[LayoutFacet, tuple[str, ...]]:
    """The facet of what layouts have, and the texts of its values, whatever their case."""
    rows = Layout.objects.order_by("pk").values_list("pk", *COLUMNS[name])
    texts_of = texts_of_layouts(name)
    numbers: dict[str, int] = {}
    texts: list[str] = []
    pairs: list[tuple[int, int]] = []
    for pk, *row in rows:
        for text in texts_of(row):
            folded = text.casefold()
            if folded and folded not in numbers:
                numbers[folded] = len(texts)
                texts.append(text)
        pairs += [
            (numbers[text], pk) for text in sorted({*map(str.casefold, texts_of(row))} - {""})
        ]
    return (
        LayoutFacet(number, tuple(value for value, _ in pairs), tuple(pk for _, pk in pairs)),
        tuple(texts),
    )


def texts_of_layouts(name: str) -> Callable[[Sequence[object]], Iterable[str]]:
    """The texts of the values that a row of a layout has."""
    if name in TEXTS:
        return TEXTS[name]
    numbers = numbers_of(name)
    return lambda row: [f"{number:g}" for number in numbers(row)]

"""Conditions on images: which layouts meet them. There are few layouts, thousands at most."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from catalog.search.errors import QueryError
from catalog.search.fields import Field
from catalog.search.queries import Anything, Beginning, Exactly, Spot, Test
from catalog.search.ranges import range_of
from plates.models import Layout

UM: Final = {
    "micrometer": 1e-6, "micrometre": 1e-6, "um": 1e-6, "\u00b5m": 1e-6, "\u03bcm": 1e-6,
    "nanometer": 1e-9, "nanometre": 1e-9, "nm": 1e-9, "millimeter": 1e-3, "millimetre": 1e-3,
    "mm": 1e-3, "meter": 1.0, "metre": 1.0, "m": 1.0, "angstrom": 1e-10, "centimeter": 1e-2,
    "picometer": 1e-12,
}  # fmt: skip
"""Metres in the units of length that OME-Zarr files use."""

COLUMNS: Final = {
    "channel": ("channels",), "label": ("labels",), "table": ("tables",), "axes": ("axes",),
    "dtype": ("dtype",), "levels": ("levels",),
    "pixel_size": ("pixel_size_x", "pixel_size_y", "pixel_unit"),
    **dict.fromkeys(("size_x", "size_y", "size_z", "size_c", "size_t"), ("axes", "shape")),
}  # fmt: skip
"""What of a layout each field looks at."""


def layouts_where(field: Field, test: Test, spot: Spot) -> tuple[int, ...]:
    """The layouts that meet a test of a field; QueryError where the test means nothing."""
    columns = COLUMNS[field.name]
    rows = Layout.objects.order_by("pk").values_list("pk", *columns)
    if field.name in TEXTS:
        texts = TEXTS[field.name]
        meets = text_test(test, spot)
        return tuple(pk for pk, *row in rows if any(map(meets, texts(row))))
    numbers = numbers_of(field.name)
    if isinstance(test, Anything):
        return tuple(pk for pk, *row in rows if numbers(row))
    dimensions = ("length",) if field.unit else ()
    wanted, _ = range_of(test, dimensions=dimensions, unit=field.unit, spot=spot)
    return tuple(pk for pk, *row in rows if any(number in wanted for number in numbers(row)))


def numbers_of(name: str) -> Callable[[Sequence[object]], list[float]]:
    """What tells the numbers of a field from a layout's columns."""
    return NUMBERS.get(name) or size_along(name.removeprefix("size_"))


def text_test(test: Test, spot: Spot) -> Callable[[str], bool]:
    """Whether a text meets a test, whatever its case."""
    if isinstance(test, Anything):
        return bool
    if isinstance(test, Exactly):
        wanted = test.text.casefold()
        return lambda text: text.casefold() == wanted
    if isinstance(test, Beginning):
        start = test.text.casefold()
        return lambda text: text.casefold().startswith(start)
    raise QueryError("A text is expected here, or its beginning with a * after it.", spot)


def names_in(entries: object, key: str) -> list[str]:
    """The texts under a key of a list of objects."""
    if not isinstance(entries, list):
        return []
    return [str(entry.get(key) or "") for entry in entries if isinstance(entry, dict)]


def size_along(axis: str) -> Callable[[Sequence[object]], list[float]]:
    """The size along an axis; 1 where there is no such axis."""

    def size(row: Sequence[object]) -> list[float]:
        axes, shape = row
        named = dict(
            zip(map(str.lower, names_in(axes, "name")), shape, strict=False)  # type: ignore[call-overload]
        )
        return [float(named.get(axis, 1))]

    return size


def pixel_sizes(row: Sequence[object]) -> list[float]:
    """Pixel sizes along x and y in metres, as far as their unit is known."""
    x, y, unit = row
    scale = UM.get(str(unit).casefold())
    if scale is None:
        return []
    return [size * scale for size in (x, y) if isinstance(size, float)]


TEXTS: Final[Mapping[str, Callable[[Sequence[object]], list[str]]]] = {
    "channel": lambda row: names_in(row[0], "label"),
    "label": lambda row: list(map(str, row[0])) if isinstance(row[0], list) else [],
    "table": lambda row: names_in(row[0], "name"),
    "axes": lambda row: ["".join(names_in(row[0], "name"))],
    "dtype": lambda row: [str(row[0])],
}
NUMBERS: Final[Mapping[str, Callable[[Sequence[object]], list[float]]]] = {
    "levels": lambda row: [float(str(row[0]))],
    "pixel_size": pixel_sizes,
}

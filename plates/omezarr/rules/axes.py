"""Rules about the axes of an image: their names, types, order and units."""

from collections.abc import Iterator
from typing import Final

from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of, text_of
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.rules.units import UNITS, right_name
from plates.omezarr.seen_images import AxesSeen

axes: Final = RuleBook[AxesSeen]()

_ORDER_OF_NAMES: Final = "tczyx"
_TYPE_OF_NAME: Final = {"x": "space", "y": "space", "z": "space", "t": "time", "c": "channel"}
_PLACE_OF_TYPE: Final = {"time": 0, "channel": 1, "custom": 1, "space": 2}
_ARRAY: Final = "array"
_SPACE_AXES: Final = (2, 3)


# 0.4: "The values MUST be unique across all "name" fields." 0.3 asks the same of its bare names.
@axes.rule("IMG-AXES-UNIQUE", section="axes-md", levels={"0.3": ERROR})
def axis_names_are_unique(seen: AxesSeen) -> Iterator[Fault]:
    """No two axes of an image have the same name."""
    known: set[str] = set()
    for number, (axis, name) in enumerate(zip(list_of(seen.axes), seen.names(), strict=True)):
        if name is None:
            continue
        if name in known:
            pointer = pointer_of(number, "name") if isinstance(axis, dict) else pointer_of(number)
            yield Fault(
                pointer,
                f"Another axis before this one is called {shown(name)} too.",
                expected="a name of its own",
                found=shown(name),
            )
        known.add(name)


# 0.4: "The "axes" MUST contain 2 or 3 entries of "type:space"". 0.6 also allows "only entries of
# type `array`".
@axes.rule("IMG-AXES-SPACE", section="multiscale-md", levels={"0.4": ERROR})
def two_or_three_axes_are_of_space(seen: AxesSeen) -> Iterator[Fault]:
    """An image has two or three axes of type space."""
    described = _described(seen)
    if not described or _is_array_system(described):
        return
    count = sum([axis.get("type") == "space" for _, axis in described])
    if count in _SPACE_AXES:
        return
    yield Fault(
        "",
        f"The number of axes of type space is {count}.{_untyped(described)}",
        expected="2 or 3 axes of type space",
        found=str(count),
    )


def _untyped(described: list[tuple[int, JsonObject]]) -> str:
    """A sentence about the axes that look like space but do not say so; empty if there are none."""
    silent = [
        shown(axis.get("name"))
        for _, axis in described
        if axis.get("type") != "space" and _type_of(axis) == "space"
    ]
    return f' Not marked with "type": "space": {", ".join(silent[:5])}.' if silent else ""


# 0.4: "the entries MUST be ordered by "type" where the "time" axis must come first (if present),
# followed by the "channel" or custom axis (if present) and the axes of type "space"."
@axes.rule("IMG-AXES-ORDER", section="multiscale-md", levels={"0.4": ERROR})
def time_comes_before_channel_before_space(seen: AxesSeen) -> Iterator[Fault]:
    """The time axis comes first, then the channel or custom axis, then the axes of space."""
    furthest = 0
    for number, axis in seen.described():
        kind = _type_of(axis)
        place = _PLACE_OF_TYPE[kind]
        if place < furthest:
            yield Fault(
                pointer_of(number),
                f"The {kind} axis {shown(axis.get('name'))} comes too late in the list.",
                expected="time, then channel or custom, then space",
                found=_types(seen.described()),
            )
            return
        furthest = place


# 0.4: "MAY contain one additional entry of "type:time" and MAY contain one additional entry of
# "type:channel" or a null / custom type."
@axes.rule("IMG-AXES-ONE", section="multiscale-md", levels={"0.4": ERROR})
def there_is_one_time_and_one_channel_axis_at_most(seen: AxesSeen) -> Iterator[Fault]:
    """At most one axis is of type time, and at most one is a channel or of a custom type."""
    described = seen.described()
    if _is_array_system(described):
        return
    met: set[int] = set()
    for number, axis in described:
        kind = _type_of(axis)
        place = _PLACE_OF_TYPE[kind]
        if kind != "space" and place in met:
            allowed = "time axis" if kind == "time" else "channel or custom axis"
            yield Fault(
                pointer_of(number),
                f"The axis {shown(axis.get('name'))} is one {allowed} too many.",
                expected=f"at most one {allowed}",
                found=_types(described),
            )
        met.add(place)


# 0.4: "If there are three spatial axes where two correspond to the image plane ("yx") and images
# are stacked along the other (anisotropic) axis ("z"), the spatial axes SHOULD be ordered as "zyx"."
@axes.rule("IMG-AXES-ZYX", section="multiscale-md", levels={"0.4": WARNING}, force=Force.SHOULD)
def axes_of_space_are_ordered_zyx(seen: AxesSeen) -> Iterator[Fault]:
    """Three axes of space called z, y and x come in this order."""
    placed = [
        (number, (text_of(axis.get("name")) or "").lower())
        for number, axis in seen.described()
        if _type_of(axis) == "space"
    ]
    names = [name for _, name in placed]
    if names != ["z", "y", "x"] and sorted(names) == ["x", "y", "z"]:
        yield Fault(
            pointer_of(placed[0][0]),
            f"The axes of space are ordered {''.join(names)}.",
            expected="zyx",
            found="".join(names),
        )


# 0.3, image-layout: "All image arrays must be up to 5-dimensional with dimension order
# (t, c, z, y, x)." Its axes are these bare letters, each at most once.
@axes.rule("IMG-AXES-V03", section="multiscale-md", levels={"0.3": ERROR, "0.4": None})
def axes_are_letters_in_order(seen: AxesSeen) -> Iterator[Fault]:
    """The axes are the letters t, c, z, y and x or some of them, in this order."""
    furthest = 0
    for number, axis in enumerate(list_of(seen.axes)):
        place = _place_of_letter(axis)
        if place is None:
            yield Fault(
                pointer_of(number),
                f"The axis {shown(axis)} is none of the letters t, c, z, y and x.",
                expected='"t", "c", "z", "y" or "x"',
                found=shown(axis),
            )
        elif place < furthest:
            yield Fault(
                pointer_of(number),
                f"The axis {shown(axis)} comes too late in the list.",
                expected="some of t, c, z, y, x in this order",
                found=shown(seen.axes),
            )
            return
        else:
            furthest = place


def _place_of_letter(axis: JsonValue) -> int | None:
    if not isinstance(axis, str) or len(axis) != 1:
        return None
    place = _ORDER_OF_NAMES.find(axis)
    return place if place >= 0 else None


# 0.4: "SHOULD contain the field "unit" to specify the physical unit of this dimension. The value
# SHOULD be one of the following strings, which are valid units according to UDUNITS-2."
@axes.rule("IMG-UNIT", section="axes-md", levels={"0.4": WARNING}, force=Force.SHOULD)
def units_are_those_of_the_specification(seen: AxesSeen) -> Iterator[Fault]:
    """The unit of an axis of space or time is one that the specification names for it."""
    for number, axis in seen.described():
        if "unit" not in axis:
            if "units" in axis:
                yield Fault(
                    pointer_of(number, "units"),
                    "The key `units` is misspelt: readers look for `unit`.",
                    expected="unit",
                    found="units",
                )
            continue
        kind, unit = _type_of(axis), axis["unit"]
        known = UNITS.get(kind)
        if known is None or (isinstance(unit, str) and unit in known):
            continue
        yield Fault(
            pointer_of(number, "unit"),
            _about_unit(kind, unit),
            expected=_expected_unit(kind, unit),
            found=shown(unit),
        )


def _about_unit(kind: str, unit: JsonValue) -> str:
    if not isinstance(unit, str):
        return f"The unit of a {kind} axis has to be text; without a unit, leave the key out."
    if any(unit in units for units in UNITS.values()):
        return f"The unit {shown(unit)} is none of {kind}."
    name = right_name(unit)
    if name:
        return f"The unit {shown(unit)} has to be spelt {name}."
    return f"The specification does not know the unit {shown(unit)}."


def _expected_unit(kind: str, unit: JsonValue) -> str:
    name = right_name(unit) if isinstance(unit, str) else ""
    if name in UNITS[kind]:
        return name
    return f"a unit of {kind} such as {'micrometer' if kind == 'space' else 'second'}"


def _described(seen: AxesSeen) -> list[tuple[int, JsonObject]]:
    """The axes if all of them are objects, else none."""
    described = seen.described()
    return described if len(described) == len(list_of(seen.axes)) else []


def _is_array_system(described: list[tuple[int, JsonObject]]) -> bool:
    """Whether these are the bare dimensions of an array, as 0.6 allows them."""
    return all(axis.get("type") == _ARRAY for _, axis in described)


def _type_of(axis: JsonObject) -> str:
    """`space`, `time`, `channel` or `custom`: as written, whatever the case, or by the name.

    That the type is not written as it should be is for other rules to say.
    """
    kind = axis.get("type")
    if not isinstance(kind, str):
        return _TYPE_OF_NAME.get((text_of(axis.get("name")) or "").lower(), "custom")
    return kind.lower() if kind.lower() in _PLACE_OF_TYPE else "custom"


def _types(described: list[tuple[int, JsonObject]]) -> str:
    return shown([_type_of(axis) for _, axis in described])

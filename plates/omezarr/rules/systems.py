"""Rules about coordinate systems and the transformations between them, new in 0.6."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of, object_of
from plates.omezarr.rules.rule import ERROR, RuleBook
from plates.omezarr.seen_images import MultiscaleSeen

systems: Final = RuleBook[MultiscaleSeen]()

_Steps: TypeAlias = tuple[str | int, ...]
_TRANSFORMS: Final = "coordinateTransformations"
_SYSTEMS: Final = "coordinateSystems"
_ENDS: Final = ("input", "output")
_OF_LABELS: Final = ("identity", "scale", "translation", "sequence")


# 0.6: "The value of `input` MUST equal the value of `path`", and the "`output` coordinate system
# MUST be the same for every dataset in a single multiscales".
@systems.rule("IMG-CS-06", section="multiscales-md", levels={"0.6": ERROR})
def levels_lie_in_one_coordinate_system(seen: MultiscaleSeen) -> Iterator[Fault]:
    """The transformation of each level leads from its own array to one system, shared by all."""
    names = _names(seen)
    shared: str | None = None
    for steps, dataset, transform in _of_levels(seen):
        path, origin = dataset.get("path"), object_of(transform.get("input")).get("path")
        if isinstance(path, str) and isinstance(origin, str) and origin != path:
            yield Fault(
                pointer_of(*steps, "input", "path"),
                f"The input of this level is {shown(origin)}, but its path is {shown(path)}.",
                expected=shown(path),
                found=shown(origin),
            )
        name = _name_at(transform, "output")
        if name is None:
            continue
        if shared is None:
            shared = name
            if name not in names:
                yield _about_unknown((*steps, "output", "name"), name)
        elif name != shared:
            yield Fault(
                pointer_of(*steps, "output", "name"),
                f"This level is placed in {shown(name)}, but the first one in {shown(shared)}.",
                expected=shown(shared),
                found=shown(name),
            )


# 0.6: "The value MUST be a non-empty string that is unique among all entries under
# `coordinateSystems`." And the name of a transformation "MUST be unique across all `name` fields
# for all coordinate transformations in the same list".
@systems.rule("IMG-CS-06-NAME", section="coordinate-systems-md", levels={"0.6": ERROR})
def names_of_systems_are_unique(seen: MultiscaleSeen) -> Iterator[Fault]:
    """No two coordinate systems of an image have the same name, and no two transformations."""
    for key, kind in ((_SYSTEMS, "coordinate system"), (_TRANSFORMS, "transformation")):
        known: set[str] = set()
        for number, member in enumerate(list_of(seen.multiscale.get(key))):
            name = object_of(member).get("name")
            if not isinstance(name, str):
                continue
            if name in known:
                yield Fault(
                    pointer_of(key, number, "name"),
                    f"Another {kind} before this one is called {shown(name)} too.",
                    expected="a name of its own",
                    found=shown(name),
                )
            known.add(name)


# 0.6: "The graph MUST be fully connected in the sense that any two coordinate systems in the
# metadata MUST be connected by a sequence of edges represented by coordinate transformations."
@systems.rule("IMG-CS-06-GRAPH", section="coord-trafo-md", levels={"0.6": ERROR})
def systems_are_connected(seen: MultiscaleSeen) -> Iterator[Fault]:
    """Transformations connect every coordinate system of an image with that of its levels."""
    names, transforms = _names(seen), _of_image(seen)
    if len(names) <= 1 and not transforms:
        return
    intrinsic = _intrinsic(seen)
    neighbours: dict[str, set[str]] = {name: set() for name in names}
    for number, transform in transforms:
        ends = [(end, _own_name(transform, end)) for end in _ENDS]
        for end, name in ends:
            if name is not None and name not in names:
                yield _about_unknown((_TRANSFORMS, number, end, "name"), name)
        here, there = ends[0][1], ends[1][1]
        if here in neighbours and there in neighbours:
            neighbours[here].add(there)
            neighbours[there].add(here)
    if intrinsic in neighbours:
        reached = _reached(neighbours, intrinsic)
        yield from _about_unreached(seen, reached, intrinsic)


def _reached(neighbours: dict[str, set[str]], start: str) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        new = neighbours[waiting.pop()] - reached
        reached |= new
        waiting.extend(new)
    return reached


def _about_unreached(seen: MultiscaleSeen, reached: set[str], intrinsic: str) -> Iterator[Fault]:
    for number, system in enumerate(list_of(seen.multiscale.get(_SYSTEMS))):
        name = object_of(system).get("name")
        if isinstance(name, str) and name not in reached:
            yield Fault(
                pointer_of(_SYSTEMS, number),
                f"No transformation connects {shown(name)} with {shown(intrinsic)}, where the "
                "levels lie.",
                expected=f"a transformation between {shown(intrinsic)} and {shown(name)}",
                found="none",
            )


# 0.6: "One of `input` or `output` MUST reference the "intrinsic" coordinate system by `name`".
@systems.rule("IMG-CS-06-INTRINSIC", section="multiscales-md", levels={"0.6": ERROR})
def transformations_start_or_end_with_the_levels(seen: MultiscaleSeen) -> Iterator[Fault]:
    """A transformation of the image leads from or to the system in which its levels lie."""
    intrinsic = _intrinsic(seen)
    if intrinsic is None:
        return
    for number, transform in _of_image(seen):
        named = [_name_at(transform, end) for end in _ENDS]
        if None in named or intrinsic in [_own_name(transform, end) for end in _ENDS]:
            continue
        yield Fault(
            pointer_of(_TRANSFORMS, number),
            f"Neither end of this transformation is {shown(intrinsic)}, where the levels lie.",
            expected=f"{shown(intrinsic)} as input or output",
            found=shown(named),
        )


# 0.6: "A sequence transformation containing one scale and one translation transformation"; of a
# "scale followed by a translation".
@systems.rule("IMG-CS-06-SEQUENCE", section="multiscales-md", levels={"0.6": ERROR})
def sequences_of_levels_are_scale_then_translation(seen: MultiscaleSeen) -> Iterator[Fault]:
    """A sequence that places a level is one scale, and one translation after it."""
    for steps, _, transform in _of_levels(seen):
        members = transform.get("transformations")
        if transform.get("type") != "sequence" or not isinstance(members, list):
            continue
        kinds = [object_of(member).get("type") for member in members]
        # Another number or other types are for the structure of the document to say.
        if kinds in (["translation", "scale"], ["scale", "scale"], ["translation", "translation"]):
            yield Fault(
                pointer_of(*steps, "transformations"),
                "The sequence that places a level has to be a scale, then a translation.",
                expected=shown(["scale", "translation"]),
                found=shown(kinds),
            )


# 0.6, of a coordinate system in a child labels group: "In this case, the used transformation MUST
# be one of `identity`, `scale` or `translation`"; later also a sequence of the two.
@systems.rule("IMG-CS-06-LABEL", section="multiscales-md", levels={"0.6": ERROR})
def labels_are_placed_simply(seen: MultiscaleSeen) -> Iterator[Fault]:
    """Between an image and its label lies an identity, a scale, a translation, or both of these."""
    for number, transform in _of_image(seen):
        if not any(object_of(transform.get(end)).get("path") for end in _ENDS):
            continue
        kinds = [transform.get("type")]
        if kinds == ["sequence"]:
            members = list_of(transform.get("transformations"))
            kinds += [object_of(member).get("type") for member in members]
        if all(kind in _OF_LABELS for kind in kinds):
            continue
        yield Fault(
            pointer_of(_TRANSFORMS, number, "type"),
            "A transformation between an image and its label has to be simpler than this one.",
            expected="identity, scale, translation, or a sequence of a scale and a translation",
            found=shown(kinds),
        )


def _of_levels(seen: MultiscaleSeen) -> Iterator[tuple[_Steps, JsonObject, JsonObject]]:
    for number, dataset in seen.datasets():
        for place, transform in enumerate(list_of(dataset.get(_TRANSFORMS))):
            if isinstance(transform, dict):
                yield ("datasets", number, _TRANSFORMS, place), dataset, transform


def _of_image(seen: MultiscaleSeen) -> list[tuple[int, JsonObject]]:
    transforms = list_of(seen.multiscale.get(_TRANSFORMS))
    return [
        (number, transform)
        for number, transform in enumerate(transforms)
        if isinstance(transform, dict)
    ]


def _names(seen: MultiscaleSeen) -> set[str]:
    named = [object_of(system).get("name") for system in list_of(seen.multiscale.get(_SYSTEMS))]
    return {name for name in named if isinstance(name, str)}


def _intrinsic(seen: MultiscaleSeen) -> str | None:
    """The name of the system in which the first level is placed."""
    for _, _, transform in _of_levels(seen):
        name = _name_at(transform, "output")
        if name is not None:
            return name
    return None


def _name_at(transform: JsonObject, end: str) -> str | None:
    name: JsonValue = object_of(transform.get(end)).get("name")
    return name if isinstance(name, str) else None


def _own_name(transform: JsonObject, end: str) -> str | None:
    """The name of the system at an end, if it is one of this image and not of a label."""
    return None if object_of(transform.get(end)).get("path") else _name_at(transform, end)


def _about_unknown(steps: _Steps, name: str) -> Fault:
    return Fault(
        pointer_of(*steps),
        f"No coordinate system of this image is called {shown(name)}.",
        expected="a name under `coordinateSystems`",
        found=shown(name),
    )

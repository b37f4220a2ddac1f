"""Rules about the document of an image: the transformations that place its levels."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from plates.omezarr.addressing import safe_path
from plates.omezarr.errors import PathEscapesStore
from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonObject, JsonValue
from plates.omezarr.rules.rule import ERROR, RuleBook
from plates.omezarr.seen_images import MultiscaleSeen

multiscales: Final = RuleBook[MultiscaleSeen]()

_Steps: TypeAlias = tuple[str | int, ...]
_TRANSFORMS: Final = "coordinateTransformations"
_USUAL: Final = ["scale", "translation"]


# 0.4: "They MUST contain exactly one `scale` transformation [...] It MAY contain exactly one
# `translation` [...] If `translation` is given it MUST be listed after `scale`".
# That there is one scale and nothing of other types is for the structure of the document to say.
@multiscales.rule("IMG-SCALE-ONE", section="multiscale-md", levels={"0.4": ERROR, "0.6": None})
def one_translation_follows_the_scale(seen: MultiscaleSeen) -> Iterator[Fault]:
    """A list of transformations holds one scale, and after it at most one translation."""
    for steps, transforms in _transform_lists(seen.multiscale):
        if len(transforms) <= 1:
            continue
        kinds = [member.get("type") if isinstance(member, dict) else None for member in transforms]
        if kinds != _USUAL:
            yield from _about_order(steps, kinds)


def _about_order(steps: _Steps, kinds: list[JsonValue]) -> Iterator[Fault]:
    if "scale" not in kinds:
        return
    scale = kinds.index("scale")
    translated = False
    for number, kind in enumerate(kinds):
        if kind != "translation":
            continue
        if translated or number < scale:
            wrong = "is one translation too many" if translated else "comes before the scale"
            yield Fault(
                pointer_of(*steps, number),
                f"This translation {wrong}.",
                expected="a scale, then at most one translation",
                found=shown(kinds),
            )
        translated = True


# 0.4: "The length of the `scale` and `translation` array MUST be the same as the length of
# "axes"." 0.6: it "MUST equal" the dimensionality of input and output.
@multiscales.rule("IMG-SCALE-LEN", section="multiscale-md", levels={"0.4": ERROR})
def transformations_have_a_number_for_each_axis(seen: MultiscaleSeen) -> Iterator[Fault]:
    """A scale or translation has as many numbers as the image has axes."""
    dimensions = seen.dimensions
    if not dimensions:
        return
    for steps, transforms in _transform_lists(seen.multiscale):
        for number, transform in enumerate(transforms):
            if not isinstance(transform, dict):
                continue
            kind = transform.get("type")
            if kind == "sequence":
                yield from _about_sequence((*steps, number), transform, dimensions)
            elif kind == "scale" or kind == "translation":  # noqa: PLR1714 - it may be a list
                vector = transform.get(kind)
                if isinstance(vector, list) and len(vector) != dimensions:
                    yield from _about_length((*steps, number, kind), vector, dimensions)


def _about_sequence(steps: _Steps, sequence: JsonObject, dimensions: int) -> Iterator[Fault]:
    members = sequence.get("transformations")
    if not isinstance(members, list):
        return
    for number, transform in enumerate(members):
        for kind in ("scale", "translation"):
            vector = transform.get(kind) if isinstance(transform, dict) else None
            if isinstance(vector, list) and len(vector) != dimensions:
                place = (*steps, "transformations", number, kind)
                yield from _about_length(place, vector, dimensions)


def _about_length(steps: _Steps, vector: list[JsonValue], dimensions: int) -> Iterator[Fault]:
    if not all(type(member) in (int, float) for member in vector):
        return  # the structure of the document is wrong already
    yield Fault(
        pointer_of(*steps),
        f"The {steps[-1]} has {len(vector)} numbers, but the image has {dimensions} axes.",
        expected=f"{dimensions} numbers",
        found=shown(vector),
    )


# 0.4, trafo-md: "stored either as a list of floats (`scale`) or as binary data at a location in
# this container (`path`)".
@multiscales.rule(
    "IMG-TRAFO-PATH",
    section="trafo-md",
    levels={"0.4": ERROR, "0.6": None},
    missing=True,
)
def transformations_lead_to_arrays(seen: MultiscaleSeen) -> Iterator[Fault]:
    """The path of a transformation leads to an array in the store."""
    for steps, path in _named_paths(seen.multiscale):
        followed = _followed(path)
        if followed is None:
            yield Fault(
                pointer_of(*steps),
                f"The path {shown(path)} of this transformation can lead to no array of the store.",
                expected="the path of an array",
                found=shown(path),
            )
        elif followed in seen.vanished:
            yield Fault(
                pointer_of(*steps),
                f"There is no array at {shown(path)}, where this transformation looks for it.",
                expected="an array",
                found="none",
                node=followed,
            )


def arrays_of_transformations(multiscale: JsonObject) -> list[str]:
    """The paths below the image where its transformations keep their numbers; few have any."""
    followed = [_followed(path) for _, path in _named_paths(multiscale)]
    return [path for path in followed if path is not None]


def _named_paths(multiscale: JsonObject) -> Iterator[tuple[_Steps, JsonValue]]:
    for steps, transforms in _transform_lists(multiscale):
        for number, transform in enumerate(transforms):
            if isinstance(transform, dict) and "path" in transform:
                yield (*steps, number, "path"), transform["path"]


def _followed(path: JsonValue) -> str | None:
    try:
        return safe_path(path) if isinstance(path, str) else None
    except PathEscapesStore:
        return None


def _transform_lists(multiscale: JsonObject) -> Iterator[tuple[_Steps, list[JsonValue]]]:
    """The lists of transformations: of each level, and of the image as a whole."""
    datasets = multiscale.get("datasets")
    if isinstance(datasets, list):
        for number, dataset in enumerate(datasets):
            transforms = dataset.get(_TRANSFORMS) if isinstance(dataset, dict) else None
            if isinstance(transforms, list):
                yield ("datasets", number, _TRANSFORMS), transforms
    transforms = multiscale.get(_TRANSFORMS)
    if isinstance(transforms, list):
        yield (_TRANSFORMS,), transforms

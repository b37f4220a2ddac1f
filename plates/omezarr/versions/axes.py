"""Where a member of `multiscales` says what its axes are."""

from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of, object_of, text_of


def fixed_axes(multiscale: JsonObject) -> JsonValue:
    """T c z y x, always: 0.1 and 0.2 know images of five dimensions only.

    Some images that call themselves so have other axes and say which; they are believed.
    """
    return multiscale.get("axes") or ["t", "c", "z", "y", "x"]


def listed_axes(multiscale: JsonObject) -> JsonValue:
    """The list `axes`: names in 0.3, objects in 0.4 and 0.5."""
    return multiscale.get("axes")


def intrinsic_axes(multiscale: JsonObject) -> JsonValue:
    """The axes of the coordinate system that the levels are placed in. 0.6, multiscale-md."""
    systems = [object_of(system) for system in list_of(multiscale.get("coordinateSystems"))]
    if not systems:
        return multiscale.get("axes")
    wanted = _intrinsic_name(multiscale)
    named = [system for system in systems if text_of(system.get("name")) == wanted]
    return (named or systems)[0].get("axes")


def _intrinsic_name(multiscale: JsonObject) -> str | None:
    datasets = list_of(multiscale.get("datasets"))
    transforms = list_of(
        object_of(datasets[0]).get("coordinateTransformations") if datasets else None
    )
    output = object_of(transforms[0]).get("output") if transforms else None
    # Drafts of 0.6 named the system by a bare text.
    return text_of(output if isinstance(output, str) else object_of(output).get("name"))

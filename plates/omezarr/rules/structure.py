"""Rules that the structure of a document keeps or breaks: what the official schemas demand.

They are asked by the shapes of `plates.omezarr.structure`; here they get their level and sentence.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final

from plates.omezarr.findings import Fault, Level
from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.rules.rule import ERROR, WARNING, Force, Rule


def _asked_by_shapes(_: JsonObject) -> Iterable[Fault]:
    return ()


def _rule(
    force: Force, level: Level, rule_id: str, section: str, since: str, sentence: str
) -> Rule[JsonObject]:
    return Rule(
        id=rule_id,
        sentence=sentence,
        sections={"0.1": section},
        force=force,
        levels={since: level},
        missing=False,
        forgivable=False,
        needs_listing=False,
        needs_objects=False,
        check=_asked_by_shapes,
    )


_demand: Final = partial(_rule, Force.MUST, ERROR)
_advice: Final = partial(_rule, Force.SHOULD, WARNING)

STRUCTURE: Final = (
    _demand(
        "HCS-PLATE-STRUCTURE",
        "plate-md",
        "0.1",
        "The metadata `plate` has the keys it needs, and each key has a value of its type.",
    ),
    _demand(
        "HCS-WELL-STRUCTURE",
        "well-md",
        "0.1",
        "The metadata `well` has the keys it needs, and each key has a value of its type.",
    ),
    _demand(
        "HCS-NAME-ALNUM",
        "plate-md",
        "0.4",
        "The names of rows and columns consist of letters and digits.",
    ),
    _demand(
        "HCS-FIELD-NAME",
        "well-md",
        "0.1",
        "The path of a field consists of letters and digits; from 0.6 on of `.`, `_`, `-` too.",
    ),
    _advice(
        "HCS-META-SHOULD",
        "plate-md",
        "0.4",
        "Plate and acquisitions have a name, acquisitions a number of fields, documents a version.",
    ),
    _demand(
        "IMG-STRUCTURE",
        "multiscale-md",
        "0.1",
        "The metadata `multiscales` has the keys it needs, each with a value of its type.",
    ),
    _advice(
        "IMG-META-SHOULD",
        "multiscale-md",
        "0.1",
        "An image says its name, the type of its downscaling, and how it was done.",
    ),
    _demand(
        "LBL-STRUCTURE",
        "label-md",
        "0.4",
        "The metadata `image-label` has the keys it needs, each with a value of its type.",
    ),
    _advice("LBL-META-SHOULD", "label-md", "0.4", "A label has colors."),
    _demand(
        "BF2RAW-STRUCTURE",
        "bf2raw",
        "0.4",
        "The metadata of a bioformats2raw collection has values of the right types.",
    ),
    _demand(
        "SCENE-STRUCTURE",
        "scene-md",
        "0.6",
        "The metadata `scene` has the keys it needs, each with a value of its type.",
    ),
)

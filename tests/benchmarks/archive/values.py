"""Keys and values of the archive, as rows of their tables."""

from collections.abc import Iterator
from hashlib import md5, sha256
from typing import Final

from plates.models import Key
from plates.platemaps.keys import Family, KeyKind
from plates.platemaps.spelling import folded
from tests.benchmarks.archive.plan import DOSE, KEYS, SCORE, TERM_KEYS, TREATMENT, Plan, key_number

TERM_COLUMNS: Final = ("serial", "key_id", "text", "folded", "digest", "curie", "number", "unit")
UNIT: Final = "mol/L"
_CONTROLS: Final = ("treated", "negative control", "positive control", "no treatment")
_QUALITY: Final = ("pass", "fail")
_WORDS: Final = ("kinase", "inhibitor", "receptor", "ligand", "channel", "oxidase", "agonist")


def keys() -> Iterator[Key]:
    """The keys, numbered from 1."""
    for number, name in enumerate(KEYS, 1):
        kind = {DOSE: KeyKind.QUANTITY, SCORE: KeyKind.READOUT}.get(name, KeyKind.TERM)
        family = Family.TREATMENT if name in TREATMENT else Family.NONE
        yield Key(
            serial=number,
            name=name,
            folded=folded(name),
            title=name.replace("_", " ").capitalize(),
            kind=kind.value,
            family=family.value,
        )


def term_rows(plan: Plan) -> Iterator[tuple[object, ...]]:
    """The terms of all keys, numbered from 1."""
    serial = 0
    for key in TERM_KEYS:
        for number in range(plan.sizes[key]):
            serial += 1
            text = value_text(key, number)
            dose = dose_of(number) if key == DOSE else None
            unit = UNIT if key == DOSE else ""
            digest = md5(text.encode(), usedforsecurity=False).digest()
            yield serial, key_number(key), text, folded(text)[:200], digest, "", dose, unit


def value_text(key: str, number: int) -> str:
    """How the n-th value of a key reads."""
    if key == DOSE:
        return f"{dose_of(number) * 1e6:.4g} uM"
    if key == "control_type":
        return _CONTROLS[number % len(_CONTROLS)]
    if key == "quality_control":
        return _QUALITY[number % len(_QUALITY)]
    letters = sha256(f"{key}{number}".encode()).hexdigest()[:5]
    name = f"{key[:4]}-{letters}{number}"
    if key in {"moa", "pathway", "protein"}:
        return f"{name} {_WORDS[number % len(_WORDS)]}"
    return name


def dose_of(number: int) -> float:
    """The n-th dose, in mol/L: steps of the root of three from 1 nM on."""
    return float(f"{1e-9 * 3 ** (number / 2):.4g}")

"""What a header says of its column, before any cell of it is seen."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from plates.platemaps.keys import Key, KeyKind
from plates.platemaps.known_keys import KEYS_BY_NAME, key_of, named_after
from plates.platemaps.spelling import folded
from plates.platemaps.units import MASS_PER_VOLUME, MOLAR, TIME, meant_but_for_case, unit_of

NO_ALIASES: Mapping[str, str] = {}
NO_KEY = Key(name="", title="")


class HeaderRole(StrEnum):
    """What a column is for, by its header."""

    PLATE = "plate"
    WELL = "well"
    ROW = "row"
    COLUMN = "column"
    WELL_NUMBER = "well number"
    IMAGE = "image"
    CURIE = "ontology id"
    ONTOLOGY = "ontology"
    UNIT = "unit"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class HeaderReading:
    """A header, understood."""

    role: HeaderRole
    key: Key = NO_KEY
    """Of a KEY what its values are values of: a known key, else one named after the header.
    Of a CURIE, ONTOLOGY or UNIT the key that its header names (`phenotype` of `Phenotype 1 Term
    Accession`), NO_KEY where it names none: then it speaks of the column before it."""
    known: bool = True
    """Whether the key is one of the registry or of an alias."""
    group: int = 0
    """The number in the header: 2 of `Compound 2 Concentration`; of `Term Source 2 REF` it only
    ties the REF to its Accession. 0 without a number."""
    part: str = ""
    """`a` of `Phenotype 1 Term Accession a`."""
    unit: str = ""
    """As the header writes it: `microMolar` of `Concentration (microMolar)`."""


ROLE_SPELLINGS: Mapping[HeaderRole, tuple[str, ...]] = {
    HeaderRole.PLATE: (
        "plate", "plate name", "plate id", "plate barcode", "assay plate barcode", "barcode",
        "assay plate", "assay plate name", "assay plate id", "plate identifier", "plate label",
        "destination plate", "destination plate name", "destination plate barcode", "dest plate",
        "dest plate name", "dest plate barcode", "platte", "plattenname", "plattenbarcode",
    ),
    HeaderRole.WELL: (
        "well", "well name", "well position", "well id", "well label", "well address",
        "well location", "well coordinate", "destination well", "dest well", "well identifier",
        "vertiefung",
    ),
    HeaderRole.ROW: ("row", "well row", "row name", "row letter", "plate row", "zeile", "reihe"),
    HeaderRole.COLUMN: (
        "column", "col", "well column", "well col", "column name", "plate column", "spalte",
    ),
    HeaderRole.WELL_NUMBER: ("well number", "well no", "well nr", "well num"),
    HeaderRole.IMAGE: (
        "image", "image name", "image path", "image file", "file name", "filename", "image url",
        "image id", "file path", "image filename",
    ),
}  # fmt: skip
"""Headers of columns that name wells and images rather than say anything of them."""

_ROLES = {
    spelling.replace(" ", ""): role
    for role, spellings in ROLE_SPELLINGS.items()
    for spelling in spellings
}

_LONGEST = 255
_WRAPPED = re.compile(
    r"(characteristics|experimental condition|factor value|comment|parameter value)"
    r"\s*\[\s*([^\[\]]+?)\s*\]",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"(?:image_)?metadata_", re.IGNORECASE)
_BRACKETS = re.compile(r"([^()\[\]]*[^()\[\]\s])\s*[(\[]([^()\[\]]*)[)\]]")
_BETWEEN = re.compile(r"[\s_,]+")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_NUMBER = re.compile(r"\b([1-9][0-9]?)\b", re.ASCII)
_PART = re.compile(r"(.+) ([a-d])")
_TERM_SOURCE = re.compile(r"term source (?:(ref)|accession(?: number)?)")
_CURIE = re.compile(
    r"(.+) (?:term (?:source )?accession(?: number)?|term id|ontology (?:term )?(?:id|accession)|curie)"
)
_ONTOLOGY = re.compile(r"(.+) (?:term source(?: ref)?|term ref|ontology(?: name)?)")
_UNIT = re.compile(r"(?:(.+?) ?)?(?:units?|uom)(?: of (.+))?")
_SUBJECTS = ("compound ", "drug ", "treatment ", "reagent ")
_SHORTEST_UNIT = 2
_SURE_IN_ANY_CASE = 4


def read_header(text: str, aliases: Mapping[str, str] = NO_ALIASES) -> HeaderReading:
    """What a header says; one that nobody knows is a key of its own.

    `aliases` are an institute's own spellings: folded spelling -> canonical name of a key.
    """
    text = " ".join(text[:_LONGEST].split())
    own = key_of(folded(text), aliases) if folded(text) in aliases else None
    if own is not None:
        return HeaderReading(HeaderRole.KEY, own)
    wrapped = _WRAPPED.fullmatch(text)
    inner = wrapped[2] if wrapped else _PREFIX.sub("", text, count=1)
    reading = (None if wrapped else _role(inner)) or _key(inner, aliases)
    if reading is None and wrapped and folded(wrapped[1]) == "comment":
        return HeaderReading(HeaderRole.KEY, KEYS_BY_NAME["comment"])
    return reading or _unknown(inner or text)


def _role(text: str) -> HeaderReading | None:
    role = _ROLES.get(folded(text).replace(" ", ""))
    return None if role is None else HeaderReading(role)


def _key(text: str, aliases: Mapping[str, str]) -> HeaderReading | None:
    """A header that means a known key, or speaks of one; in the order of their certainty."""
    return (
        _numbered(text, aliases)
        or _neighbour(text, aliases)
        or _with_unit(text, aliases)
        or _lettered(text, aliases)
        or _without_brackets(text, aliases)
        or _unit_alone(text)
    )


def _numbered(text: str, aliases: Mapping[str, str]) -> HeaderReading | None:
    """`Gene Symbol`, `Compound 2 PubChem CID`, `Phenotype 1`, `Drug2`."""
    whole = _plain_key(folded(text), aliases)
    if whole is not None:
        return HeaderReading(HeaderRole.KEY, whole)
    words, group = _without_number(text)
    key = _plain_key(words, aliases)
    return None if key is None else HeaderReading(HeaderRole.KEY, key, group=group)


def _lettered(text: str, aliases: Mapping[str, str]) -> HeaderReading | None:
    """`Phenotype 1 Term Name a`."""
    match = _PART.fullmatch(text)
    reading = None if match is None else _numbered(match[1], aliases)
    return None if match is None or reading is None else replace(reading, part=match[2])


def _plain_key(words: str, aliases: Mapping[str, str]) -> Key | None:
    """The key that folded words mean, also where they begin with whose it is."""
    key = key_of(words, aliases)
    for subject in _SUBJECTS:
        if key is None and words.startswith(subject):
            key = key_of(words.removeprefix(subject), aliases)
    return key


def _without_number(text: str) -> tuple[str, int]:
    """The folded words of a header without its number, and that; 0 if there is not just one."""
    words = folded(_WORDS.sub(" ", text))
    numbers = _NUMBER.findall(words)
    if len(numbers) != 1:
        return words, 0
    return " ".join(_NUMBER.sub(" ", words).split()), int(numbers[0])


def _with_unit(text: str, aliases: Mapping[str, str]) -> HeaderReading | None:
    """`Concentration (microMolar)`, `Dose [uM]`, `Time_h`, `Dose in uM`, `conc_mg_per_ml`."""
    for head, tail in _splits(text):
        reading = _numbered(head, aliases)
        if reading is not None and reading.key.kind is KeyKind.QUANTITY:
            unit = _unit_for(reading.key, tail)
            if unit:
                return replace(reading, unit=unit)
    return None


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """A header as what comes before its unit, and that: in brackets, or its last words."""
    bracketed = _BRACKETS.fullmatch(text)
    if bracketed is not None:
        yield bracketed[1], bracketed[2].strip()
    words = [word for word in _BETWEEN.split(text) if word]
    for end in range(len(words) - 1, max(0, len(words) - 5), -1):
        yield " ".join(words[:end]), " ".join(words[end:]).removeprefix("in ")


def _unit_for(key: Key, written: str) -> str:
    """A unit in a header as a cell of the key may have it; empty if it is none that fits."""
    unit = unit_of(written, key.dimensions)
    if unit is not None and (not key.dimensions or unit.dimension.name in key.dimensions):
        return written
    meant = meant_but_for_case(written, key.dimensions)
    return "" if meant is None else meant.symbol


def _without_brackets(text: str, aliases: Mapping[str, str]) -> HeaderReading | None:
    """`Compound MOA (from Ljosa et al, 2013)`."""
    match = _BRACKETS.fullmatch(text)
    return None if match is None else _numbered(match[1], aliases)


def _unit_alone(text: str) -> HeaderReading | None:
    """`mmoles_per_liter`, `mg_per_ml`, `uM`, `hours`."""
    unit = unit_of(text)
    if unit is None or not (unit.symbol == text or len(text) >= _SURE_IN_ANY_CASE):
        return None
    if unit.dimension in {MOLAR, MASS_PER_VOLUME} and len(text) >= _SHORTEST_UNIT:
        return HeaderReading(HeaderRole.KEY, KEYS_BY_NAME["concentration"], unit=text)
    if unit.dimension == TIME and text.casefold() in {"hours", "minutes"}:
        return HeaderReading(HeaderRole.KEY, KEYS_BY_NAME["duration"], unit=text)
    return None


def _neighbour(text: str, aliases: Mapping[str, str]) -> HeaderReading | None:
    """A header of a column that speaks of another: its ontology, id or unit."""
    words, group = _without_number(text)
    source = _TERM_SOURCE.fullmatch(words)
    if source is not None:
        role = HeaderRole.ONTOLOGY if source[1] else HeaderRole.CURIE
        return HeaderReading(role, group=group)
    lettered = _PART.fullmatch(words)
    words, part = lettered.groups() if lettered else (words, "")
    for role, pattern in ((HeaderRole.CURIE, _CURIE), (HeaderRole.ONTOLOGY, _ONTOLOGY)):
        match = pattern.fullmatch(words)
        if match is not None:
            key = _plain_key(match[1], aliases) or NO_KEY
            return HeaderReading(role, key, group=group, part=part)
    return _unit_column(words, group, aliases)


def _unit_column(words: str, group: int, aliases: Mapping[str, str]) -> HeaderReading | None:
    match = _UNIT.fullmatch(words)
    if match is None:
        return None
    named = match[1] or match[2]
    if not named:
        return HeaderReading(HeaderRole.UNIT, group=group)
    key = _plain_key(named, aliases)
    if key is None or key.kind is not KeyKind.QUANTITY:
        return None
    return HeaderReading(HeaderRole.UNIT, key, group=group)


def _unknown(text: str) -> HeaderReading:
    """A key of its own, a quantity where the header has a unit: `Doxycycline (ng/mL)`."""
    key = named_after(text)
    match = _BRACKETS.fullmatch(text)
    written = match[2].strip() if match else ""
    unit = unit_of(written) if written == "%" or len(written) >= _SHORTEST_UNIT else None
    if unit is None:
        return HeaderReading(HeaderRole.KEY, key, known=False)
    key = replace(key, kind=KeyKind.QUANTITY, dimensions=(unit.dimension.name,))
    return HeaderReading(HeaderRole.KEY, key, known=False, unit=written)

"""What a header says of its column, before any cell of it is seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from plates.platemaps.keys import Key

NO_ALIASES: Mapping[str, str] = {}


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
    key: Key
    """Of a KEY what its values are values of: a known key, else one named after the header.
    Of a CURIE, ONTOLOGY or UNIT whose header names it, the key that it speaks of (`phenotype` of
    `Phenotype 1 Term Accession`); of a header that names none, and of other roles, NO_KEY."""
    known: bool
    """Whether the key is one of the registry or of an alias."""
    group: int = 0
    """The number in the header: 2 of `Compound 2 Concentration`; of `Term Source 2 REF` it only
    ties the REF to its Accession. 0 without a number."""
    part: str = ""
    """`a` of `Phenotype 1 Term Accession a`."""
    unit: str = ""
    """As the header writes it: `microMolar` of `Concentration (microMolar)`."""


NO_KEY = Key(name="", title="")


def read_header(text: str, aliases: Mapping[str, str] = NO_ALIASES) -> HeaderReading:
    """What a header says.

    `aliases` are an institute's own spellings: folded spelling -> canonical name of a key.
    """
    raise NotImplementedError

"""How the values of a column are to be read, by a sample of its cells."""

from collections.abc import Iterator
from itertools import islice

from plates.platemaps.errors import QuantityUnreadable
from plates.platemaps.headers import HeaderReading
from plates.platemaps.keys import Family, Key, KeyKind
from plates.platemaps.mappings import ColumnKind
from plates.platemaps.quantities import read_quantity
from plates.platemaps.samples import Sample, is_number
from plates.platemaps.sights import Sight
from plates.platemaps.spelling import folded

_MOST = 0.9
_NUMERIC = 0.95
_LOOKED_AT = 200
_DIFFERENT = 0.3
_MANY = 20
_FEWEST = 3
_FEW = 12
_SMALL = 100
_UNIQUE = 200
_SENTENCE = 40
_TABLES_USE = 3

_SURE_NULLS = frozenset({"n/a", "#n/a", "nan", "null", "n.a."})
_NOT_NAMES = frozenset({"control_type", "quality_control", "hit", "has_phenotype", "anomaly"})
_IDENTIFIERS = frozenset(
    {"id", "ids", "identifier", "number", "no", "accession", "code", "cid", "gi", "index", "barcode",
     "taxon", "lot", "version", "year", "date"}
)  # fmt: skip
_MEASURES = frozenset(
    {"score", "scores", "count", "counts", "intensity", "mean", "median", "average", "std", "sd",
     "ratio", "percentage", "percent", "index", "area", "zscore", "viability", "activity"}
)  # fmt: skip
_KINDS = {
    KeyKind.TERM: ColumnKind.TERM,
    KeyKind.QUANTITY: ColumnKind.QUANTITY,
    KeyKind.READOUT: ColumnKind.READOUT,
    KeyKind.TEXT: ColumnKind.TEXT,
}


def kind_of(header: HeaderReading, sample: Sample, *, unit: str, separator: str) -> ColumnKind:
    """What a column becomes, by its key where that is known and its cells do not contradict."""
    if header.known:
        return _known_kind(header, sample, unit=unit, separator=separator)
    if not sample.said_count:
        return ColumnKind.TERM
    if sample.numbers >= _NUMERIC * sample.said_count:
        return ColumnKind.QUANTITY if unit else _kind_of_numbers(header.key, sample)
    if _are_quantities(sample):
        return ColumnKind.QUANTITY
    return _kind_of_text(sample, separator)


def _known_kind(header: HeaderReading, sample: Sample, *, unit: str, separator: str) -> ColumnKind:
    kind = _KINDS[header.key.kind]
    if kind is ColumnKind.TERM:
        return ColumnKind.TEXT if sample.is_long and not separator else kind
    if kind is ColumnKind.TEXT or not sample.said_count:
        return kind
    numeric = sample.numbers * 2 >= sample.said_count or _are_quantities(sample, share=0.5)
    return kind if numeric else ColumnKind.TERM


def _kind_of_numbers(key: Key, sample: Sample) -> ColumnKind:
    words = frozenset(folded(key.name).split())
    if words & _MEASURES and sample.distinct >= _FEWEST:
        return ColumnKind.READOUT
    if words & _IDENTIFIERS:
        return ColumnKind.TERM
    if sample.distinct > _MANY and sample.distinct >= _DIFFERENT * sample.filled:
        return ColumnKind.READOUT
    return ColumnKind.TERM if _are_small_counts(sample) else ColumnKind.QUANTITY


def _are_small_counts(sample: Sample) -> bool:
    texts = [text for text, _ in sample.said()]
    return len(texts) <= _FEW and all(text.isdigit() and int(text) < _SMALL for text in texts)


def _kind_of_text(sample: Sample, separator: str) -> ColumnKind:
    if sample.is_long and not separator:
        return ColumnKind.TEXT
    letters = sum(len(text) for text in sample.counts)
    sentences = letters > _SENTENCE * len(sample.counts)
    unique = sample.filled >= _UNIQUE and sample.distinct >= _MOST * sample.filled
    return ColumnKind.TEXT if unique and sentences and not separator else ColumnKind.TERM


def _are_quantities(sample: Sample, share: float = 0.8) -> bool:
    """Whether most texts are numbers with a unit behind them."""
    texts = [text for text, _ in islice(sample.said(), _LOOKED_AT)]
    read = sum(1 for text in texts if _is_quantity(text))
    return bool(texts) and read >= share * len(texts)


def _is_quantity(text: str) -> bool:
    if not any(letter.isdigit() for letter in text[:3]) or is_number(text):
        return False
    try:
        return bool(read_quantity(text).unit)
    except QuantityUnreadable:
        return False


def nulls_of(key: Key, sample: Sample, *, everywhere: bool) -> tuple[str, ...]:
    """The texts of a column that say nothing.

    `NA` may be the name of a gene or sample: it says nothing in columns of numbers or of a few
    set words, and where the table writes it `everywhere` that nothing is known.
    """
    doubtful = (
        everywhere
        or key.name in _NOT_NAMES
        or sample.numbers >= _NUMERIC * sample.said_count > 0
        or _are_quantities(sample)
    )
    return tuple(null for null in sample.nulls if doubtful or null.casefold() in _SURE_NULLS)


def uses_nulls(sight: Sight) -> bool:
    """Whether several columns of a table write a word where nothing is known."""
    return sum(1 for sample in sight.samples if sample.nulls) >= _TABLES_USE


def separator_of(key: Key, sample: Sample) -> str:
    """What separates several values in the cells of a column; empty where nothing does."""
    texts = list(_texts(sample))
    if not texts or sample.numbers >= _NUMERIC * sample.said_count:
        return ""
    if sum("|" in text for text in texts) * 100 >= len(texts):
        return "|"
    listing = key.family is Family.TREATMENT and key.kind is KeyKind.TERM
    if listing and "comment" not in key.name and _are_listed(texts):
        return ";"
    return ""


def _are_listed(texts: list[str]) -> bool:
    """Whether many texts are lists with semicolons, of names rather than of sentences."""
    lists = [text for text in texts if ";" in text.rstrip(";")]
    longest = max((len(part) for text in lists for part in text.split(";")), default=0)
    return len(lists) * 5 >= len(texts) and longest <= _LOOKED_AT


def _texts(sample: Sample) -> Iterator[str]:
    return (text for text, _ in sample.said())

"""Other names of genes, cell lines and compounds, out of the tables that people have of them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from plates.platemaps.containers import SourceFile, open_tables, open_text
from plates.platemaps.encodings import TextFile
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.limits import MAX_SYNONYMS
from plates.platemaps.ontologies import curie_of
from plates.platemaps.spelling import folded
from plates.platemaps.tables import Row, Table


class Synonym(NamedTuple):
    """Another name of something."""

    text: str
    means: str
    """The name that it is known by, or its id where the table gives only that."""
    curie: str
    """The id of what is meant, `HGNC:1097`; empty if the table has none."""
    table: str
    """The table that says so, by the name people know: `HGNC`; else the name of the file."""


Reader = Callable[[Row], tuple[str, str, Sequence[str]]]
"""Out of a row: what is meant, its CURIE, and the other names of it."""

_BARS: Final = re.compile(r"\s*\|\s*")
_SEMICOLONS: Final = re.compile(r"\s*;\s*")
_NOTHING: Final = frozenset({"", "-", "NA"})
_CELL_LINE: Final = re.compile(r"CVCL_[A-Z0-9]{4}")
_HEADS: Final = frozenset(
    [
        "name",
        "names",
        "synonym",
        "synonyms",
        "alias",
        "aliases",
        "text",
        "term",
        "spelling",
        "from",
        "means",
        "meaning",
        "canonical",
        "preferred",
        "symbol",
        "to",
    ]
)
"""Words by which the first row of two columns is known to be a header."""
_FLAT_SAMPLE: Final = 400
"""Lines at the beginning of cellosaurus.txt within which its first entry begins."""


def read_synonym_file(file: SourceFile) -> Iterator[Synonym]:
    """The synonyms in a file: a table, or the flat file of Cellosaurus.

    PlateMapRefused for a file that is neither, when the first is asked for.
    """
    start = _cellosaurus_text(file)
    if start is not None:
        yield from _bounded(_flat_synonyms(start), file.name)
        return
    for table in open_tables([file]):
        yield from read_synonyms(table)


def read_synonyms(table: Table) -> Iterator[Synonym]:
    """The synonyms in a table of HGNC, NCBI Gene, Cellosaurus, ChEBI, or of two columns.

    PlateMapRefused for any other table, when the first is asked for.
    """
    columns = {folded(name): index for index, name in reversed(list(enumerate(table.columns)))}
    for source, needed, reader in _KNOWN:
        if needed <= columns.keys():
            yield from _bounded(_known_synonyms(table, source, reader(columns)), table.name)
            return
    yield from _bounded(_plain_synonyms(table, columns), table.name)


def _bounded(synonyms: Iterator[Synonym], name: str) -> Iterator[Synonym]:
    for number, synonym in enumerate(synonyms):
        if number >= MAX_SYNONYMS:
            raise PlateMapRefused(f"{name} has more than {MAX_SYNONYMS:,} names. Split it.")
        yield synonym


def _known_synonyms(table: Table, source: str, reader: Reader) -> Iterator[Synonym]:
    width = len(table.columns)
    for row in table.rows():
        if len(row.cells) < width:
            continue
        means, curie, names = reader(row)
        if means in _NOTHING:
            continue
        for name in dict.fromkeys(names):
            if name not in _NOTHING and name != means:
                yield Synonym(name, means, curie, source)


def _hgnc(columns: Mapping[str, int]) -> Reader:
    identity, symbol = columns["hgnc id"], columns["symbol"]
    others = [columns["alias symbol"], columns["prev symbol"]]

    def read(row: Row) -> tuple[str, str, Sequence[str]]:
        names = [name for at in others for name in _BARS.split(row.cells[at])]
        return row.cells[symbol], curie_of(row.cells[identity], ontology="HGNC"), names

    return read


def _ncbi_gene(columns: Mapping[str, int]) -> Reader:
    identity, symbol, others = columns["geneid"], columns["symbol"], columns["synonyms"]

    def read(row: Row) -> tuple[str, str, Sequence[str]]:
        curie = curie_of(row.cells[identity], ontology="NCBIGene")
        return row.cells[symbol], curie, _BARS.split(row.cells[others])

    return read


def _cellosaurus(columns: Mapping[str, int]) -> Reader:
    identity, name, others = columns["ac"], columns["id"], columns["sy"]

    def read(row: Row) -> tuple[str, str, Sequence[str]]:
        return row.cells[name], curie_of(row.cells[identity]), _SEMICOLONS.split(row.cells[others])

    return read


def _chebi(columns: Mapping[str, int]) -> Reader:
    identity, name = columns["compound id"], columns["name"]

    def read(row: Row) -> tuple[str, str, Sequence[str]]:
        curie = curie_of(row.cells[identity], ontology="CHEBI")
        return curie, curie, (row.cells[name],)

    return read


_KNOWN: Final[Sequence[tuple[str, frozenset[str], Callable[[Mapping[str, int]], Reader]]]] = (
    ("HGNC", frozenset({"hgnc id", "symbol", "alias symbol", "prev symbol"}), _hgnc),
    ("NCBI Gene", frozenset({"geneid", "symbol", "synonyms"}), _ncbi_gene),
    ("Cellosaurus", frozenset({"id", "ac", "sy"}), _cellosaurus),
    ("ChEBI", frozenset({"compound id", "name", "type"}), _chebi),
)
"""The tables that are known by their columns, each with the columns that it must have."""


def _plain_synonyms(table: Table, columns: Mapping[str, int]) -> Iterator[Synonym]:
    """Names and what they mean, in two columns, with or without a header; maybe an id beside."""
    if len(table.columns) not in (2, 3):
        raise PlateMapRefused(
            f"{table.name} is no table of synonyms that is known: give two columns, a name and "
            "what it means, or a table of HGNC, NCBI Gene, Cellosaurus or ChEBI."
        )
    has_header = bool(_HEADS & columns.keys()) or table.columns[0] == "1"
    header = () if has_header else (Row(0, table.columns),)
    for row in chain(header, table.rows()):
        name, means, *ids = row.cells if len(row.cells) > 1 else ("", "")
        if _CELL_LINE.fullmatch(name) or _CELL_LINE.fullmatch(means):
            yield from _cell_line(name, means)
        elif name and means and name != means:
            yield Synonym(name, means, curie_of(ids[0]) if ids else curie_of(means), table.name)


def _cell_line(name: str, means: str) -> Iterator[Synonym]:
    """A name of a cell line and its accession, whichever comes first."""
    accession, text = (name, means) if _CELL_LINE.fullmatch(name) else (means, name)
    if text and text != accession:
        yield Synonym(text, accession, curie_of(accession), "Cellosaurus")


def _cellosaurus_text(file: SourceFile) -> TextFile | None:
    """The text of Cellosaurus's flat file, None for anything else."""
    with file.path.open("rb") as binary:
        if binary.read(4) == b"PK\x03\x04":
            return None
    text = open_text(file)
    with text.open() as lines:
        for _, line in zip(range(_FLAT_SAMPLE), lines, strict=False):
            if line.startswith("AC   CVCL_"):
                return text
    return None


def _flat_synonyms(text: TextFile) -> Iterator[Synonym]:
    """The synonyms of each entry: lines `ID`, `AC` and `SY`, up to a line `//`."""
    name, accession, others = "", "", ""
    with text.open() as lines:
        for line in lines:
            code, said = line[:5], line[5:].strip()
            if code == "ID   ":
                name, accession, others = said, "", ""
            elif code == "AC   ":
                accession = said if _CELL_LINE.fullmatch(said) else ""
            elif code == "SY   ":
                others = said
            elif line.startswith("//") and accession:
                for other in dict.fromkeys(_SEMICOLONS.split(others)):
                    if other and other != name:
                        yield Synonym(other, name, curie_of(accession), "Cellosaurus")
                name, accession, others = "", "", ""

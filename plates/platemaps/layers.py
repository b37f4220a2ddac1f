"""The search index of one plate map on one carrier, out of what its rows say there."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from plates.platemaps.errors import PlateMapRefused

Integers: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]

MOST_GROUPS: Final = 32_767
"""How many groups a layer may have."""
_EDITION: Final = 1
_SET: Final = ord("1")
_CLEAR: Final = b"0"


@dataclass(frozen=True, slots=True)
class ColumnUses:
    """What the columns of a plate map are to the index, each array by the column's number."""

    keys: Integers
    groups: Integers
    treats: Truths
    """Whether its key belongs to the family of treatments."""


@dataclass(frozen=True, slots=True)
class SaidTerms:
    """The terms that the rows of a plate map put on a carrier, rows in their order."""

    positions: Integers
    """Of each row."""
    counts: Integers
    """How many terms each row has."""
    columns: Integers
    """Of each term of each row, one row after the other."""
    terms: Integers
    """As long as `columns`."""


@dataclass(frozen=True, slots=True)
class LayerTerms:
    """A layer: which terms hold in which groups at which positions, sorted and each once."""

    length: int
    """How many positions the carrier has."""
    terms: Integers
    groups: Integers
    keys: Integers
    """Of each mask, as `terms` and `groups`."""
    starts: Integers
    """Where the positions of each mask begin; one more than there are masks."""
    positions: Integers

    @property
    def digest(self) -> bytes:
        """SHA-256 of all that it says: equal layers of any carriers and imports have the same."""
        head = np.array([_EDITION, self.length, len(self.terms)], dtype="<i8")
        parts = (head, self.terms, self.groups, self.starts, self.positions)
        return hashlib.sha256(b"".join(part.astype("<i8").tobytes() for part in parts)).digest()

    def repeating_keys(self) -> frozenset[int]:
        """The keys of which a term stands in several groups at one position."""
        sizes = np.diff(self.starts)
        places = np.repeat(self.terms, sizes) * self.length + self.positions
        found, counts = np.unique(places, return_counts=True)
        terms = found[counts > 1] // self.length
        return frozenset(self.keys[np.isin(self.terms, terms)].tolist())


class MaskedKey(NamedTuple):
    """Where a layer has any term of a key."""

    key: int
    repeats: bool
    """Whether a term of it stands in several groups at one position."""
    bits: str


class MaskedTerm(NamedTuple):
    """Where a layer has a term: at one position, or at many by bits."""

    term: int
    key: int
    group: int
    position: int
    """The only one; or how many there are, negated."""
    bits: str
    """`0` or `1` for each position of the carrier; empty where there is one alone."""


@dataclass(frozen=True, slots=True)
class IndexedTerms:
    """What a plate map says of a carrier, as it is searched."""

    layers: tuple[LayerTerms, ...]
    constants: tuple[tuple[int, int], ...]
    """Term and key of what every position has."""


def indexed(said: SaidTerms, uses: ColumnUses, *, length: int) -> IndexedTerms:
    """The layers and constants of a plate map on a carrier of so many positions.

    Treatments are one layer, every other key is one of its own. PlateMapRefused where a well has
    more groups than can be told apart.
    """
    rows = np.repeat(np.arange(len(said.positions)), said.counts)
    treats = uses.treats[said.columns]
    layers = []
    if treats.any():
        layers.append(_treatment_layer(said, uses, rows, treats, length))
    layers_of_keys, constants = _other_layers(said, uses, rows, ~treats, length)
    return IndexedTerms((*layers, *layers_of_keys), constants)


def masks_of(layer: LayerTerms) -> Iterator[MaskedTerm]:
    """The masks of a layer, each term and group once."""
    starts = layer.starts.tolist()
    rows = zip(layer.terms.tolist(), layer.keys.tolist(), layer.groups.tolist(), strict=True)
    for number, (term, key, group) in enumerate(rows):
        positions = layer.positions[starts[number] : starts[number + 1]]
        yield MaskedTerm(term, key, group, *mask_at(positions, layer.length))


def mask_at(positions: Integers, length: int) -> tuple[int, str]:
    """The position and the bits of a mask that is set at some positions, each named once."""
    if len(positions) == 1:
        return int(positions[0]), ""
    bits = np.full(length, ord(_CLEAR), dtype=np.uint8)
    bits[positions] = _SET
    return -len(positions), bits.tobytes().decode()


def key_masks_of(layer: LayerTerms) -> Iterator[MaskedKey]:
    """The masks of the keys of a layer, each key once."""
    sizes = np.diff(layer.starts)
    repeating = layer.repeating_keys()
    for key in np.unique(layer.keys).tolist():
        bits = np.full(layer.length, ord(_CLEAR), dtype=np.uint8)
        bits[layer.positions[np.repeat(layer.keys == key, sizes)]] = _SET
        yield MaskedKey(key, key in repeating, bits.tobytes().decode())


def _treatment_layer(
    said: SaidTerms, uses: ColumnUses, rows: Integers, treats: Truths, length: int
) -> LayerTerms:
    columns = said.columns[treats]
    rows, numbers, terms, keys = in_groups(
        rows[treats],
        uses.groups[columns],
        said.terms[treats],
        uses.keys[columns],
        len(said.positions),
    )
    span = int(numbers.max()) + 1
    _, groups = np.unique(_ordinals(said.positions)[rows] * span + numbers, return_inverse=True)
    if int(groups.max()) > MOST_GROUPS:
        raise PlateMapRefused(
            f"A well has more than {MOST_GROUPS} rows or groups of treatments. A plate map has one "
            "row, or a few, for each well: leave out tables of single cells."
        )
    return _layer(terms, groups, keys, said.positions[rows], length)


def in_groups(
    rows: Integers, numbers: Integers, terms: Integers, keys: Integers, count: int
) -> tuple[Integers, Integers, Integers, Integers]:
    """Rows, numbers of groups, terms and keys: what belongs to the whole row in each of its groups.

    Numbers are those of the headers; 0 only in rows that have no numbered one.
    """
    tied = numbers != 0
    if not tied.any():
        return rows, numbers, terms, keys
    # The numbers that each row has, row after row.
    span = int(numbers.max()) + 1
    row_of, number_of = np.divmod(np.unique(rows[tied] * span + numbers[tied]), span)
    many = np.bincount(row_of, minlength=count)
    first = np.cumsum(many) - many
    whole = np.flatnonzero(~tied)
    times = np.maximum(many[rows[whole]], 1)
    again = np.repeat(whole, times)
    turn = np.arange(len(again)) - np.repeat(np.cumsum(times) - times, times)
    has_numbers = many[rows[again]] > 0
    which = np.where(has_numbers, first[rows[again]] + turn, 0)
    spread = np.where(has_numbers, number_of[which], 0)
    return (
        np.concatenate([rows[tied], rows[again]]),
        np.concatenate([numbers[tied], spread]),
        np.concatenate([terms[tied], terms[again]]),
        np.concatenate([keys[tied], keys[again]]),
    )


def _ordinals(positions: Integers) -> Integers:
    """Of each row, how many rows before it are about the same position."""
    order = np.argsort(positions, kind="stable")
    in_order = positions[order]
    is_first = np.concatenate([[True], in_order[1:] != in_order[:-1]])
    starts = np.flatnonzero(is_first)
    sizes = np.diff(np.append(starts, len(positions)))
    ordinals = np.empty_like(positions)
    ordinals[order] = np.arange(len(positions)) - np.repeat(starts, sizes)
    return ordinals


def _layer(
    terms: Integers, groups: Integers, keys: Integers, positions: Integers, length: int
) -> LayerTerms:
    span = int(groups.max()) + 1
    pairs, first, which = np.unique(terms * span + groups, return_index=True, return_inverse=True)
    mask_of, position_of = np.divmod(np.unique(which * length + positions), length)
    starts = np.searchsorted(mask_of, np.arange(len(pairs) + 1))
    term_of, group_of = np.divmod(pairs, span)
    return LayerTerms(length, term_of, group_of, keys[first], starts, position_of)


def _other_layers(
    said: SaidTerms, uses: ColumnUses, rows: Integers, others: Truths, length: int
) -> tuple[list[LayerTerms], tuple[tuple[int, int], ...]]:
    """A layer for each key that is no treatment, and the terms that are everywhere."""
    if not others.any():
        return [], ()
    terms = said.terms[others]
    whole = _layer(
        terms,
        np.zeros_like(terms),
        uses.keys[said.columns[others]],
        said.positions[rows[others]],
        length,
    )
    is_constant = np.diff(whole.starts) == length
    constants = zip(
        whole.terms[is_constant].tolist(), whole.keys[is_constant].tolist(), strict=True
    )
    varying = np.unique(whole.keys[~is_constant])
    return [_cut(whole, ~is_constant & (whole.keys == key)) for key in varying], tuple(constants)


def _cut(layer: LayerTerms, kept: Truths) -> LayerTerms:
    """Some masks of a layer as a layer."""
    sizes = np.diff(layer.starts)
    starts = np.concatenate([[0], np.cumsum(sizes[kept])])
    positions = layer.positions[np.repeat(kept, sizes)]
    return LayerTerms(
        layer.length, layer.terms[kept], layer.groups[kept], layer.keys[kept], starts, positions
    )

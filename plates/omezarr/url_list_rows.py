"""Rows of a list of addresses, before it is asked what their addresses are."""

from typing import NamedTuple

from plates.omezarr.url_list_columns import Beside


class ListRow(NamedTuple):
    """One text that stands for an address, and what stands beside it.

    `relative` says whether a plain path is meant by it even if it does not name a Zarr; `weak`
    that it counts only where a document holds no clearer ones.
    """

    row: int
    text: str
    beside: Beside
    relative: bool = False
    weak: bool = False


class ListForm(NamedTuple):
    """How a list was understood.

    `kind` is table, lines, json or json lines. `column` is the header or the key of the
    addresses; of a table without header it is the column's number, from 1.
    """

    kind: str
    encoding: str
    delimiter: str = ""
    header: bool = False
    column: str = ""

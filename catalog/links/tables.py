"""Where a table of fields opens: BioFile Finder, which reads it from its address."""

import json
import re
from typing import Final
from urllib.parse import quote

from catalog.links.targets import Address
from catalog.links.viewers import VIEWERS

FINDER: Final = next(viewer for viewer in VIEWERS if viewer.table)
"""The viewer that opens tables."""
FORM: Final = "csv"
"""Of the tables that it is given, as its documentation calls it and as exports are called."""
_IN_NAME: Final = re.compile(r"[^\w.,:=<>*-]+")
_LONGEST: Final = 80


def table_link(address: Address, title: str) -> str:
    """The URL that opens a table in BioFile Finder; empty where a page of it cannot read that.

    The name is what BioFile Finder calls its own table by, in SQL: without any quotes.
    """
    if not address.is_https and not address.is_of_this_machine:
        return ""
    name = _IN_NAME.sub(" ", title).strip()[:_LONGEST]
    source = {"name": f"{name or 'fields'}.{FORM}", "type": FORM, "uri": address.url}
    return FINDER.table.format(source=quote(json.dumps(source, separators=(",", ":")), safe=""))

"""Addresses below /data/: what stands in the path of one, and how it is put together.

`/data/STORE/PATH` is for who may see the store, `/data/s/TOKEN/STORE/PATH` for who has a share,
`/data/t/TICKET/STORE/PATH` for who has a signed link. Viewers put paths behind the address that
they are given, so what lets one in stands before the store.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from uuid import UUID

from plates.ids import uuid_or_none
from plates.omezarr.web_urls import IN_PATH

PREFIX: Final = "/data/"
BY_SHARE: Final = "s"
BY_TICKET: Final = "t"
_KEYED: Final = re.compile(r"([st])/([^/]+)/([^/]+)(?:/(.*))?", re.DOTALL)
_PLAIN: Final = re.compile(r"([^/]+)(?:/(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DataPath:
    """What an address below /data/ asks for: a path of a store, and what is to let one in.

    `way` is `s` for the token of a share, `t` for a ticket, else empty.
    """

    way: str
    key: str
    store: UUID
    path: str


def data_path(rest: str) -> DataPath | None:
    """What stands behind /data/, decoded; None if it names no store."""
    keyed = _KEYED.fullmatch(rest)
    if keyed is not None:
        way, key, name, path = keyed.groups()
    else:
        plain = _PLAIN.fullmatch(rest)
        if plain is None:
            return None
        way, key, (name, path) = "", "", plain.groups()
    store = uuid_or_none(name)
    return None if store is None else DataPath(way, key, store, (path or "").removesuffix("/"))


def data_url(base: str, store: UUID, path: str = "", *, way: str = "", key: str = "") -> str:
    """The address of a path of a store below the place where bytes are served."""
    before = f"{way}/{key}/" if way else ""
    behind = f"/{quote(path, safe=IN_PATH)}" if path else ""
    return f"{base.rstrip('/')}{PREFIX}{before}{store}{behind}"

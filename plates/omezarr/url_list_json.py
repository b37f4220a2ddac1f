"""Lists of addresses in JSON of any shape: texts, objects, objects in objects, one on each line."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import msgspec

from plates.omezarr.jsonvalues import (
    JsonFault,
    JsonObject,
    JsonValue,
    decode_document,
    text_of,
)
from plates.omezarr.listed_addresses import ADDRESS, NOTHING, RELATIVE, likeness, names_list
from plates.omezarr.row_problems import RowProblems
from plates.omezarr.url_list_columns import Beside, address_column, beside, names_addresses
from plates.omezarr.url_list_rows import ListRow

_DEEPEST: Final = 32
_SAMPLE: Final = 200
_MAX_KEYS: Final = 200
_IDENTIFIERS: Final = frozenset({"@id", "id"})
"""Keys whose value names any kind of thing: addresses of stores and lists among much else."""
_NOT_ENTERED: Final = frozenset({"@context", "$schema"})
# STAC: the links of a document to what is below it, of all that it links to.
_BELOW: Final = frozenset({"child", "item", "items"})


def json_lines(text: str, problems: RowProblems) -> list[JsonValue] | None:
    """The values of a text that holds one JSON document on each line; None if it does not."""
    lines = [(row, line) for row, line in enumerate(text.split("\n"), start=1) if line.strip()]
    values: list[JsonValue] = []
    for number, (row, line) in enumerate(lines):
        try:
            values.append(decode_document(line.encode("utf-8", "replace")))
        except JsonFault as error:
            if number == 0:
                return None
            problems.add(row, f"The line is left out: {error}.")
    return values if len(lines) > 1 else None


def document_rows(document: JsonValue, problems: RowProblems) -> Iterator[ListRow]:
    """The addresses in a JSON document.

    Objects of a list are read as rows of a table whose columns are their keys; what an object says
    of dataset, licence and version holds for what is in it as well.
    """
    yield from _Reading(problems).rows(document, {}, 0)


class _Reading:
    def __init__(self, problems: RowProblems) -> None:
        self._problems = problems
        self._row = 0

    def rows(
        self, value: JsonValue, said: Mapping[str, str], depth: int, *, key: str = ""
    ) -> Iterator[ListRow]:
        """The addresses in a value; `said` is what the objects around it say, `key` its own."""
        if depth > _DEEPEST:
            self._problems.add(self._row, f"What is nested deeper than {_DEEPEST} is left out.")
        elif isinstance(value, dict):
            self._row = self._row or 1
            yield from self._object(value, said, depth)
        elif isinstance(value, list):
            yield from self._texts(value, said, key if depth else "urls")
            yield from self._objects(value, said, depth)

    def _texts(
        self, members: list[JsonValue], said: Mapping[str, str], key: str
    ) -> Iterator[ListRow]:
        """The addresses among the texts of a list, if it is one of addresses."""
        texts = [(row, one) for row, one in enumerate(members, 1) if isinstance(one, str)]
        likely = [likeness(text) for _, text in texts]
        if max(likely, default=NOTHING) < (ADDRESS if _names_several(key) else RELATIVE):
            return
        weak = max(likely) < RELATIVE
        for row, text in texts:
            yield ListRow(row, text, _joined(Beside(), said), weak=weak)

    def _objects(
        self, members: list[JsonValue], said: Mapping[str, str], depth: int
    ) -> Iterator[ListRow]:
        """The addresses in the objects of a list, and in the lists in it."""
        key = _address_key([one for one in members[:_SAMPLE] if isinstance(one, dict)])
        for row, member in enumerate(members, start=1):
            self._row = row
            if isinstance(member, dict):
                yield from self._object(member, said, depth + 1, key=key)
            else:
                yield from self.rows(member, said, depth + 1)

    def _object(
        self, one: JsonObject, said: Mapping[str, str], depth: int, *, key: str = ""
    ) -> Iterator[ListRow]:
        row, texts = self._row, _texts(one)
        key = key if key in texts else _address_key([one])
        own = beside(list(texts), list(texts.values()), but=-1)
        if _is_aside(one):
            return
        if key in texts:
            if _is_address(key, texts[key]):
                left = beside(list(texts), list(texts.values()), but=list(texts).index(key))
                weak = likeness(texts[key]) < RELATIVE and not names_list(texts[key])
                yield ListRow(row, texts[key], _joined(left, said), weak=weak)
        elif not key:
            for name, text in texts.items():
                if likeness(text) >= RELATIVE:
                    yield ListRow(row, text, _joined(Beside(name=name), said))
        said = {**said, **_said_by(own)}
        for name, value in one.items():
            if name not in _NOT_ENTERED and isinstance(value, dict | list):
                yield from self.rows(value, said, depth + 1, key=name)
                self._row = row


def _names_several(key: str) -> bool:
    return names_addresses(key) or names_addresses(key.removesuffix("s"))


def _texts(one: JsonObject) -> dict[str, str]:
    texts = ((key, text_of(value)) for key, value in islice(one.items(), _MAX_KEYS))
    return {key: text for key, text in texts if text}


def _address_key(objects: list[JsonObject]) -> str:
    """The key that holds the addresses of some objects; empty if none does, or several do.

    Several do where keys are names of stores.
    """
    keys = list(dict.fromkeys(key for one in objects for key in islice(one, _MAX_KEYS)))[:_MAX_KEYS]
    rows = [[text_of(one.get(key)) or "" for key in keys] for one in objects]
    column = address_column(keys, rows)
    if column is None:
        return ""
    key = keys[column.number]
    stores = [
        index for index in range(len(keys)) if any(likeness(row[index]) >= RELATIVE for row in rows)
    ]
    are_names = len(objects) == 1 and len(stores) > 1 and not names_addresses(key)
    return "" if are_names else key


def _is_address(key: str, text: str) -> bool:
    like = likeness(text)
    if like == ADDRESS and (key in _IDENTIFIERS or not names_addresses(key)):
        return names_list(text)
    return like != NOTHING


def _is_aside(one: JsonObject) -> bool:
    """Whether this is a link of STAC that leads elsewhere than down."""
    return isinstance(one.get("rel"), str) and "href" in one and one["rel"] not in _BELOW


def _said_by(own: Beside) -> dict[str, str]:
    said = {"dataset": own.dataset, "licence": own.licence, "version": own.version}
    return {field: text for field, text in said.items() if text}


def _joined(own: Beside, said: Mapping[str, str]) -> Beside:
    return msgspec.structs.replace(own, **{**said, **_said_by(own)}) if said else own

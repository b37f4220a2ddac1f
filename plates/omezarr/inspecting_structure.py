"""The structure of metadata, held against what the store's version asks of each kind."""

import re
from typing import Final

from plates.omezarr.collecting import Collected
from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonObject, list_of, object_of, text_of
from plates.omezarr.roots import OpenedRoot
from plates.omezarr.shapes import look_at
from plates.omezarr.structure.kinds import (
    KEY_OF,
    RULE_OF,
    SHOULD_RULE_OF,
    Kind,
    strict_structure_of,
    structure_of,
)

_VERSION: Final = "OME-VERSION-KNOWN"
_WELL: Final = re.compile(r"(?:/ome)?/plate/wells/(\d{1,8})(?:/|$)", re.ASCII)


class StructureInspection:
    """Looks at the structure of the groups of one store."""

    def __init__(self, root: OpenedRoot, collected: Collected) -> None:
        self._root = root
        self._version = root.dialect.version
        self._collected = collected
        self._wells = list_of(object_of(root.ome.get("plate")).get("wells"))

    def look(self, node: str, document: str, attributes: JsonObject) -> None:
        """Look at all kinds of metadata that the attributes of a group hold."""
        ome = self._root.dialect.ome(attributes)
        for kind, key in KEY_OF.items():
            if key in ome:
                self._look_at(kind, node, document, attributes)

    def _look_at(self, kind: Kind, node: str, document: str, attributes: JsonObject) -> None:
        shape = structure_of(self._version, kind)
        advice = strict_structure_of(self._version, kind)
        for asked, rule in ((shape, RULE_OF[kind]), (advice, SHOULD_RULE_OF.get(kind, ""))):
            if asked is None:
                continue
            looking = look_at(asked, attributes, rule=rule)
            for mismatch in looking.mismatches:
                # Which version a text names is asked of the store as a whole.
                if mismatch.rule != _VERSION:
                    self._tell(mismatch.rule, mismatch.fault, node, document)
                elif not mismatch.fault.found.startswith('"'):
                    self._tell(RULE_OF[kind], mismatch.fault, node, document)
            self._collected.count(looking.beyond())

    def _tell(self, rule: str, fault: Fault, node: str, document: str) -> None:
        pointer = self._root.storage.pointer + fault.pointer
        place = node or self._well_at(fault.pointer)
        self._collected.add(
            rule, fault, node=place, document=document, pointer=pointer, by_shape=True
        )

    def _well_at(self, pointer: str) -> str:
        """The path of the well that a pointer in the plate's document leads to; else empty."""
        match = _WELL.match(pointer)
        number = int(match[1]) if match else len(self._wells)
        entry = object_of(self._wells[number]) if number < len(self._wells) else {}
        return text_of(entry.get("path")) or ""

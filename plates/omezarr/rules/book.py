"""All rules in one table: what the docs, the command line and the catalog list."""

from collections.abc import Mapping
from typing import Final, Protocol

from plates.omezarr.findings import Level
from plates.omezarr.rules.acquisition import acquisitions
from plates.omezarr.rules.axes import axes
from plates.omezarr.rules.chunks import chunks
from plates.omezarr.rules.collection import collections
from plates.omezarr.rules.completeness import chunk_objects, parts
from plates.omezarr.rules.documents import documents
from plates.omezarr.rules.fields import fields
from plates.omezarr.rules.image import multiscales
from plates.omezarr.rules.label import label_groups, label_lists, labels
from plates.omezarr.rules.listing import listings
from plates.omezarr.rules.omero import omeros
from plates.omezarr.rules.paths import paths
from plates.omezarr.rules.plain import roots
from plates.omezarr.rules.plate import plates
from plates.omezarr.rules.presence import nodes
from plates.omezarr.rules.pyramid import pyramids
from plates.omezarr.rules.rule import Force, Policy
from plates.omezarr.rules.structure import STRUCTURE
from plates.omezarr.rules.systems import systems
from plates.omezarr.rules.versions import store_versions
from plates.omezarr.rules.well import wells
from plates.omezarr.rules.zarr import arrays, consolidations


class AnyRule(Protocol):
    """A rule, whatever it looks at."""

    @property
    def id(self) -> str:
        """Its name for ever."""

    @property
    def sentence(self) -> str:
        """What has to hold."""

    @property
    def force(self) -> Force:
        """What it rests on."""

    @property
    def missing(self) -> bool:
        """Whether a breach is something that is not there."""

    @property
    def needs_listing(self) -> bool:
        """Whether folders have to be listed to tell."""

    @property
    def needs_objects(self) -> bool:
        """Whether all objects have to be listed to tell, which a validation does not do."""

    def section(self, version: str) -> str:
        """The anchor in the specification of a version; empty where it says nothing."""

    def level(self, version: str, policy: Policy = Policy.SPEC) -> Level | None:
        """The level of a breach; None where the rule does not hold."""

    def url(self, version: str) -> str:
        """Where the specification says it."""


_BOOKS: Final[tuple[tuple[AnyRule, ...], ...]] = (
    tuple(roots.rules),
    tuple(plates.rules),
    tuple(acquisitions.rules),
    tuple(wells.rules),
    tuple(fields.rules),
    tuple(nodes.rules),
    tuple(documents.rules),
    tuple(paths.rules),
    tuple(listings.rules),
    tuple(axes.rules),
    tuple(multiscales.rules),
    tuple(pyramids.rules),
    tuple(systems.rules),
    tuple(omeros.rules),
    tuple(label_groups.rules),
    tuple(label_lists.rules),
    tuple(labels.rules),
    tuple(collections.rules),
    tuple(arrays.rules),
    tuple(chunks.rules),
    tuple(parts.rules),
    tuple(chunk_objects.rules),
    tuple(consolidations.rules),
    tuple(store_versions.rules),
    STRUCTURE,
)

RULES: Final[Mapping[str, AnyRule]] = {
    rule.id: rule
    for rule in sorted((rule for book in _BOOKS for rule in book), key=lambda rule: rule.id)
}
"""Every rule by its id, in alphabetical order."""

EDITION: Final = 1
"""Raised whenever a rule is new or judges otherwise: what an older edition judged is due again."""

ALL_RULES: Final = tuple(RULES.values())

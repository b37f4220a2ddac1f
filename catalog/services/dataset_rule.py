"""The rule of a source that takes the dataset of a store from its path."""

import re
from typing import Final

from catalog.errors import NotUnderstood

DATASET: Final = "{dataset}"
_ANY: Final = "*"
_ODD: Final = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)
_LONGEST: Final = 80


def checked_rule(rule: str) -> tuple[str, ...]:
    """The parts of a rule; NotUnderstood says what is wrong with one that cannot be followed."""
    parts = tuple(rule.strip("/ ").split("/"))
    if parts.count(DATASET) != 1 or "" in parts:
        raise NotUnderstood(
            "dataset_rule",
            f"A rule names one folder as {DATASET} and any other as {_ANY} or by its name, such as "
            f"{DATASET}/{_ANY} or screens/{_ANY}/{DATASET}.",
        )
    return parts


def dataset_named_by(rule: str, path: str) -> str | None:
    """The slug of the dataset that a rule takes from a path below the source; None if none fits."""
    parts, folders = checked_rule(rule), path.strip("/").split("/")
    if len(folders) < len(parts):
        return None
    for part, folder in zip(parts, folders, strict=False):
        if part not in {DATASET, _ANY, folder}:
            return None
    return slug_of(folders[parts.index(DATASET)])


def slug_of(folder: str) -> str | None:
    """A folder's name as a slug; None if nothing is left of it."""
    for suffix in (".ome.zarr", ".zarr"):
        folder = folder.removesuffix(suffix)
    return _ODD.sub("-", folder).strip("-")[:_LONGEST] or None

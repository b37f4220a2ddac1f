from catalog.admin import (
    catalog,
    changes,
    counts,
    findings,
    plates,
    proposals,
    storage,
    stores,
)

__all__ = [
    "catalog",
    "changes",
    "counts",
    "findings",
    "plates",
    "proposals",
    "storage",
    "stores",
]

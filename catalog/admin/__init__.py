from catalog.admin import (
    annotation,
    annotation_index,
    catalog,
    changes,
    counts,
    findings,
    plate_map_files,
    plate_maps,
    plates,
    proposals,
    storage,
    stores,
)

__all__ = [
    "annotation",
    "annotation_index",
    "catalog",
    "changes",
    "counts",
    "findings",
    "plate_map_files",
    "plate_maps",
    "plates",
    "proposals",
    "storage",
    "stores",
]

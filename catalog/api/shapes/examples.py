"""One thing of each noun as the API tells it: the examples of the schema."""

from collections.abc import Mapping
from typing import Final

from catalog.api.shapes.example_names import (
    API,
    DATASET,
    DATASET_ID,
    IMAGE_ID,
    PIXELS,
    PLACE,
    PLATE,
    PLATE_ID,
    PLATE_MAP_ID,
    PLATE_URL,
    STORE_ID,
    STORE_URL,
    Json,
)


def _said(value: str, column: str, *, number: float | None = None, unit: str = "") -> list[Json]:
    source = {"platemap": PLATE_MAP_ID, "file": "layout.csv", "row": 28, "column": column}
    told = {"value": value, "number": number, "unit": unit, "curie": "", "group": 0}
    return [told | {"source": source}]


_ANNOTATION: Final = {
    "cell_line": _said("U-2 OS", "Cell line"),
    "compound": _said("Paclitaxel", "Compound"),
    "concentration": _said("3 uM", "Dose", number=3e-06, unit="mol/L"),
}
_DATASET_LISTED: Final[Json] = {
    **DATASET,
    "title": "Kinase inhibitors in U-2 OS",
    "summary": "320 inhibitors at eight doses, stained for DNA, actin and Golgi.",
    "licence": "CC-BY-4.0",
    "organisms": ["NCBITaxon:9606"],
    "methods": ["FBbi:00000251"],
    "keywords": ["cell painting"],
    "doi": "10.0000/example",
    "visibility": "groups",
    "state": "published",
    "next_state": "draft",
    "is_open": True,
    "embargo_until": None,
    "published_at": "2026-03-04T10:00:00Z",
    "latest_version": 1,
    "withdrawn": None,
    "parent": None,
    "created_at": "2026-03-02T09:14:00Z",
    "changed_at": "2026-03-05T16:40:00Z",
    "links": {
        "self": f"{API}/datasets/{DATASET_ID}/",
        "plates": f"{API}/plates/?dataset=kinase-screen",
        "stores": f"{API}/stores/?dataset=kinase-screen",
        "images": f"{API}/images/?dataset=kinase-screen",
        "versions": f"{API}/datasets/{DATASET_ID}/versions/",
    },
}
_DATASET_WHOLE: Final[Json] = {
    **_DATASET_LISTED,
    "people": [
        {
            "name": "A. Example",
            "role": "author",
            "affiliation": "Example Institute",
            "orcid": "0000-0000-0000-0000",
        }
    ],
    "publications": [],
    "funding": [],
    "external_ids": [{"kind": "idr", "value": "idr0000", "url": "https://idr.example.org/idr0000"}],
}
_PLATE_WHOLE: Final[Json] = {
    **PLATE,
    "barcode": "BR00117012",
    "batch": "2026_03_02",
    "dataset": DATASET,
    "stores": [
        {
            "id": STORE_ID,
            "url": PLACE,
            "version": "0.5",
            "zarr_format": 3,
            "reach": "ok",
            "verdict": "valid",
            "completeness": None,
        }
    ],
    "shape": [16, 24],
    "rows": [chr(65 + row) for row in range(16)],
    "columns": [f"{column:02}" for column in range(1, 25)],
    "wells": 384,
    "fields": 3456,
    "acquisitions": [
        {
            "store": STORE_ID,
            "number": 0,
            "name": "Measurement 1",
            "description": "",
            "maximum_field_count": 9,
            "started_at": "2026-03-02T10:00:00Z",
            "ended_at": "2026-03-02T10:46:00Z",
        }
    ],
    "vanished_at": None,
    "links": {
        "self": PLATE_URL,
        "open": f"{PLATE_URL}links/",
        "wells": f"{PLATE_URL}wells/",
        "grid": f"{PLATE_URL}grid/",
        "stores": f"{API}/stores/?plate={PLATE_ID}",
        "contact_sheet": f"{PLATE_URL}contact-sheet",
        "statistics": f"{PLATE_URL}statistics/",
    },
}
_WELL: Final[Json] = {
    "plate": PLATE,
    "dataset": DATASET,
    "label": "B03",
    "row": 1,
    "column": 2,
    "position": 26,
    "present": True,
    "annotation": _ANNOTATION,
    "fields": 9,
    "links": {
        "self": f"{PLATE_URL}wells/B03/",
        "open": f"{PLATE_URL}wells/B03/links/",
        "fields": f"{PLATE_URL}wells/B03/fields/",
        "plate": PLATE_URL,
    },
}
_FIELD: Final[Json] = {
    "store": STORE_ID,
    "path": "B/03/0",
    "url": f"{PLACE}/B/03/0",
    "well": "B03",
    "acquisition": 0,
    "present": True,
    **PIXELS,
    "translation": [0.0, 0.0, 645.8],
    "links": {
        "self": f"{STORE_URL}fields/B/03/0/",
        "open": f"{STORE_URL}fields/B/03/0/links/",
        "well": f"{PLATE_URL}wells/B03/",
        "store": STORE_URL,
        "thumbnail": f"{STORE_URL}fields/B/03/0/thumbnail",
        "picture": f"{STORE_URL}fields/B/03/0/picture",
    },
}
_IMAGE: Final[Json] = {
    "id": IMAGE_ID,
    "name": "Tissue section 7",
    "dataset": DATASET,
    "store": STORE_ID,
    "path": "",
    "url": "s3://screens/2026/section-7.ome.zarr",
    "present": True,
    **PIXELS,
    "annotation": {"organism": _said("Homo sapiens", "Organism")},
    "links": {
        "self": f"{API}/images/{IMAGE_ID}/",
        "open": f"{API}/images/{IMAGE_ID}/links/",
        "store": STORE_URL,
        "thumbnail": f"{API}/images/{IMAGE_ID}/thumbnail",
        "picture": f"{API}/images/{IMAGE_ID}/picture",
    },
}

_PLATE_MAP_URL: Final = f"{API}/platemaps/{PLATE_MAP_ID}/"
_PLATE_MAP_LISTED: Final[Json] = {
    "id": PLATE_MAP_ID,
    "dataset": DATASET,
    "state": "checked",
    "format": "table",
    "files": [
        {
            "number": 0,
            "name": "layout.csv",
            "size": 4711,
            "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "url": f"{_PLATE_MAP_URL}files/0/",
        }
    ],
    "plate": "",
    "rows": 96,
    "placed": 0,
    "edited": False,
    "refusal": "",
    "imported_by": "curator",
    "created_at": "2026-03-03T08:30:00Z",
    "checked_at": "2026-03-03T08:30:02Z",
    "applied_at": None,
    "undone_at": None,
    "links": {
        "self": _PLATE_MAP_URL,
        "rows": f"{_PLATE_MAP_URL}rows/",
        "rows_csv": f"{_PLATE_MAP_URL}rows.csv",
        "plates": f"{_PLATE_MAP_URL}plates/",
        "apply": f"{_PLATE_MAP_URL}apply/",
        "undo": f"{_PLATE_MAP_URL}undo/",
        "jobs": f"{API}/jobs/?platemap={PLATE_MAP_ID}",
    },
}
_PLATE_MAP_WHOLE: Final[Json] = {
    **_PLATE_MAP_LISTED,
    "tables": [
        {
            "name": "layout.csv",
            "columns": ["Plate", "Well", "Compound"],
            "remarks": [],
            "examples": [["BR00117012"], ["A01", "A02"], ["DMSO", "Paclitaxel"]],
        }
    ],
    "mapping": {
        "version": 1,
        "format": "table",
        "tables": [
            {
                "name": "layout.csv",
                "columns": [
                    {"column": "Plate", "kind": "plate"},
                    {"column": "Well", "kind": "well"},
                    {"column": "Compound", "kind": "term", "becomes": "compound"},
                ],
            }
        ],
    },
    "report": {
        "rows": 96,
        "placed": 96,
        "wells": 96,
        "verdicts": {"matched": 96},
        "columns": [
            {"name": "Plate", "becomes": "", "kind": "plate", "unit": ""},
            {"name": "Well", "becomes": "", "kind": "well", "unit": ""},
            {"name": "Compound", "becomes": "compound", "kind": "term", "unit": ""},
        ],
        "plates": [
            {
                "spelling": "BR00117012",
                "plates": [PLATE],
                "matched_by": "name",
                "message": "",
                "rows": 96,
                "rows_with_well": 96,
                "rows_without_well": 0,
                "wells_without_row": 288,
                "annotated_not_imaged": 0,
            }
        ],
        "plates_named": 1,
        "plates_found": 1,
        "conflicts": {"keys": [], "is_exact": True},
        "problems": [],
        "problems_total": 0,
        "study": {},
        "remarks": [],
    },
    "job": None,
}
ONE: Final[Mapping[str, Json]] = {
    "dataset": _DATASET_WHOLE,
    "plate": _PLATE_WHOLE,
    "well": _WELL,
    "field": _FIELD,
    "image": _IMAGE,
    "plate map": _PLATE_MAP_WHOLE,
}
"""By the noun of the route."""
_LISTED: Final[Mapping[str, Json]] = {
    **ONE,
    "dataset": _DATASET_LISTED,
    "plate map": _PLATE_MAP_LISTED,
}

PAGE_WITH_WELLS: Final[Json] = {
    "results": [{**_WELL, "controls": {"negative": ["A01", "P24"], "positive": ["A02"]}}],
    "next": f"{API}/wells/?q=gene%3Ap53&cursor=WzEsMjZd",
    "previous": None,
    "count": 10000,
    "count_is_exact": False,
    "query": "gene:p53",
    "remarks": ["gene:p53 also finds TP53 (HGNC)."],
}
PAGE_WITH_REPLICATES: Final[Json] = {
    "results": [
        {
            "condition": _ANNOTATION,
            "count": 8,
            "plates": 8,
            "wells": [
                {name: _WELL[name] for name in ("plate", "dataset", "label", "fields", "links")}
            ],
        }
    ],
    "next": None,
    "previous": None,
    "count": 1,
    "count_is_exact": True,
    "without_condition": 0,
    "query": "compound:paclitaxel concentration:3uM",
    "remarks": [],
}


def page_with(noun: str) -> Json:
    """A page on which that one thing stands."""
    return {
        "results": [_LISTED[noun]],
        "next": None,
        "previous": None,
        "count": 1,
        "count_is_exact": True,
    }

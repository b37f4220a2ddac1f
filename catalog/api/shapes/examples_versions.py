"""A version and a checklist as the API tells them: the examples of the schema."""

from typing import Final

from catalog.api.shapes.example_names import API, DATASET, DATASET_ID, PLATE, Json

_VERSION_URL: Final = f"{API}/datasets/{DATASET_ID}/versions/1/"
_DIGEST: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_LISTED: Final[Json] = {
    "id": "01930000-0000-7000-8000-000000000006",
    "dataset": DATASET,
    "number": 1,
    "title": "Kinase inhibitors in U-2 OS",
    "doi": "10.0000/example",
    "digest": _DIGEST,
    "published_at": "2026-03-04T10:00:00Z",
    "withdrawn": None,
    "counts": {
        "stores": 8,
        "plates": 8,
        "wells": 3072,
        "annotated_wells": 3072,
        "fields": 27648,
        "images": 0,
    },
    "files": [
        {
            "name": "wells.parquet",
            "bytes": 184320,
            "sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
            "rows": 3072,
            "url": f"{_VERSION_URL}files/wells.parquet",
        },
        {
            "name": "manifest.json",
            "bytes": 11840,
            "sha256": _DIGEST,
            "rows": None,
            "url": f"{_VERSION_URL}files/manifest.json",
        },
    ],
    "links": {
        "self": _VERSION_URL,
        "dataset": f"{API}/datasets/{DATASET_ID}/",
        "manifest": f"{_VERSION_URL}files/manifest.json",
        "diff": f"{_VERSION_URL}diff/",
    },
}
VERSIONS: Final[Json] = {
    "results": [_LISTED],
    "next": None,
    "previous": None,
    "count": 1,
    "count_is_exact": True,
}
VERSION: Final[Json] = {
    **_LISTED,
    "metadata": {
        **DATASET,
        "title": "Kinase inhibitors in U-2 OS",
        "licence": "CC-BY-4.0",
        "organisms": ["NCBITaxon:9606"],
        "doi": "10.0000/example",
    },
}
CHECKLIST: Final[Json] = {
    "state": "in_review",
    "next_state": "",
    "review_note": "",
    "blocked": True,
    "lines": [
        {
            "id": "validity",
            "sentence": "None of its stores is invalid or unreadable.",
            "weight": "blocks",
            "passed": False,
            "wrong": "1 store is invalid or unreadable.",
            "where": ["BR00117012.ome.zarr"],
            "todo": "Look at the findings, have the stores mended, and harvest them again.",
            "link": "https://plates.example.org/search/?of=plates&q=dataset%3Akinase-screen",
        }
    ],
}
TOMBSTONE: Final[Json] = {
    **DATASET,
    "title": "Kinase inhibitors in U-2 OS",
    "doi": "10.0000/example",
    "state": "withdrawn",
    "published_at": "2026-03-04T10:00:00Z",
    "tombstone": {"at": "2026-09-01T08:00:00Z", "reason": "The cell line was another one."},
    "links": {
        "self": f"{API}/datasets/{DATASET_ID}/",
        "versions": f"{API}/datasets/{DATASET_ID}/versions/",
    },
}
_NONE: Final[Json] = {"total": 0, "first": []}
DIFF: Final[Json] = {
    "from": 1,
    "to": 2,
    "metadata": [{"key": "licence", "before": "CC-BY-NC-4.0", "after": "CC-BY-4.0"}],
    "stores": {"added": _NONE, "removed": _NONE, "changed": _NONE},
    "wells": {
        "added": _NONE,
        "removed": _NONE,
        "changed": {
            "total": 1,
            "first": [
                {
                    "plate": PLATE,
                    "well": "B03",
                    "changes": [{"key": "compound", "before": "Taxol", "after": "Paclitaxel"}],
                }
            ],
        },
    },
    "csv": f"{API}/datasets/{DATASET_ID}/versions/2/diff.csv?from=1",
}

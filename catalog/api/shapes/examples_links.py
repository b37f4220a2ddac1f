"""Links and a share as the API tells them: the examples of the schema."""

from typing import Final

from catalog.api.shapes.example_names import Json
from catalog.api.shapes.examples import ONE

_HOST: Final = "https://plates.example.org"
_FIELD: Final = ONE["field"]
_STORE: Final = str(_FIELD["store"])
_PATH: Final = str(_FIELD["path"])
_TOKEN: Final = "wYQ3kq0bN5Jm8uT1zXfVrE7hLcPdAo2iGsKy9BtRnMe"  # noqa: S105 - opens nothing
_TICKET: Final = "WzcsIjAxOTMiLCJCLzAzLzAiLDE3NzI0NDQ4MDBd~c2lnbmF0dXJl"
_ADDRESS: Final = f"{_HOST}/data/t/{_TICKET}/{_STORE}/{_PATH}"
_VIZARR: Final = "https://hms-dbmi.github.io/vizarr/?source="


def _links(address: str, way: str, quoted: str) -> Json:
    return {
        "opens": "image",
        "store": _STORE,
        "path": _PATH,
        "version": "0.5",
        "url": "" if way == "shared" else str(_FIELD["url"]),
        "address": {"url": address, "way": way, "expires_at": "2026-03-02T10:00:00Z"},
        "presigned": None,
        "viewers": [
            {
                "name": "vizarr",
                "title": "vizarr",
                "answer": "yes",
                "reason": "vizarr opens an image of OME-Zarr 0.5.",
                "url": f"{_VIZARR}{quoted}",
                "how": None,
                "documentation": "https://github.com/hms-dbmi/vizarr#getting-started",
            },
            {
                "name": "webknossos",
                "title": "WEBKNOSSOS",
                "answer": "unknown",
                "reason": "Nobody says whether WEBKNOSSOS opens OME-Zarr 0.5; it does open 0.4.",
                "url": None,
                "how": f"In WEBKNOSSOS: Datasets > Add Dataset > Add Remote Dataset, then {address}",
                "documentation": "https://docs.webknossos.org/webknossos/data/streaming.html",
            },
        ],
        "snippets": [
            {
                "name": "zarr",
                "title": "zarr-python",
                "answer": "yes",
                "reason": "zarr-python reads it over http.",
                "language": "python",
                "install": "pip install 'zarr>=3' fsspec aiohttp",
                "code": f"import zarr\n\nimage = zarr.open_group('{address}', mode='r')\n",
                "documentation": "https://zarr.readthedocs.io/en/stable/user-guide/storage/",
            }
        ],
        "test": {
            "tested_at": "2026-03-02T09:00:00Z",
            "checks": [
                {
                    "name": "document",
                    "passed": True,
                    "sentence": "plates.example.org answers as viewers need it.",
                }
            ],
        },
        "stores": [],
        "links": {"store": None, "shares": None, "test": None}
        if way == "shared"
        else {
            "store": f"{_HOST}/api/v1/stores/{_STORE}/",
            "shares": f"{_HOST}/api/v1/shares/",
            "test": f"{_HOST}/api/v1/stores/{_STORE}/test-links/",
        },
    }


_SHARE_ID: Final = "01930000-0000-7000-8000-000000000006"
_PLATE: Final = ONE["plate"]
SHARE: Final[Json] = {
    "id": _SHARE_ID,
    "kind": "well",
    "dataset": _PLATE["dataset"],
    "plate": {"id": _PLATE["id"], "name": _PLATE["name"]},
    "well": "B03",
    "store": None,
    "path": "",
    "made_by": "curator",
    "made_at": "2026-03-03T09:00:00Z",
    "expires_at": "2026-03-10T09:00:00Z",
    "revoked_at": None,
    "used_at": "2026-11-26T09:10:00Z",
    "links": {
        "self": f"{_HOST}/api/v1/shares/{_SHARE_ID}/",
        "thing": f"{_HOST}/api/v1/plates/{_PLATE['id']}/wells/B03/",
    },
}
LINKS: Final = _links(_ADDRESS, "signed", "https%3A%2F%2Fplates.example.org%2Fdata%2Ft%2F...")
SHARED: Final = _links(
    f"{_HOST}/data/s/{_TOKEN}/{_STORE}/{_PATH}",
    "shared",
    "https%3A%2F%2Fplates.example.org%2Fdata%2Fs%2F...",
)

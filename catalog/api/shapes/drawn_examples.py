"""What was drawn of a plate, as the API tells it: examples of the schema."""

from typing import Final

from catalog.api.shapes.example_names import PLATE_ID, PLATE_URL, STORE_ID, Json

_DRAWN: Final[Json] = {
    "plate": PLATE_ID,
    "store": STORE_ID,
    "acquisition": 0,
    "drawn_at": "2026-03-02T11:02:17Z",
    "outdated": False,
}
_MARK: Final = "019300000000700080000000000000aa"
_CHANNELS: Final = [
    {
        "number": 0,
        "label": "DNA",
        "color": "2F6BFF",
        "low": 104.0,
        "high": 3200.0,
        "by": "omero",
        "active": True,
    },
    {
        "number": 1,
        "label": "AGP",
        "color": "3DDC84",
        "low": 121.0,
        "high": 1850.0,
        "by": "percentiles",
        "active": True,
    },
]
_SHEET_URL: Final = f"{PLATE_URL}contact-sheet?store={STORE_ID}&acquisition=0"

SHEET: Final[Json] = {
    **_DRAWN,
    "acquisitions": [0],
    "mark": _MARK,
    "width": 1922,
    "height": 1282,
    "tile": 78,
    "gap": 2,
    "channels": _CHANNELS,
    "images": {
        "composed": f"{_SHEET_URL}&v={_MARK}",
        "0": f"{_SHEET_URL}&channel=0&v={_MARK}",
        "1": f"{_SHEET_URL}&channel=1&v={_MARK}",
    },
    "wells": {
        "B03": {
            "x": 162,
            "y": 82,
            "width": 78,
            "height": 78,
            "field": "B/03/4",
            "shown": "drawn",
        },
        "B04": {
            "x": 242,
            "y": 82,
            "width": 78,
            "height": 78,
            "field": "B/04/4",
            "shown": "missing",
        },
    },
}
STATISTICS_OF_PLATE: Final[Json] = {
    **_DRAWN,
    "channel": 0,
    "channels": _CHANNELS,
    "statistic": "mean",
    "statistics": {"mean": "The mean of all pixels."},
    "values": {"A01": 812.4, "A02": 1733.1, "B03": 1290.8},
    "zprime": {
        "value": 0.61,
        "negative": {"wells": 16, "mean": 801.3, "sd": 40.2},
        "positive": {"wells": 16, "mean": 1720.9, "sd": 79.3},
        "why": "",
    },
    "rows": [{"number": 0, "name": "A", "wells": 24, "mean": 1104.2}],
    "columns": [{"number": 0, "name": "01", "wells": 16, "mean": 801.3}],
    "edge": {
        "outer_wells": 76,
        "inner_wells": 308,
        "outer": 1033.0,
        "inner": 1191.4,
        "shift": -1.2,
    },
    "turned": {
        "as_mapped": 0.4,
        "turned": 9.3,
        "measure": "the mean of DNA",
        "negative_wells": 16,
        "positive_wells": 16,
        "sentence": "The plate, or its map, may be the wrong way round.",
    },
}

"""The grid of a plate as the API tells it: the example of the schema."""

from typing import Final

from catalog.api.shapes.example_names import Json
from catalog.api.shapes.examples import ONE

_WELL: Final[Json] = {
    "label": "B03",
    "row": 1,
    "column": 2,
    "position": 5,
    "present": True,
    "fields": 9,
    "terms": [0],
    "condition": 0,
    "findings": [],
    "values": [3e-06],
}
GRID: Final[Json] = {
    "plate": {"id": ONE["plate"]["id"], "name": ONE["plate"]["name"]},
    "rows": ["A", "B"],
    "columns": ["01", "02", "03"],
    "shape": [2, 3],
    "colors": [
        {
            "key": "concentration",
            "title": "Concentration",
            "scale": "log",
            "unit": "mol/L",
            "low": 3e-09,
            "high": 3e-05,
            "values": 8,
        }
    ],
    "pixels": [
        {"key": "pixels:mean:0", "title": "mean of DAPI", "statistic": "mean", "channel": 0}
    ],
    "color": {
        "key": "concentration",
        "title": "Concentration",
        "scale": "log",
        "unit": "mol/L",
        "low": 3e-09,
        "high": 3e-05,
        "values": 8,
    },
    "terms": [{"key": "concentration", "text": "3 uM", "number": 3e-06, "unit": "mol/L"}],
    "readouts": {"cell_count": [None, None, None, None, None, 312.0]},
    "wells": [_WELL],
}
GRID_BY_PIXELS: Final[Json] = {
    **GRID,
    "color": {
        "key": "pixels:mean:0",
        "title": "mean of DAPI",
        "scale": "linear",
        "unit": "",
        "low": 311.8,
        "high": 402.6,
        "values": 96,
    },
    "wells": [{**_WELL, "values": [371.25]}],
}

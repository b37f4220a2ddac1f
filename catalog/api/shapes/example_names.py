"""What the examples of the schema speak of: a dataset, its plate, where they are, its pixels."""

from collections.abc import Mapping
from typing import Final

Json = Mapping[str, object]

API: Final = "https://plates.example.org/api/v1"
DATASET_ID: Final = "01930000-0000-7000-8000-000000000001"
PLATE_ID: Final = "01930000-0000-7000-8000-000000000002"
STORE_ID: Final = "01930000-0000-7000-8000-000000000003"
IMAGE_ID: Final = "01930000-0000-7000-8000-000000000004"
PLATE_MAP_ID: Final = "01930000-0000-7000-8000-000000000005"
PLATE_URL: Final = f"{API}/plates/{PLATE_ID}/"
STORE_URL: Final = f"{API}/stores/{STORE_ID}/"
PLACE: Final = "s3://screens/2026/BR00117012.ome.zarr"
DATASET: Final = {"id": DATASET_ID, "slug": "kinase-screen"}
PLATE: Final = {"id": PLATE_ID, "name": "BR00117012"}


def _channel(label: str, color: str, end: float) -> Json:
    window = {"start": 104.0, "end": end, "min": 0.0, "max": 65535.0}
    return {"label": label, "color": color, "active": True, "window": window}


PIXELS: Final = {
    "axes": [
        {"name": "c", "type": "channel", "unit": None},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space", "unit": "micrometer"},
    ],
    "shape": [2, 1080, 1080],
    "dtype": "uint16",
    "pixel_size": {"x": 0.598, "y": 0.598, "z": None, "unit": "micrometer"},
    "levels": 4,
    "channels": [_channel("DNA", "2F6BFF", 3200.0), _channel("AGP", "3DDC84", 1850.0)],
    "labels": ["nuclei"],
    "tables": [],
}

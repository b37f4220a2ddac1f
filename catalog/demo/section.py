"""The image of the demo that is no plate: a tissue section with its nuclei as labels."""

from pathlib import Path

import numpy as np

from catalog.demo import tissue
from catalog.demo.documents import Channel, Space, image_label, multiscale, omero
from catalog.demo.formats import OmeZarr05
from catalog.demo.light import Pixels, thinned
from catalog.demo.plates import write_levels
from plates.omezarr.jsonvalues import JsonObject

NAME = "Tissue section, glands and immune cells"
CHANNELS = (
    Channel(label="DAPI", color="2F6BFF", window=(104, 900)),
    Channel(label="E-cadherin", color="3DDC84", window=(104, 850)),
    Channel(label="CD45", color="FF2E88", window=(104, 1000)),
)
LEVELS = 3
PIXEL_UM = (1.5, 0.5, 0.5)
"""Along z, y and x."""
LABELS = "nuclei"
_SEED = 5
_FORMAT = OmeZarr05()
_ORIGIN = (0.0, 0.0, 0.0)


def write_section(folder: Path) -> None:
    """Write the section: three channels, three planes, and the label image beside them."""
    pixels, labels = tissue.section(np.random.default_rng(_SEED))
    space = Space("czyx", (1.0, *PIXEL_UM), (0.0, *_ORIGIN))
    parts: JsonObject = {
        "multiscales": [multiscale(NAME, space, levels=LEVELS)],
        "omero": omero(NAME, CHANNELS, planes=tissue.PLANES),
    }
    _FORMAT.group(folder, parts)
    write_levels(folder, pixels, format=_FORMAT, axes="czyx", levels=LEVELS)
    _write_labels(folder / "labels", labels)


def _write_labels(folder: Path, labels: Pixels) -> None:
    space = Space("zyx", PIXEL_UM, _ORIGIN, averaged=False)
    numbers = np.unique(labels[labels > 0]).tolist()
    parts: JsonObject = {
        "multiscales": [multiscale(LABELS, space, levels=LEVELS)],
        "image-label": image_label(numbers),
    }
    _FORMAT.group(folder, {"labels": [LABELS]})
    _FORMAT.group(folder / LABELS, parts)
    write_levels(
        folder / LABELS, labels, format=_FORMAT, axes="zyx", levels=LEVELS, smaller=thinned
    )

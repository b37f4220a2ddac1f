"""What is known of one channel of one image, as it goes from who draws to the table of its store."""

import msgspec

from plates.pixels.intensities import Intensities


class Measured(msgspec.Struct, frozen=True):
    """The statistics of one channel of one field or image, and the level that they are of."""

    path: str
    well: str
    acquisition: int | None
    channel: int
    level: int
    intensities: Intensities

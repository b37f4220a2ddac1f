from enum import StrEnum


class Opened(StrEnum):
    """What a viewer is given: the node of a store at which it starts."""

    PLATE = "plate"
    WELL = "well"
    IMAGE = "image"
    COLLECTION = "collection"
    OTHER = "other"

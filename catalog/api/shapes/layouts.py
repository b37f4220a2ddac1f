from plates.models import Layout


def layout_told(layout: Layout | None) -> dict[str, object]:
    """What an image's or a field's layout says, in the words of the contract; empty if unknown."""
    if layout is None:
        return {
            "axes": [],
            "shape": [],
            "dtype": None,
            "pixel_size": {"x": None, "y": None, "z": None, "unit": None},
            "levels": 0,
            "channels": [],
            "labels": [],
            "tables": [],
        }
    return {
        "axes": layout.axes,
        "shape": layout.shape,
        "dtype": layout.dtype,
        "pixel_size": {
            "x": layout.pixel_size_x,
            "y": layout.pixel_size_y,
            "z": layout.pixel_size_z,
            "unit": layout.pixel_unit or None,
        },
        "levels": layout.levels,
        "channels": layout.channels,
        "labels": layout.labels,
        "tables": layout.tables,
    }

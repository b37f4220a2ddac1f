"""Faults of bioformats2raw collections and scenes, planted one at a time."""

import shutil
from pathlib import Path
from typing import Final

from tests import stores
from tests.plates.omezarr.planting import (
    Planted,
    drop,
    put,
    put_text,
    remove,
)
from tests.store_writer import StoreWriter
from tests.stores import Style, Version

BOTH: Final[tuple[Version, ...]] = ("0.4", "0.5")
XML = "OME/METADATA.ome.xml"
OME_XML = ("", XML)


def _collection(folder: Path, version: Version) -> Path:
    return stores.collection(folder, version)


def _collection_without_series(folder: Path, version: Version) -> Path:
    return stores.collection(folder, version, series=False)


def scene(folder: Path, version: Version) -> Path:
    """Two images placed side by side."""
    writer = StoreWriter(folder, version, Style(), distinct=False)
    beside = {
        "type": "translation",
        "translation": [0, 0, 0, 512.0],
        "input": {"path": "left", "name": "physical"},
        "output": {"path": "right", "name": "physical"},
    }
    writer.group("", {"scene": {"coordinateTransformations": [beside]}})
    for name in ("left", "right"):
        stores.image(folder / name, version=version, size=(1024, 1024))
    return folder


def _gap(folder: Path, version: Version) -> None:
    shutil.move(folder / "1", folder / "3")


def _pixels_in_xml(folder: Path, version: Version) -> None:
    text = (folder / XML).read_text()
    (folder / XML).write_text(
        text.replace("<MetadataOnly/>", '<BinData Length="0" BigEndian="false"/>', 1)
    )


def _fewer_images_in_xml(folder: Path, version: Version) -> None:
    text = (folder / XML).read_text()
    (folder / XML).write_text(text[: text.index('<Image ID="Image:2"')] + "</OME>")


COLLECTION_FAULTS: Final = (
    Planted(
        "BF2RAW-VALUE",
        "A layout of bioformats2raw other than 3.",
        BOTH,
        node="",
        plant=put("", "bioformats2raw.layout", value=2),
        base=_collection,
    ),
    Planted(
        "BF2RAW-SERIES",
        "A series that names an image that is not there.",
        BOTH,
        node="OME",
        or_at=("", "1"),
        plant=remove("1"),
        base=_collection,
    ),
    Planted(
        "BF2RAW-SERIES",
        "A series longer than the images in the OME-XML.",
        BOTH,
        node="OME",
        or_at=("", XML),
        plant=_fewer_images_in_xml,
        base=_collection,
    ),
    Planted(
        "BF2RAW-CONSEC",
        "Images 0, 2 and 3, and no series.",
        BOTH,
        node="",
        or_at=("1", "OME"),
        plant=_gap,
        base=_collection_without_series,
    ),
    Planted(
        "BF2RAW-XML-ABSENT",
        "A collection without OME-XML.",
        BOTH,
        node="OME",
        or_at=OME_XML,
        plant=remove(XML),
        base=_collection,
    ),
    Planted(
        "BF2RAW-XML",
        "OME-XML that says that it holds pixels.",
        BOTH,
        node="OME",
        or_at=OME_XML,
        plant=_pixels_in_xml,
        base=_collection,
    ),
    Planted(
        "BF2RAW-XML",
        "OME-XML that is no XML.",
        BOTH,
        node="OME",
        or_at=OME_XML,
        plant=put_text(XML, "<OME><Image"),
        base=_collection,
    ),
    Planted(
        "BF2RAW-STRUCTURE",
        "A series that is no list.",
        BOTH,
        node="OME",
        or_at=("",),
        plant=put("OME", "series", value="0"),
        pointer_end="/series",
        base=_collection,
    ),
    Planted(
        "SCENE-STRUCTURE",
        "A scene without transformations.",
        ("0.6",),
        node="",
        plant=drop("", "scene", "coordinateTransformations"),
        pointer_end="/scene",
        base=scene,
    ),
)

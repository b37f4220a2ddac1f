"""Faults of versions and the Zarr format, planted one at a time."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

from plates.omezarr.spelling import MAX_MEMBERS
from tests import stores
from tests.plates.omezarr.planting import (
    FIELD,
    WHOLE,
    Plant,
    Planted,
    array_of,
    base_of,
    changed,
    drop_array,
    put,
    put_array,
    put_chunk,
    whole_plate,
)
from tests.stores import Json, Version

BOTH: Final[tuple[Version, ...]] = ("0.4", "0.5")
LEVEL = f"{FIELD}/1"


def _consolidated(folder: Path, version: Version) -> Path:
    return stores.consolidate(whole_plate(folder, version))


def _zarr_3_of_04(folder: Path, version: Version) -> Path:
    """A plate of 0.4 by its attributes, in Zarr 3."""
    stores.plate(
        folder, wells=["B03"], shape=(2, 3), version="0.5", style=replace(WHOLE, ome_key=False)
    )
    for document in folder.rglob("zarr.json"):
        text = document.read_text().replace('"0.5"', '"0.4"')
        document.write_text(text.replace('"datasets":', '"version": "0.4", "datasets":'))
    return folder


def _nothing(folder: Path, version: Version) -> None:
    """The base itself is at fault."""


def _other_format(folder: Path, version: Version) -> None:
    other: Version = "0.5" if version == "0.4" else "0.4"
    twin = whole_plate(folder.with_name(f"{folder.name}.twin"), other)
    shutil.rmtree(folder / LEVEL)
    shutil.move(twin / LEVEL, folder / LEVEL)
    shutil.rmtree(twin)


def _both_formats(folder: Path, version: Version) -> None:
    twin = whole_plate(folder.with_name(f"{folder.name}.twin"), "0.4")
    for name in (".zgroup", ".zattrs"):
        shutil.move(twin / name, folder / name)
    shutil.rmtree(twin)


def _unheard_codec(folder: Path, version: Version) -> None:
    with array_of(folder, LEVEL) as array:
        if version == "0.5":
            array["codecs"].append({"name": "unheard", "configuration": {}})
        else:
            array["compressor"] = {"id": "unheard"}


def _other_version_of_field(folder: Path, version: Version) -> None:
    if version == "0.5":
        put(FIELD, "version", value="0.4")(folder, version)
    else:
        put(FIELD, "multiscales", 0, "version", value="0.3")(folder, version)


def _unknown_version(folder: Path, version: Version) -> None:
    for document in folder.rglob("zarr.json"):
        document.write_text(
            document.read_text().replace(f'"version": "{version}"', '"version": "7.3"')
        )


def _broken(node: str, content: bytes) -> Plant:
    def plant(folder: Path, version: Version) -> None:
        names = ("zarr.json", ".zarray", ".zattrs")
        document = next(path for name in names if (path := folder / node / name).exists())
        document.write_bytes(content)

    return plant


def _silent_root(folder: Path, version: Version) -> None:
    if version == "0.4":
        (folder / ".zattrs").unlink()
        return
    with changed(folder / "zarr.json") as document:
        document["attributes"] = {}


def _stale(folder: Path, version: Version) -> None:
    put(FIELD, "multiscales", 0, "name", value="changed since")(folder, version)


def _rewritten(node: str, before: str, after: str) -> Plant:
    """A plant that changes the text of the document of a group."""

    def plant(folder: Path, version: Version) -> None:
        document = folder / node / stores.document_name(version)
        text = document.read_text()
        assert before in text
        document.write_text(text.replace(before, after, 1))

    return plant


def _with_pixels(folder: Path, version: Version) -> Path:
    return stores.plate(folder, version=version, shape=(1, 2), chunks=True)


def _cut_chunk(folder: Path, version: Version) -> None:
    for chunk in (folder / "A/01/0/0").rglob("*"):
        if chunk.is_file() and chunk.name not in {"zarr.json", ".zarray"}:
            chunk.write_bytes(chunk.read_bytes()[:-2])


def _endless(folder: Path, version: Version) -> None:
    put(FIELD, "multiscales", 0, "metadata", value={"args": [0] * (MAX_MEMBERS + 1)})(
        folder, version
    )


def _vanished(folder: Path, version: Version) -> None:
    if version == "0.5":
        document: Json = json.loads((folder / "zarr.json").read_bytes())
        document["consolidated_metadata"]["metadata"]["B/04"] = {
            "zarr_format": 3,
            "node_type": "group",
            "attributes": {},
        }
        (folder / "zarr.json").write_text(json.dumps(document))
        return
    document = json.loads((folder / ".zmetadata").read_bytes())
    document["metadata"]["B/04/.zgroup"] = {"zarr_format": 2}
    (folder / ".zmetadata").write_text(json.dumps(document))


ZARR_FAULTS: Final = (
    Planted(
        "ZARR-FORMAT",
        "A level in the other format of Zarr.",
        BOTH,
        node=LEVEL,
        plant=_other_format,
    ),
    Planted(
        "ZARR-FORMAT",
        "A plate of 0.4 in Zarr 3.",
        ("0.4",),
        node="",
        plant=_nothing,
        times=None,
        base=_zarr_3_of_04,
    ),
    Planted(
        "ZARR-SEPARATOR",
        "An array whose chunks lie side by side.",
        ("0.2", "0.3", "0.4"),
        node=LEVEL,
        plant=put_array(LEVEL, "dimension_separator", "."),
    ),
    Planted(
        "ZARR-DIM-NAMES",
        "An array whose dimensions have other names than the axes.",
        ("0.5",),
        node=LEVEL,
        plant=put_array(LEVEL, "dimension_names", ["c", "z", "x", "y"]),
    ),
    Planted(
        "ZARR-DIM-NAMES",
        "An array whose dimensions have no names.",
        ("0.5",),
        node=LEVEL,
        plant=drop_array(LEVEL, "dimension_names"),
    ),
    Planted(
        "ZARR-CONSOLIDATED",
        "Consolidated metadata that is older than a field.",
        BOTH,
        node="",
        or_at=(FIELD,),
        plant=_stale,
        base=_consolidated,
    ),
    Planted(
        "ZARR-CONSOLIDATED",
        "Consolidated metadata of a group that is not there.",
        BOTH,
        node="",
        or_at=("B/04",),
        plant=_vanished,
        base=_consolidated,
    ),
    Planted(
        "ZARR-CHUNKS",
        "A chunk that is larger than its array.",
        BOTH,
        node=f"{FIELD}/0",
        plant=put_chunk(f"{FIELD}/0", (1, 1, 4096, 4096)),
    ),
    Planted(
        "ZARR-CHUNKS",
        "An array whose codec nobody knows.",
        BOTH,
        node=LEVEL,
        plant=_unheard_codec,
    ),
    Planted(
        "ZARR-CHUNK-DATA",
        "A chunk that is cut off.",
        BOTH,
        node="A/01/0/0",
        plant=_cut_chunk,
        base=_with_pixels,
    ),
    Planted(
        "ZARR-STRUCTURE",
        "An array that says that it is of another format than its name.",
        BOTH,
        node=LEVEL,
        plant=put_array(LEVEL, "zarr_format", 1),
    ),
    Planted(
        "STORE-PATH",
        "A level in another field.",
        BOTH,
        node=FIELD,
        plant=put(FIELD, "multiscales", 0, "datasets", 1, "path", value="../1/1"),
        pointer_end="/multiscales/0/datasets/1/path",
        extra=frozenset({"LBL-LEVELS"}),
    ),
    Planted(
        "STORE-PATH",
        "A label outside of the list of labels.",
        BOTH,
        node=f"{FIELD}/labels",
        plant=put(f"{FIELD}/labels", "labels", value=["nuclei", "../../1"]),
        pointer_end="/labels/1",
    ),
    Planted(
        "ZARR-JSON-STRICT",
        "A document that holds NaN.",
        BOTH,
        node=FIELD,
        plant=put(FIELD, "noise", value=float("nan")),
    ),
    Planted(
        "ZARR-JSON-STRICT",
        "A document that begins with a byte order mark.",
        BOTH,
        node=FIELD,
        plant=_rewritten(FIELD, "{", "\ufeff{"),
    ),
    Planted(
        "ZARR-JSON-KEYS",
        "A well whose images are listed under two keys of the same name.",
        BOTH,
        node="B/03",
        plant=_rewritten("B/03", '"images": [', '"images": [], "images": ['),
    ),
    Planted(
        "ZARR-JSON-SIZE",
        "A list without end.",
        BOTH,
        node=FIELD,
        plant=_endless,
        pointer_end="/multiscales/0/metadata/args",
    ),
    Planted(
        "OME-VERSION",
        "A field of another version than its plate.",
        BOTH,
        node=FIELD,
        or_at=("",),
        plant=_other_version_of_field,
        extra=frozenset({"IMG-STRUCTURE", "ZARR-FORMAT"}),
    ),
    Planted(
        "OME-VERSION-KNOWN",
        "A version that nobody knows.",
        ("0.5",),
        node="",
        plant=_unknown_version,
        times=None,
    ),
    Planted(
        "OME-VERSION-ABSENT",
        "A plate that names no version.",
        ("0.4",),
        node="",
        plant=_nothing,
        base=base_of(replace(WHOLE, versions=False)),
    ),
    Planted(
        "OME-ABSENT",
        "A root that says nothing.",
        BOTH,
        node="",
        plant=_silent_root,
    ),
    Planted(
        "OME-MIXED",
        "A plate with documents of both formats at its root.",
        ("0.5",),
        node="",
        plant=_both_formats,
    ),
)

BROKEN_DOCUMENTS: Final = tuple(
    Planted(
        "ZARR-JSON",
        f"The document of {of} that {what}.",
        BOTH,
        node=node,
        plant=_broken(node, content),
    )
    for node, of in (("B/03", "a well"), (FIELD, "a field"), (LEVEL, "a level"))
    for what, content in (
        ("ends too soon", b'{"zarr_format": 3, "attributes": {"ome"'),
        ("is a list", b"[]"),
        ("is not UTF-8", b'{"well": "\xff\xfe"}'),
        ("is a Git LFS pointer", b"version https://git-lfs.github.com/spec/v1\nsize 1\n"),
    )
)

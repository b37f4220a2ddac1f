"""The table of libraries that read stores over http, and the lines in which each does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalog.links.opened import Opened

_EVERY: Final = frozenset(Opened)
_NODES: Final = frozenset({Opened.PLATE, Opened.WELL, Opened.IMAGE})
_UP_TO_05: Final = frozenset({"0.1", "0.2", "0.3", "0.4", "0.5"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library that reads stores over http, and the lines in which it does.

    `codes` are by what is opened, in place of `code`; in them `{url}` is the address, `{document}`
    the name of the node's own document, `{level}` the path of the largest level. `versions` of
    OME-Zarr are those that it reads; None for what knows nothing of OME-Zarr.
    """

    name: str
    title: str
    language: str = "python"
    install: str
    opens: frozenset[Opened]
    versions: frozenset[str] | None
    code: str
    codes: Mapping[Opened, str] | None = None
    beyond: str = ""
    documentation: str


LIBRARIES: Final = (
    Library(
        name="zarr",
        title="zarr-python",
        install="pip install 'zarr>=3' fsspec aiohttp",
        opens=_EVERY,
        versions=None,
        code=(
            "import zarr\n\ngroup = zarr.open_group({url}, mode='r')\nprint(dict(group.attrs))\n"
        ),
        codes={
            Opened.IMAGE: (
                "import zarr\n\n"
                "image = zarr.open_group({url}, mode='r')\n"
                "pixels = image[{level}]\n"
                "print(pixels.shape, pixels.dtype)\n"
                "print(pixels[..., :64, :64].mean())\n"
            )
        },
        documentation="https://zarr.readthedocs.io/en/stable/user-guide/storage/",
    ),
    Library(
        name="ome-zarr",
        title="ome-zarr-py",
        install="pip install ome-zarr",
        opens=frozenset({Opened.PLATE, Opened.WELL, Opened.IMAGE}),
        versions=_UP_TO_05,
        code=(
            "from ome_zarr.io import parse_url\n"
            "from ome_zarr.reader import Reader\n\n"
            "node = next(iter(Reader(parse_url({url}))()))\n"
            "print(node.data[0])\n"
            "print(node.data[-1][..., :64, :64].mean().compute())\n"
        ),
        documentation="https://ome-zarr.readthedocs.io/en/stable/python.html",
    ),
    Library(
        name="ngio",
        title="ngio",
        install="pip install ngio aiohttp",
        opens=_NODES,
        versions=frozenset({"0.4", "0.5"}),
        code="",
        codes={
            Opened.IMAGE: (
                "from ngio import open_ome_zarr_container\n\n"
                "image = open_ome_zarr_container({url}, mode='r').get_image()\n"
                "print(image)\n"
                "print(image.get_as_dask()[..., :64, :64].mean().compute())\n"
            ),
            Opened.PLATE: (
                "from ngio import open_ome_zarr_plate\n\n"
                "plate = open_ome_zarr_plate({url}, mode='r')\n"
                "print(plate, plate.wells_paths())\n"
            ),
            Opened.WELL: (
                "from ngio import open_ome_zarr_well\n\n"
                "well = open_ome_zarr_well({url}, mode='r')\n"
                "print(well, well.paths())\n"
            ),
        },
        documentation="https://biovisioncenter.github.io/ngio/stable/",
    ),
    Library(
        name="iohub",
        title="iohub",
        install="pip install 'iohub<0.3' aiohttp",
        opens=frozenset({Opened.PLATE, Opened.IMAGE}),
        versions=frozenset({"0.4"}),
        code=(
            "from iohub import open_ome_zarr\n\n"
            "with open_ome_zarr({url}, mode='r') as plate:\n"
            "    print([name for name, _ in plate.positions()])\n"
        ),
        codes={
            Opened.IMAGE: (
                "from iohub import open_ome_zarr\n\n"
                "with open_ome_zarr({url}, layout='fov', mode='r') as field:\n"
                "    print(field.data.shape, field.channel_names)\n"
                "    print(field.data[..., :64, :64].mean())\n"
            )
        },
        beyond=(
            "iohub reads OME-Zarr 0.5 from version 0.3 on, with Python 3.12 or newer, in folders; that "
            "it reads it over http has not been seen."
        ),
        documentation="https://czbiohub-sf.github.io/iohub/main/",
    ),
    Library(
        name="fsspec",
        title="fsspec",
        install="pip install fsspec aiohttp",
        opens=_EVERY,
        versions=None,
        code=(
            "import json\n\n"
            "import fsspec\n\n"
            "store = fsspec.get_mapper({url})\n"
            "print(json.loads(store[{document}]))\n"
        ),
        documentation="https://filesystem-spec.readthedocs.io/en/latest/",
    ),
    Library(
        name="obstore",
        title="obstore",
        install="pip install obstore",
        opens=_EVERY,
        versions=None,
        code=(
            "import json\n\n"
            "import obstore\n"
            "from obstore.store import HTTPStore\n\n"
            "store = HTTPStore.from_url({url}, client_options={{'allow_http': True}})\n"
            "print(json.loads(bytes(obstore.get(store, {document}).bytes())))\n"
        ),
        documentation="https://developmentseed.org/obstore/latest/api/store/http/",
    ),
    Library(
        name="napari",
        title="napari",
        install="pip install 'napari[all]' napari-ome-zarr",
        opens=frozenset({Opened.PLATE, Opened.IMAGE, Opened.COLLECTION}),
        versions=_UP_TO_05,
        code=(
            "import napari\n\n"
            "viewer = napari.Viewer()\n"
            "viewer.open({url}, plugin='napari-ome-zarr')\n"
            "napari.run()\n"
        ),
        documentation="https://github.com/ome/napari-ome-zarr",
    ),
)
"""Every library that snippets are made for."""

"""The capability table: which viewer opens what, and by which URL. One row for each viewer.

What is said of each stands in the manifests of BioImageTools/capability-manifest, in the tests of
ome/ome-ngff-tools and in the viewer's own documentation, as they were in November 2026. What
none of them says is not guessed: the answer is `unknown` then.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalog.links.opened import Opened


class Runs(StrEnum):
    """Where a viewer runs, which says what it can reach."""

    BROWSER = "browser"
    """A page of another site: it reads http(s) that lets such pages read."""
    DESKTOP = "desktop"
    """A program of the person's own machine: it reads http(s) and folders."""
    SERVER = "server"
    """A service elsewhere that reads for its users: it reaches public addresses only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """One viewer, and what it opens.

    `versions` of OME-Zarr open, `not_versions` do not; of the rest nobody says anything. `codecs`
    and `dtypes` are all that it reads; None if nobody says which these are. `link` is the URL that
    opens an address in it: `{url}` stands for that, `{state}` for the state of Neuroglancer;
    without a link `how` says what a person does with the address, `{raw}`, or `{shell}` in a shell.
    `table` is the URL that opens a table of fields in it: `{source}` stands for what says where.
    """

    name: str
    title: str
    runs: Runs
    opens: frozenset[Opened]
    versions: frozenset[str]
    not_versions: frozenset[str] = frozenset()
    zarr_formats: frozenset[int] = frozenset({2, 3})
    axes: frozenset[str] | None = None
    dtypes: frozenset[str] | None = None
    codecs: frozenset[str] | None = None
    same_planes: bool = False
    link: str = ""
    how: str = ""
    table: str = ""
    remark: str = ""
    instead: str = ""
    documentation: str
    source: str


_TOOLS: Final = "https://github.com/ome/ome-ngff-tools/blob/main/public/data/tools"
_MANIFESTS: Final = "https://github.com/BioImageTools/capability-manifest"
_INTEGERS: Final = ("int8", "int16", "int32", "uint8", "uint16", "uint32")
_OF_ZARRITA: Final = frozenset(
    {
        "blosc",
        "bytes",
        "crc32c",
        "gzip",
        "lz4",
        "sharding_indexed",
        "transpose",
        "zlib",
        "zstd",
    }
)
"""What zarrita.js decodes, which most viewers in browsers read Zarr with."""
_TCZYX: Final = frozenset("tczyx")

VIEWERS: Final = (
    Viewer(
        name="vizarr",
        title="vizarr",
        runs=Runs.BROWSER,
        opens=frozenset({Opened.PLATE, Opened.WELL, Opened.IMAGE, Opened.COLLECTION}),
        versions=frozenset({"0.1", "0.2", "0.3", "0.4", "0.5"}),
        axes=_TCZYX,
        dtypes=frozenset({*_INTEGERS, "float32", "float64"}),
        codecs=_OF_ZARRITA,
        same_planes=True,
        link="https://hms-dbmi.github.io/vizarr/?source={url}",
        remark="Of a plate it shows the smallest level; a click on a well opens that.",
        documentation="https://github.com/hms-dbmi/vizarr#getting-started",
        source=f"{_TOOLS}/vizarr.yml",
    ),
    Viewer(
        name="neuroglancer",
        title="Neuroglancer",
        runs=Runs.BROWSER,
        opens=frozenset({Opened.IMAGE}),
        versions=frozenset({"0.4", "0.5"}),
        dtypes=frozenset({*_INTEGERS, "uint64", "float32"}),
        codecs=frozenset(
            {"blosc", "bytes", "crc32c", "gzip", "sharding_indexed", "transpose", "zlib", "zstd"}
        ),
        link="https://neuroglancer-demo.appspot.com/#!{state}",
        documentation="https://github.com/google/neuroglancer/tree/master/src/datasource/zarr",
        source=f"{_MANIFESTS}/blob/main/viewers/neuroglancer.yaml",
    ),
    Viewer(
        name="avivator",
        title="Avivator (Viv)",
        runs=Runs.BROWSER,
        opens=frozenset({Opened.IMAGE}),
        versions=frozenset({"0.3", "0.4", "0.5"}),
        axes=_TCZYX,
        dtypes=frozenset({*_INTEGERS, "float32", "float64"}),
        codecs=_OF_ZARRITA,
        same_planes=True,
        link="https://avivator.gehlenborglab.org/?image_url={url}",
        documentation="https://github.com/hms-dbmi/viv#avivator",
        source=f"{_TOOLS}/avivator.yml",
    ),
    Viewer(
        name="vole",
        title="Vol-E",
        runs=Runs.BROWSER,
        opens=frozenset({Opened.IMAGE}),
        versions=frozenset({"0.4", "0.5"}),
        not_versions=frozenset({"0.3"}),
        axes=_TCZYX,
        codecs=_OF_ZARRITA,
        link="https://volumeviewer.allencell.org/viewer?url={url}",
        documentation=(
            "https://github.com/allen-cell-animated/website-3d-cell-viewer/blob/main/"
            "documentation/URL_SPEC.md"
        ),
        source=f"{_TOOLS}/vole.yml",
    ),
    Viewer(
        name="ome-ngff-validator",
        title="ome-ngff-validator",
        runs=Runs.BROWSER,
        opens=frozenset({Opened.PLATE, Opened.WELL, Opened.IMAGE, Opened.COLLECTION}),
        versions=frozenset({"0.4", "0.5"}),
        link="https://ome.github.io/ome-ngff-validator/?source={url}",
        remark="It shows documents and checks them, with one chunk as a picture.",
        documentation="https://github.com/ome/ome-ngff-validator",
        source=f"{_MANIFESTS}/blob/main/manifests/validator.yaml",
    ),
    Viewer(
        name="napari",
        title="napari",
        runs=Runs.DESKTOP,
        opens=frozenset({Opened.PLATE, Opened.IMAGE, Opened.COLLECTION}),
        versions=frozenset({"0.1", "0.2", "0.3", "0.4", "0.5"}),
        how="napari --plugin napari-ome-zarr {shell}",
        documentation="https://github.com/ome/napari-ome-zarr",
        source="https://github.com/ome/napari-ome-zarr",
    ),
    Viewer(
        name="fiji-mobie",
        title="Fiji with MoBIE",
        runs=Runs.DESKTOP,
        opens=frozenset({Opened.PLATE, Opened.IMAGE}),
        versions=frozenset({"0.4"}),
        not_versions=frozenset({"0.3"}),
        how=(
            "In Fiji: Plugins > MoBIE > Open > Open OME ZARR (of a plate: Open HCS Dataset), then "
            "{raw}"
        ),
        documentation=(
            "https://omero-guides.readthedocs.io/en/latest/fiji/docs/view_mobie_zarr.html"
        ),
        source=f"{_TOOLS}/mobie.yml",
    ),
    Viewer(
        name="webknossos",
        title="WEBKNOSSOS",
        runs=Runs.SERVER,
        opens=frozenset({Opened.IMAGE}),
        versions=frozenset({"0.4"}),
        not_versions=frozenset({"0.3"}),
        axes=_TCZYX,
        how="In WEBKNOSSOS: Datasets > Add Dataset > Add Remote Dataset, then {raw}",
        documentation="https://docs.webknossos.org/webknossos/data/streaming.html",
        source=f"{_TOOLS}/webknossos.yml",
    ),
    Viewer(
        name="biofile-finder",
        title="BioFile Finder",
        runs=Runs.BROWSER,
        opens=frozenset(),
        versions=frozenset(),
        table="https://bff.allencell.org/app?source={source}",
        instead=(
            "BioFile Finder opens tables of files, not stores: a search and a "
            "dataset that are public open there as a table of their fields, and it opens what that "
            "names in the viewers above."
        ),
        documentation="https://bff.allencell.org/",
        source=(
            "https://github.com/AllenInstitute/biofile-finder/blob/main/packages/core/entity/"
            "SearchParams/index.ts"
        ),
    ),
)
"""Every viewer that links are made for, those in browsers that open plates in front."""

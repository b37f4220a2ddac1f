"""Small trees laid out as the public archives lay out theirs, and the stores that lie in each.

The lists of stores are written by hand, each with its reason: what a person who knows the archive
would want to find in a catalog of it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plates.states import StoreKind
from tests import stores

PLATE, IMAGE, COLLECTION = StoreKind.PLATE, StoreKind.IMAGE, StoreKind.COLLECTION
PLAIN, PACKED = StoreKind.ZARR, StoreKind.UNKNOWN
UUID = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d"
OTHER_UUID = "ffeeddcc-bbaa-9988-7766-554433221100"


@dataclass(frozen=True)
class ArchiveLayout:
    """How one archive lays out its stores: writes a tree, and names the stores that lie in it."""

    write: Callable[[Path], None]
    stores: Mapping[str, StoreKind]


def files(folder: Path, *names: str) -> None:
    """Write files that are no part of any store."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"not Zarr")


def group_2(folder: Path, attributes: Mapping[str, object] | None = None) -> None:
    """Write a plain group of Zarr 2, with attributes if there are any."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".zgroup").write_text('{"zarr_format": 2}')
    if attributes is not None:
        (folder / ".zattrs").write_text(json.dumps(attributes))


def array_2(folder: Path, *, chunks: int = 8) -> None:
    """Write an array of Zarr 2 whose chunks lie beside its document, and in folders too."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".zarray").write_text('{"zarr_format": 2, "shape": [8, 8], "chunks": [1, 8]}')
    files(folder, *(f"{number}.0" for number in range(chunks)))
    files(folder / "0", *map(str, range(chunks)))


def n5(folder: Path) -> None:
    """Write a container of N5: another format, with as many folders as chunks have rows."""
    folder.mkdir(parents=True)
    (folder / "attributes.json").write_text('{"n5": "2.5.1"}')
    for row in range(4):
        files(folder / "em" / "fibsem-uint16" / "s0" / str(row) / "0", "0", "1", "2")


def write_idr(root: Path) -> None:
    zarr = root / "zarr"
    stores.image(zarr / "v0.1" / "4495402.zarr", version="0.1", chunks=True)
    stores.plate(zarr / "v0.1" / "plates" / "5966.zarr", version="0.1", wells=["A/1"])
    stores.plate(zarr / "v0.4" / "idr0072B" / "9512.zarr", version="0.4", wells=["A/1"])
    stores.image(zarr / "v0.4" / "idr0062A" / "6001240.zarr", version="0.4", chunks=True)
    stores.plate(zarr / "v0.5" / "idr0010" / "76-45.ome.zarr", wells=["A/1"], chunks=True)
    challenge = root / "share" / "ome2024-ngff-challenge"
    stores.image(challenge / "idr0054" / "Tonsil 1.zarr")
    files(challenge, "idr0054.csv")


IDR = ArchiveLayout(
    write_idr,
    {
        # Images and plates lie side by side and are called alike: only their documents tell.
        "zarr/v0.1/4495402.zarr": IMAGE,
        "zarr/v0.1/plates/5966.zarr": PLATE,
        "zarr/v0.4/idr0072B/9512.zarr": PLATE,
        "zarr/v0.4/idr0062A/6001240.zarr": IMAGE,
        "zarr/v0.5/idr0010/76-45.ome.zarr": PLATE,
        # A name with a space in it.
        "share/ome2024-ngff-challenge/idr0054/Tonsil 1.zarr": IMAGE,
    },
)


def write_bioimage_archive(root: Path) -> None:
    study = root / "bia-integrator-data" / "S-BIAD867"
    stores.collection(study / UUID / f"{UUID}.zarr", "0.4")
    stores.plate(study / OTHER_UUID / f"{OTHER_UUID}.zarr", version="0.4", wells=["A/1"])
    files(study / UUID, "thumbnail.png")
    files(root / "S-BIAD867" / "Files" / "raw", "well_A1.tif", "well_A2.tif", "filelist.tsv")
    stores.image(root / "ebi-ngff-challenge-2024" / f"{UUID}.zarr")


BIOIMAGE_ARCHIVE = ArchiveLayout(
    write_bioimage_archive,
    {
        # The number of the file twice; conversions by bioformats2raw hold several images.
        f"bia-integrator-data/S-BIAD867/{UUID}/{UUID}.zarr": COLLECTION,
        f"bia-integrator-data/S-BIAD867/{OTHER_UUID}/{OTHER_UUID}.zarr": PLATE,
        f"ebi-ngff-challenge-2024/{UUID}.zarr": IMAGE,
    },
)

CPG_PLATE = "BR00117035__2021-05-02T16_02_51-Measurement1"


def write_cell_painting_gallery(root: Path) -> None:
    source = root / "cpg0016-jump" / "source_4"
    batch = source / "images" / "2021_04_26_Batch1"
    tiffs = [
        f"r01c{column:02}f01p01-ch{channel}sk1fk1fl1.tiff"
        for column in range(1, 25)
        for channel in range(1, 6)
    ]
    files(batch / "images" / CPG_PLATE / "Images", "Index.idx.xml", *tiffs)
    files(batch / "illum" / "BR00117035", "BR00117035_IllumDNA.npy")
    stores.plate(
        batch / "images_zarr" / f"{CPG_PLATE}.ome.zarr", version="0.4", wells=["A/1"], chunks=True
    )
    workspace = source / "workspace"
    files(workspace / "backend" / "2021_04_26_Batch1" / "BR00117035", "BR00117035.sqlite")
    files(workspace / "load_data_csv" / "2021_04_26_Batch1" / "BR00117035", "load_data.csv.gz")
    crops = workspace / "segmentation" / "cellpose_202404" / "objects" / "BR00117035.zarr"
    group_2(crops)
    for well in ("A01", "A02"):
        site = crops / f"source_4__2021_04_26_Batch1__BR00117035__{well}__1"
        group_2(site)
        array_2(site / "labels_of_cells")


CELL_PAINTING_GALLERY = ArchiveLayout(
    write_cell_painting_gallery,
    {
        f"cpg0016-jump/source_4/images/2021_04_26_Batch1/images_zarr/{CPG_PLATE}.ome.zarr": PLATE,
        # Crops of cells: Zarr, but no OME-Zarr anywhere in it, so one store that is named as such.
        (
            "cpg0016-jump/source_4/workspace/segmentation/cellpose_202404/objects/BR00117035.zarr"
        ): PLAIN,
    },
)


def write_open_organelle(root: Path) -> None:
    cell = root / "jrc_hela-2"
    zarr = cell / "jrc_hela-2.zarr"
    for path in ("", "recon-1", "recon-1/em", "recon-1/labels", "recon-1/labels/groundtruth"):
        group_2(zarr / path)
    group_2(zarr / "recon-1" / "labels" / "groundtruth" / "crop6", {"cellmap": {"annotation": {}}})
    stores.image(zarr / "recon-1" / "em" / "fibsem-uint8", version="0.4", chunks=True)
    masks = zarr / "recon-1" / "labels" / "masks"
    stores.image(masks / "evaluation", version="0.4", chunks=True)  # no group above it
    for name in ("mito", "all"):
        stores.image(
            zarr / "recon-1" / "labels" / "groundtruth" / "crop6" / name, version="0.4", chunks=True
        )
    array_2(zarr / "recon-1" / "em" / "template")
    n5(cell / "jrc_hela-2.n5")
    files(cell / "neuroglancer" / "em" / "fibsem-uint8.precomputed" / "8_8_8", "0-64_0-64_0-64")
    files(cell / "thumbnail", "thumbnail.jpg")
    group_2(root / "jrc_mus-liver" / "jrc_mus-liver.zarr")
    array_2(root / "jrc_mus-liver" / "jrc_mus-liver.zarr" / "em" / "raw")


OPEN_ORGANELLE = ArchiveLayout(
    write_open_organelle,
    {
        # The top and the groups below it are plain; each image in it is what people open.
        "jrc_hela-2/jrc_hela-2.zarr/recon-1/em/fibsem-uint8": IMAGE,
        "jrc_hela-2/jrc_hela-2.zarr/recon-1/labels/groundtruth/crop6/mito": IMAGE,
        "jrc_hela-2/jrc_hela-2.zarr/recon-1/labels/groundtruth/crop6/all": IMAGE,
        # Its writer left the group above it without a document.
        "jrc_hela-2/jrc_hela-2.zarr/recon-1/labels/masks/evaluation": IMAGE,
        # N5 and precomputed volumes are no Zarr. This one is, without any image:
        "jrc_mus-liver/jrc_mus-liver.zarr": PLAIN,
    },
)


def write_jax(root: Path) -> None:
    public = root / "public_data"
    stores.collection(
        public / "1" / "jdoe_1" / "2023-04" / "17" / "10-20-30.123" / "KOMP A-1.zarr", "0.4"
    )
    stores.image(public / "2" / "asmith_2" / "2024-11" / "02" / "08-00-00.001" / "lacZ.ome.zarr")
    files(root / "lists", "KOMP_adult_lacZ.csv")


JAX = ArchiveLayout(
    write_jax,
    {
        # Who and when stand in the path, six folders deep.
        "public_data/1/jdoe_1/2023-04/17/10-20-30.123/KOMP A-1.zarr": COLLECTION,
        "public_data/2/asmith_2/2024-11/02/08-00-00.001/lacZ.ome.zarr": IMAGE,
    },
)


def write_allen(root: Path) -> None:
    brain = root / "exaSPIM_609281_2022-11-03_13-49-18"
    spim = brain / "SPIM.ome.zarr"
    group_2(spim)
    for x in (0, 1):
        tile = spim / f"tile_x_000{x}_y_0000_z_0000_ch_488.zarr"
        stores.image(tile, version="0.4", chunks=True)
    files(brain, "acquisition.json", "metadata.nd.json")
    smart = root / "SmartSPIM_653158_2023-06-01_stitched" / "image_tile_fusing" / "OMEZarr"
    stores.image(smart / "Ex_488_Em_525.zarr", version="0.4", chunks=True)
    bare = root / "HCR_736963_2024-12-07" / "SPIM.ome.zarr"
    stores.image(bare / "Tile_X_0000_Y_0000_Z_0000_ch_405.ome.zarr", chunks=True)


ALLEN = ArchiveLayout(
    write_allen,
    {
        # A folder or group called .ome.zarr that holds a store for each tile.
        (
            "exaSPIM_609281_2022-11-03_13-49-18/SPIM.ome.zarr/tile_x_0000_y_0000_z_0000_ch_488.zarr"
        ): IMAGE,
        (
            "exaSPIM_609281_2022-11-03_13-49-18/SPIM.ome.zarr/tile_x_0001_y_0000_z_0000_ch_488.zarr"
        ): IMAGE,
        "HCR_736963_2024-12-07/SPIM.ome.zarr/Tile_X_0000_Y_0000_Z_0000_ch_405.ome.zarr": IMAGE,
        (
            "SmartSPIM_653158_2023-06-01_stitched/image_tile_fusing/OMEZarr/Ex_488_Em_525.zarr"
        ): IMAGE,
    },
)


def write_dandi(root: Path) -> None:
    stores.image(root / "zarr" / UUID, version="0.4", chunks=True)
    nwb = root / "zarr" / OTHER_UUID
    group_2(nwb, {".specloc": "specifications", "neurodata_type": "NWBFile"})
    group_2(nwb / "acquisition")
    array_2(nwb / "acquisition" / "data")
    files(root / "blobs" / "0a1" / "b2c", UUID)
    files(root / "dandisets" / "000026" / "draft", "assets.jsonld", "dandiset.yaml")


DANDI = ArchiveLayout(
    write_dandi,
    {
        # No name says what it is, nor that it is Zarr.
        f"zarr/{UUID}": IMAGE,
        # NWB is Zarr too, of signals and not of images.
        f"zarr/{OTHER_UUID}": PLAIN,
    },
)


def write_ssbd(root: Path) -> None:
    zarr = root / "ssbd" / "zarr"
    files(zarr / "v0.4", "Fig1a_FM4-64.ome.zarr.zip", "readme.zip")
    stores.image(zarr / "v0.4" / "ssbd-dataset-16" / "wt-N2-081015-01.zarr", version="0.4")
    stores.image(zarr / "v0.5" / f"{UUID}.zarr", chunks=True)


SSBD = ArchiveLayout(
    write_ssbd,
    {
        # A store in an archive is one; any other archive is not opened to see.
        "ssbd/zarr/v0.4/Fig1a_FM4-64.ome.zarr.zip": PACKED,
        "ssbd/zarr/v0.4/ssbd-dataset-16/wt-N2-081015-01.zarr": IMAGE,
        f"ssbd/zarr/v0.5/{UUID}.zarr": IMAGE,
    },
)


def write_cryoet_portal(root: Path) -> None:
    run = root / "10000" / "TS_026"
    spacing = run / "Tomograms" / "VoxelSpacing13.48"
    stores.image(spacing / "CanonicalTomogram" / "TS_026.zarr", version="0.4", chunks=True)
    files(spacing / "CanonicalTomogram", "TS_026.mrc", "tomogram_metadata.json")
    files(spacing / "KeyPhotos", "key-photo-snapshot.png")
    mask = "100-membrane-1.0_segmentationmask"
    stores.image(spacing / "Annotations" / f"{mask}.zarr", version="0.4", chunks=True)
    files(spacing / "Annotations", f"{mask}.mrc", "101-ribosome-1.0_orientedpoint.ndjson")
    stores.image(run / "TiltSeries" / "TS_026.zarr", version="0.4", chunks=True)
    files(run / "TiltSeries", "TS_026.mrc", "TS_026.st", "TS_026.rawtlt")
    files(run / "Frames", "TS_026_000_0.0.tif", "TS_026_001_3.0.tif")


CRYOET_PORTAL = ArchiveLayout(
    write_cryoet_portal,
    {
        # Beside each lies the same volume as MRC. Masks are images of their own there.
        "10000/TS_026/Tomograms/VoxelSpacing13.48/CanonicalTomogram/TS_026.zarr": IMAGE,
        (
            "10000/TS_026/Tomograms/VoxelSpacing13.48/Annotations/"
            "100-membrane-1.0_segmentationmask.zarr"
        ): IMAGE,
        "10000/TS_026/TiltSeries/TS_026.zarr": IMAGE,
    },
)

LAYOUTS: Mapping[str, ArchiveLayout] = {
    "IDR": IDR,
    "BioImage Archive": BIOIMAGE_ARCHIVE,
    "Cell Painting Gallery": CELL_PAINTING_GALLERY,
    "OpenOrganelle": OPEN_ORGANELLE,
    "JAX": JAX,
    "Allen": ALLEN,
    "DANDI": DANDI,
    "SSBD": SSBD,
    "CryoET Data Portal": CRYOET_PORTAL,
}

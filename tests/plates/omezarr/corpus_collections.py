"""Collections, scenes and documents without a store in the corpus, and what should be found."""

from tests.plates.omezarr.expectation import (
    NUMBERED,
    Expected,
    broken,
    lacking,
    sound,
)

COLLECTIONS: tuple[Expected, ...] = (
    sound(
        "stores/bia-converter/im06.ome.zarr",
        "collection",
        "0.4",
        "bf2raw-details: layout is 3, OME has series [0], group 0 is there with its array, the "
        "OME-XML holds one Image, MetadataOnly. No version is named: 0.4 by Zarr 2.",
    ),
    sound(
        "stores/bia-converter/im07.ome.zarr",
        "collection",
        "0.4",
        "bf2raw-details: layout is 3, OME has series [0], group 0 is there with its array, the "
        "OME-XML holds one Image, MetadataOnly. No version is named: 0.4 by Zarr 2.",
    ),
    sound(
        "stores/ome2024-challenge-tests/bf2raw.zarr",
        "collection",
        "0.4",
        'bf2raw-details: "The order of the paths MUST match the order of the Image elements": '
        "series [0, 1] for two images named alike in the OME-XML; both groups and arrays there.",
    ),
    sound(
        "stores/vizarr-fixtures/v0.4/idr0048-bioformats2raw",
        "collection",
        "0.4",
        f"{NUMBERED}: there is 0 and nothing else, with its 6 arrays. The OME-XML is a SHOULD, "
        "and so is the unit (pixel is no UDUNITS name, axes-md).",
    ),
    broken(
        "stores/ome-zarr-fiji-java/bioformats2raw_testing/bf2raw_dataset_v5.ome.zarr",
        "collection",
        "0.5",
        {"BF2RAW-XML"},
        "bf2raw-details: OME/METADATA.ome.xml MUST use MetadataOnly elements as opposed to "
        "TiffData, and both of its images have TiffData. Images 0 and 1 are whole and numbered "
        "from 0.",
    ),
    *(
        lacking(
            f"stores/yaozarrs-idr-snapshots/v05/{name}.zarr",
            "collection",
            "0.5",
            {"BF2RAW-CONSEC"},
            f"{NUMBERED}: only the root document was recorded, there is no OME group, no series "
            "and no group 0. Nothing that is there is wrong.",
        )
        for name in (
            "EM04534_04_dU_SBF_8bits_aligned_z4-136_7-7-50nm_v3",
            "L3_nsybG4xcherryCAAXmerged.ims",
            "Larve_2_20x095_Z1_4096_BAPP_with_cslip.lif",
            "emimmsyn1",
        )
    ),
)

SCENES: tuple[Expected, ...] = (
    sound(
        "stores/ome-zarr-models/v06/stitched_tiles_2d.zarr",
        "scene",
        "0.6.dev4",
        "scene-md: every input and output names a coordinate system of the scene or of a tile that "
        "is there, and all are connected; multiscale-md: input.path is the dataset's path, one "
        "output. The arrays have no dimension_names: the sentence of 0.5 that they MUST be "
        "included is gone from the 0.6 text, whose own valid stores lack them too.",
    ),
)

META = "stores/ngio-tests-v04/meta"

# Documents without a store: what the document alone breaks; what it lists is not there.
DOCUMENTS: tuple[Expected, ...] = (
    sound(
        f"{META}/base_ome_zarr_image_meta.json",
        "image",
        "0.4",
        "multiscale-md: channel before space, one scale of 4 numbers for 4 axes per level; "
        "3 channels with color and whole windows.",
    ),
    broken(
        f"{META}/base_ome_zarr_image_meta_wrong_axis_order.json",
        "image",
        "0.4",
        {"IMG-AXES-ORDER"},
        "multiscale-md: after time comes the channel axis and then the axes of type space; here "
        "they are z, c, y, x.",
    ),
    sound(
        f"{META}/base_ome_zarr_label_meta.json",
        "image",
        "0.4",
        'label-md: "image-label groups MUST also contain multiscales metadata", and it does; '
        "colors and properties are no MUST.",
    ),
    sound(
        f"{META}/base_ome_zarr_well_meta.json",
        "well",
        "0.4",
        "well-md: one image with a path of alphanumeric characters.",
    ),
    broken(
        f"{META}/ome_zarr_well_path_normalization_meta.json",
        "well",
        "0.4",
        {"HCS-FIELD-NAME"},
        "well-md (well schema of 0.4): the path of a field is alphanumeric; 0_mip has an "
        "underscore.",
    ),
)

"""The plates of the corpus, and what should be found in them."""

from tests.plates.omezarr.expectation import (
    DATASET_PATH,
    ROW_GROUP,
    WELL_PATH,
    Expected,
    broken,
    lacking,
    sound,
)

GENERATED = (
    sound(
        "generated/iohub-0.3.0a7-ngff0.4.zarr",
        "plate",
        "0.4",
        "Whole: 4 wells, 8 fields, row groups, arrays of 5 dimensions for the 5 axes T C Z Y X. "
        'axes-md asks for names that are unique, not for lower case; plate-md: "name" is no MUST.',
    ),
    sound(
        "generated/iohub-0.3.0a7-ngff0.5.zarr",
        "plate",
        "0.5",
        "Whole: 4 wells, 8 fields, row groups. axes-md: dimension_names MUST match the axes, and "
        "they are T C Z Y X in both; every ome.version is 0.5.",
    ),
    sound(
        "generated/ngio-1.1.3-ngff0.4.zarr",
        "plate",
        "0.4",
        "Whole: 4 wells, 8 fields, 2 levels. plate-md: path is a row name, '/' and a column name: "
        "A/01 of the column named 01. The version beside plate is an extra key.",
    ),
    sound(
        "generated/ome-zarr-py-0.18.0-ngff0.4.zarr",
        "plate",
        "0.4",
        "Whole: 4 wells, 8 fields, levels s0 and s1. multiscale-md: exactly one scale, and "
        "a translation listed after it, both of 3 numbers for 3 axes.",
    ),
    sound(
        "generated/ome-zarr-py-0.18.0-ngff0.5.zarr",
        "plate",
        "0.5",
        "Whole: 4 wells, 8 fields, levels s0 and s1; dimension_names c y x as the axes (axes-md), "
        "scale before translation, one version 0.5 everywhere (metadata).",
    ),
    sound(
        "generated/ome-zarr-py-0.9.0-ngff0.1.zarr",
        "plate",
        "0.1",
        "Whole: 4 wells with a path only, which is all that plate-md of 0.1 asks for; arrays of "
        "5 dimensions, separator '.' (on-disk). One acquisition: images need not name it.",
    ),
    sound(
        "generated/ome-zarr-py-0.9.0-ngff0.4.zarr",
        "plate",
        "0.4",
        "Whole: 4 wells, 8 fields, row groups of .zgroup only. well-md asks for acquisition only "
        '"if multiple acquisitions were performed", and the plate has one.',
    ),
)

WHOLE = (
    sound(
        "stores/bia-converter/hcs.ome.zarr",
        "plate",
        "0.4",
        "4 of 4 wells, 8 of 8 fields and levels. bf2raw-attributes: plate beside "
        "bioformats2raw.layout takes precedence; OME lists the 8 fields and its OME-XML holds "
        "8 images, MetadataOnly. A well without version lacks no MUST (well-md, well schema).",
    ),
    sound(
        "stores/ome2024-challenge-tests/hcs.zarr",
        "plate",
        "0.4",
        "4 of 4 wells, 8 of 8 fields and levels, 3 channels. The plate takes precedence "
        "(bf2raw-attributes), 8 series for 8 images in the OME-XML, MetadataOnly.",
    ),
    sound(
        "stores/ome-zarr-models/v04/hcs_example.ome.zarr",
        "plate",
        "0.4",
        "The one well B/03 (rowIndex 0, columnIndex 0, as plate-md asks), its field and 5 levels "
        "are there; an integer in scale is a number. Chunks may be absent in Zarr.",
    ),
)

FAULTY = (
    broken(
        "stores/fractal-tasks-core/plate_ones.zarr",
        "plate",
        "0.4",
        {"OMERO-SHAPE"},
        "Well, field, 5 levels and the row group are there; one acquisition, so images need not "
        'name it. But omero windows hold text ("min": "0") where the image schema of 0.4 '
        "(omero-md) has numbers.",
    ),
    broken(
        "stores/vizarr-fixtures/v0.1/idr0001-plate",
        "plate",
        "0.1",
        {"HCS-WELL-EXISTS", "HCS-ROW-GROUP", "IMG-ARRAY-EXISTS"},
        f"{ROW_GROUP}: A/7 and G/4 are there, but neither A nor G is a group. {WELL_PATH}: 94 of "
        "96 are absent; and none of the 5 arrays of either field was recorded.",
    ),
    broken(
        "stores/yaozarrs-idr-snapshots/v05/76-45.ome.zarr",
        "plate",
        "0.5",
        {"HCS-WELL-EXISTS", "HCS-ROW-GROUP", "IMG-ARRAY-EXISTS"},
        f"{ROW_GROUP}: 4 wells of A and B are there, but no zarr.json in A or B. {WELL_PATH}: 380 "
        f"of 384 are absent. {DATASET_PATH}: no field has its 3 arrays. An empty plate name is "
        "a string.",
    ),
    lacking(
        "stores/yaozarrs-idr-snapshots/v05/190129.zarr",
        "plate",
        "0.5",
        {"HCS-WELL-EXISTS"},
        f"{WELL_PATH}: none of the 49 is there, only the plate document was recorded. That "
        "document itself holds to plate-md: indices and paths agree, in any order.",
    ),
    broken(
        "stores/fractal-server/plate_ones.zarr",
        "zarr",
        "0.4",
        {"OME-ABSENT"},
        'metadata: "OME-NGFF metadata MUST be stored as attributes in the corresponding Zarr '
        'groups", and the root has a .zgroup but no .zattrs: a plate by its layout only.',
    ),
)

PLATES: tuple[Expected, ...] = GENERATED + WHOLE + FAULTY

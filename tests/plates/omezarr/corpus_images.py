"""The images of the corpus without an error, and why."""

from tests.plates.omezarr.expectation import Expected, sound

NGIO = "stores/ngio-tests-v04/images"
FIJI = "stores/ome-zarr-fiji-java"
EXAMPLES = "stores/ome-zarr-examples"

NGIO_IMAGES = tuple(
    sound(
        f"{NGIO}/test_image_{axes}.zarr",
        "image",
        "0.4",
        f"multiscale-md and axes-md: axes, arrays and scales of {axes} have the same length at "
        "both levels, largest first; label-md: the label has 2 levels as the image. The unit "
        "seconds breaks a SHOULD only.",
    )
    for axes in ("c1yx", "cyx", "czyx", "tcyx", "tczyx", "tyx", "tzyx", "yx", "zyx")
)

# Twins: the same image in two versions.
FIJI_OLD = tuple(
    sound(
        f"{FIJI}/{path}_v4{suffix}",
        "image",
        "0.4",
        "multiscale-md: every level is there, largest first, ndim and scale as long as the axes, "
        "time before channel before space. Chunks that are absent are legal Zarr.",
    )
    for path, suffix in (
        ("2d_testing/2d_dataset", ".ome.zarr"),
        ("3d_testing/xyc/3d_dataset", ".ome.zarr"),
        ("3d_testing/xyt/3d_dataset", ".ome.zarr"),
        ("3d_testing/xyz/3d_dataset", ".ome.zarr"),
        ("4d_testing/xyct/4d_dataset", ".ome.zarr"),
        ("4d_testing/xyzc/4d_dataset", ".ome.zarr"),
        ("4d_testing/xyzt/4d_dataset", ".ome.zarr"),
        ("5d_testing/5d_dataset", ".ome.zarr"),
        ("pyramid_testing/pyramid", ".zarr"),
    )
)
FIJI_NEW = tuple(
    sound(
        f"{FIJI}/{path}",
        "image",
        "0.5",
        "axes-md: dimension_names of every array match the axes; multiscale-md: every level is "
        "there, largest first, ndim and scale as long as the axes.",
    )
    for path in (
        "2d_testing/2d_dataset_v5.ome.zarr",
        "3d_testing/xyc/3d_dataset_v5.ome.zarr",
        "3d_testing/xyt/3d_dataset_v5.ome.zarr",
        "3d_testing/xyz/3d_dataset_v5.ome.zarr",
        "4d_testing/xyct/4d_dataset_v5.ome.zarr",
        "4d_testing/xyzc/4d_dataset_v5.ome.zarr",
        "4d_testing/xyzt/4d_dataset_v5.ome.zarr",
        "pyramid_testing/pyramid_v5.zarr",
        "single_resolution_testing/single_resolution_dataset_v5.ome.zarr",
    )
)
FIJI_OLD_OMERO = sound(
    f"{FIJI}/5d_testing/5d_dataset_v5.ome.zarr",
    "image",
    "0.5",
    'metadata: the version that "MUST be consistent within a hierarchy" is the one "in the '
    'version attribute within the ome namespace", and that is 0.5; omero.version 0.4 below it is '
    "an extra key. Levels, dimension_names and axes agree.",
)

SAMPLES = (
    *(
        sound(
            f"stores/bioimagetools-nextflow/xy_8bit__nuclei_PLK1_{treatment}.ome.zarr",
            "image",
            "0.4",
            "multiscale-md: 3 levels of 5 dimensions, largest first, scales of 5 numbers. The OME "
            "group beside them means nothing without bioformats2raw.layout at the root (bf2raw).",
        )
        for treatment in ("control", "inhibition")
    ),
    sound(
        "stores/fractal-ome-zarr-examples/"
        "20200812-CardiomyocyteDifferentiation14-Cycle1_B_03_mip.zarr",
        "image",
        "0.4",
        "multiscale-md: 4 levels for 4 axes; label-md: the label nuclei has 4 levels too, of "
        "unsigned integers. Tables beside the image are no concern of the specification; "
        "multiscales.name is a SHOULD.",
    ),
    *(
        sound(
            f"{EXAMPLES}/valid/image-0{number}.zarr",
            "image",
            "0.4",
            f"multiscale-md: {seen}; an empty list of labels names none that is absent, and the "
            "version beside multiscales is an extra key.",
        )
        for number, seen in (
            (1, "one level of 2 dimensions for y and x"),
            (2, "one level of 2 dimensions for y and x"),
            (3, "one level of 3 dimensions for z, y and x"),
            (4, "two levels of 3 dimensions for z, y and x, largest first"),
        )
    ),
    sound(
        f"{EXAMPLES}/warning/image-01.zarr",
        "image",
        "0.4",
        "multiscale-md of 0.4 asks for the same number of dimensions in all levels, not for the "
        "same data type: int64 and float64 are worth a warning only.",
    ),
    sound(
        "stores/ome-zarr-py-tests/v1.zarr",
        "image",
        "0.1",
        "on-disk of 0.1: an array of 5 dimensions, chunks with '.' (no separator named). "
        "A chunk larger than the array is legal Zarr; axes do not exist yet.",
    ),
    sound(
        "stores/ome-zarr-py-tests/v2.zarr",
        "image",
        "0.2",
        "on-disk of 0.2: an array of 5 dimensions, chunks with '/'. Axes do not exist yet.",
    ),
    sound(
        "stores/ome2024-challenge-tests/2d.zarr",
        "image",
        "0.4",
        "multiscale-md: one level of 5 dimensions for 5 axes, a scale of 5 numbers, 3 channels "
        "with whole windows.",
    ),
)

RECORDED = (
    sound(
        "stores/vizarr-fixtures/v0.1/idr0083-singlechannel",
        "image",
        "0.1",
        "on-disk of 0.1: 4 levels of 5 dimensions, highest resolution first. Big-endian numbers "
        "are Zarr's business.",
    ),
    sound(
        "stores/vizarr-fixtures/v0.4/embl-tyx",
        "image",
        "0.4",
        "multiscale-md: the multiscale MAY have coordinateTransformations of its own, by the same "
        "rules: one scale of 3 numbers. 3 levels of 3 dimensions are there.",
    ),
    sound(
        "stores/vizarr-fixtures/v0.4/embl-yx",
        "image",
        "0.4",
        "multiscale-md: 3 levels s0 to s2 of 2 dimensions, largest first, scales of 2 numbers.",
    ),
    sound(
        "stores/vizarr-fixtures/v0.4/embl-zyx",
        "image",
        "0.4",
        "multiscale-md: 3 levels s0 to s2 of 3 dimensions, largest first, scales of 3 numbers.",
    ),
    sound(
        "stores/vizarr-fixtures/v0.4/idr0054-multichannel",
        "image",
        "0.4",
        "multiscale-md: 5 levels of 5 dimensions, largest first; all 27 channels have a color and "
        "a whole window (omero-md).",
    ),
    sound(
        "stores/vizarr-fixtures/v0.4/idr0083-5d-greyscale",
        "image",
        "0.4",
        "multiscale-md: all 11 levels are there and shrink in the order that is listed, 0 to 10.",
    ),
    sound(
        "stores/vizarr-fixtures/v0.5/idr0047-multiscale",
        "image",
        "0.5",
        'storage-format: "All features of the Zarr format including codecs" may be used, so '
        "shards and a chunk key encoding by default are fine; dimension_names match. The "
        "misspelt key units leaves a unit out, a SHOULD.",
    ),
)

SOUND_IMAGES: tuple[Expected, ...] = (
    *NGIO_IMAGES,
    *FIJI_OLD,
    *FIJI_NEW,
    FIJI_OLD_OMERO,
    *SAMPLES,
    *RECORDED,
)

"""The images of the corpus with an error, and plain Zarr: what is wrong and why."""

from tests.plates.omezarr.expectation import (
    DATASET_PATH,
    DATASETS_EQUAL,
    FIVE_DIMENSIONS,
    Expected,
    broken,
    lacking,
)

SAMPLES = "stores/ome-ngff-validator-samples/invalid"
EXAMPLES = "stores/ome-zarr-examples/invalid"
VIZARR = "stores/vizarr-fixtures"
IDR = "stores/yaozarrs-idr-snapshots"

WITHOUT_ARRAYS = (
    lacking(
        f"{SAMPLES}/invalid_version.zarr",
        "image",
        "abc123",
        {"IMG-ARRAY-EXISTS"},
        f"{DATASET_PATH}, in every version; array 0 is not there. No MUST says which text version "
        "holds (a SHOULD in multiscale-md): an unknown version is worth a warning, and the "
        "structure is read as that of 0.4.",
    ),
    lacking(
        f"{SAMPLES}/no_version_v0.4.zarr",
        "image",
        "0.4",
        {"IMG-ARRAY-EXISTS"},
        f"{DATASET_PATH}; array 0 is not there, only .zattrs was recorded. The version is "
        "a SHOULD in multiscale-md: 0.4 by Zarr 2.",
    ),
    lacking(
        f"{EXAMPLES}/image-03.zarr",
        "image",
        "0.4",
        {"IMG-ARRAY-EXISTS"},
        f"{DATASET_PATH}; the one level 0 is not there. The document itself is sound.",
    ),
    lacking(
        f"{VIZARR}/v0.4/idr0050-multiscale",
        "image",
        "0.4",
        {"IMG-ARRAY-EXISTS"},
        f"{DATASET_PATH}; multiscales is a list and holds for each entry: the 5 levels of the "
        "first are there, none of the 5 of the second, which has other axes, as it may.",
    ),
    *(
        lacking(
            f"{IDR}/v04/{number}.zarr",
            "image",
            version,
            {"IMG-ARRAY-EXISTS"},
            f"{DATASET_PATH}; only .zattrs of the root was recorded, {absent} are not there. The "
            "document itself is sound.",
        )
        for number, version, absent in (
            (4007801, "0.4", "its 8 arrays"),
            (6001239, "0.1", "its 3 arrays"),
            (6001245, "0.1", "the one array"),
            (9798462, "0.4", "its 8 arrays"),
            (9836950, "0.1", "its 4 arrays"),
        )
    ),
    *(
        lacking(
            f"{IDR}/v05/{name}.zarr",
            "image",
            "0.5",
            {"IMG-ARRAY-EXISTS"},
            f"{DATASET_PATH}; only zarr.json of the root was recorded, {absent} are not there. "
            f"{remark}",
        )
        for name, absent, remark in (
            ("1micron_reconstructions_VOI1", "its 6 arrays", "omero is optional (omero-md)."),
            (
                "4ffaeed2-fa70-4907-820f-8a96ef683095",
                "its 2 arrays",
                "An empty name is a string (multiscale-md).",
            ),
            (
                "79ad519b-0aa6-4d64-85a9-6cea2318b980",
                "its 3 arrays",
                "A unit is a SHOULD (axes-md).",
            ),
            ("9822152", "its 11 arrays", "The document itself is sound."),
            ("ExpD_chicken_embryo_MIP.ome", "its 8 arrays", "Two axes suffice (multiscale-md)."),
            (
                "c0e5d621-62cc-43a6-9dad-2ddab8959d17",
                "its 3 arrays",
                "A defaultT cannot be compared with a shape that is not there.",
            ),
            (
                "fb416517-e36d-4bdb-98f9-47b644138d47",
                "its 3 arrays",
                "A unit of null breaks a SHOULD (axes-md) and passes the image schema.",
            ),
        )
    ),
)

LABELS = (
    broken(
        f"{VIZARR}/v0.1/idr0062-multiscale",
        "image",
        "0.1",
        {"LBL-LEVELS"},
        f"{DATASETS_EQUAL}: the image has 3, the label masks 4, all of them there. That its lower "
        'levels are float64 is against "only integer values are supported" in the layout, no MUST.',
    ),
    broken(
        f"{VIZARR}/v0.4/idr0062-multiscale",
        "image",
        "0.4",
        {"LBL-LEVELS", "IMG-ARRAY-EXISTS"},
        f"{DATASETS_EQUAL}: the image has 3, label 0 has 4. {DATASET_PATH}: none of the 4 arrays "
        "of the label was recorded; those of the image were.",
    ),
    broken(
        f"{VIZARR}/v0.4/idr0062-with-labels",
        "image",
        "0.4",
        {"LBL-LEVELS"},
        f"{DATASETS_EQUAL}: the image has 3, label 0 has 4. All arrays are there, int8 is an "
        "integer type, and a label of one channel is legal (image-layout).",
    ),
    broken(
        f"{VIZARR}/v0.4/idr0076-cyx-50ch",
        "image",
        "0.4",
        {"LBL-LEVELS"},
        f"{DATASETS_EQUAL}: the image has 4, label 0 has 5. All arrays are there; 1,713 colors "
        "with as many label-values.",
    ),
    broken(
        f"{IDR}/v05/6001240_labels.zarr",
        "image",
        "0.5",
        {"LBL-LEVELS", "IMG-ARRAY-EXISTS"},
        'labels-md: datasets of the label "MUST have the same number of entries (scale levels) as '
        'the original unlabeled image": 4 against 3. No array was recorded. The labels group '
        "names no version: that is absent, not another one (metadata), and no schema is about it.",
    ),
)

IMAGES = (
    broken(
        f"{SAMPLES}/missing_min.zarr",
        "image",
        "0.4",
        {"OMERO-SHAPE"},
        "omero-md (image schema of 0.4): a window has min, max, start and end; here it has only "
        "start and end. The 4 levels and the 4 of the label coins are there.",
    ),
    broken(
        f"{EXAMPLES}/image-02.zarr",
        "image",
        "0.4",
        {"IMG-STRUCTURE"},
        "multiscale-md: multiscales is a list in which each entry describes an image; the image "
        "schema of 0.4 asks for at least one, and it is empty.",
    ),
    broken(
        f"{EXAMPLES}/image-04.zarr",
        "image",
        "0.4",
        {"IMG-NDIM"},
        'multiscale-md: the levels "MUST have the same number of dimensions" and as many as there '
        "are axes; level 0 has 3, level 1 has 2. Shapes of other ranks cannot be ordered.",
    ),
    broken(
        f"{VIZARR}/generated/plain-tyx",
        "image",
        "0.1",
        {"IMG-NDIM"},
        f"{FIVE_DIMENSIONS}; both levels have 3.",
    ),
    broken(
        f"{VIZARR}/generated/plain-yx",
        "image",
        "0.1",
        {"IMG-NDIM"},
        f"{FIVE_DIMENSIONS}; both levels have 2.",
    ),
    broken(
        f"{VIZARR}/generated/plain-yx-with-axes",
        "image",
        "0.4",
        {"IMG-STRUCTURE"},
        'multiscale-md: each dataset "MUST contain the field coordinateTransformations"; neither '
        "does. Where there is no list, there is nothing to say of the scales in it.",
    ),
)

PLAIN = (
    broken(
        f"{SAMPLES}/no_version_v0.5.zarr",
        "zarr",
        "0.4",
        {"OME-ABSENT"},
        "metadata: the keys lie in .zattrs itself in Zarr 2 and under ome in zarr.json in 0.5. "
        "Here .zattrs holds one key, attributes, that neither version knows.",
    ),
    broken(
        f"{EXAMPLES}/image-01.zarr",
        "zarr",
        "0.4",
        {"OME-ABSENT"},
        'on-disk: "OME-NGFF metadata MUST be stored as attributes in the corresponding Zarr '
        'groups"; .zattrs is empty.',
    ),
)

FAULTY_IMAGES: tuple[Expected, ...] = WITHOUT_ARRAYS + LABELS + IMAGES + PLAIN

"""The lists of public stores in the corpus, read whole.

The corpus is not part of the repository: PLATECAT_CORPUS names its folder. Counts are those of
rows that are neither blank nor header, counted in the files; each row names one address.
"""

import os
from pathlib import Path

import pytest

from plates.omezarr.errors import ListMalformed
from plates.omezarr.url_lists import read_url_list

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent")) / "catalogues"
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS to its folder"
)
CHALLENGE = "ome2024-ngff-challenge"
TARA = "TARA_HCS1_H5_G10000"

STORES: list[tuple[str, int, str, str]] = [
    # Relative paths of packed stores, in a table whose other columns are addresses as well.
    ("IDR-idr-zarr-conversion/example/combined_file_list.tsv", 8, "WD1.1_17-03_WT_MP_segmented.ome.zarr.zip", "WD3.2_21-03_WT_MP.ome.zarr.zip"),
    ("IDR-idr-zarr-conversion/idr0027/file_list.tsv", 229, "Colocalising/aaa_upper_rr_lower.ome.zarr.zip", "h_upper_f_lower_ALX.ome.zarr.zip"),
    # The column is called File Path; Thumbnail leads into the same stores. Two trailing slashes.
    ("IDR-ome-ngff-samples/table.csv", 101, "v0.1/12689244.zarr", "idr0079A/idr0079_images.zarr"),
    # No newline at the end; the column of addresses is the last, the only and the first one.
    ("ome-zarr-catalog/idr_study.csv", 13, "idr0054A/5025551.zarr", "idr0048A/9846152.zarr"),
    ("ome-zarr-catalog/url_only.csv", 18, "v0.1/6001254.zarr", "v0.1/9836841.zarr"),
    ("ome-zarr-catalog/zarr_samples.csv", 11, "idr0054A/5025553.zarr", "idr0048A/9846152.zarr"),
    # One row, in CRLF.
    (f"{CHALLENGE}/crick.csv", 1, "crick/EM04534_04_dU_SBF_8bits_aligned_z4-136_7-7-50nm_v3.zarr", "_v3.zarr"),
    (f"{CHALLENGE}/ebi-ngff-challenge-samples.csv", 10, "c0e5d621-62cc-43a6-9dad-2ddab8959d17.zarr", "c9ba2bf5-09d1-41ff-a925-df0b725a53e4.zarr"),
    (f"{CHALLENGE}/flamingo.csv", 3, "Platynereis-H2B-TL.ome.zarr", "Zebrafish-XSPIM-multiview.ome.zarr"),
    (f"{CHALLENGE}/fzj.csv", 3, "1micron_reconstructions_VOI1.zarr", "1micron_sections.zarr"),
    (f"{CHALLENGE}/idr0004_samples.csv", 46, "idr0004/P170.ome.zarr", "idr0004/P132.ome.zarr"),
    (f"{CHALLENGE}/idr0010_samples.csv", 147, "idr0010/76-45.ome.zarr", "idr0010/77-20.ome.zarr"),
    (f"{CHALLENGE}/idr0011_samples.csv", 182, "idr0011/Plate11-Green-B.ome.zarr", "idr0011/Target-TS.ome.zarr"),
    # The column `name` ends in a store's path, too.
    (f"{CHALLENGE}/idr0012_samples.csv", 68, "idr0012/HT22.ome.zarr", "idr0012/HT30.ome.zarr"),
    # No header: the first line is a store.
    (f"{CHALLENGE}/idr0013_samples.csv", 538, "idr0013/LT0113_01.ome.zarr", "idr0013/LT0103_13.ome.zarr"),
    (f"{CHALLENGE}/idr0016_samples.csv", 413, "idr0016/25724.ome.zarr", "idr0016/25740.ome.zarr"),
    (f"{CHALLENGE}/idr0044_samples.csv", 16, "idr0044/4007801.zarr", "idr0044/4007816.zarr"),
    (f"{CHALLENGE}/idr0015_samples.csv", 83, f"{TARA}9725_G100010454--2013_12_05_21_08_22_chamber--U00--V01.ome.zarr", f"{TARA}7665_G100007576--2013_10_28_21_05_26_chamber--U00--V01.ome.zarr"),
    (f"{CHALLENGE}/idr0025_samples.csv", 3, "10x_images_plate_1.ome.zarr", "10x_images_plate_3.ome.zarr"),
    (f"{CHALLENGE}/idr0026_samples.csv", 111, "3.49.6-3.140922_11-33-57.01.ome.zarr", "3.55.6-3.140922_15-36-34.02.ome.zarr"),
    (f"{CHALLENGE}/idr0033_samples.csv", 12, "idr0033/41749.ome.zarr", "41744_illum_corrected.ome.zarr"),
    (f"{CHALLENGE}/idr0035_samples.csv", 55, "Week3_25421.ome.zarr", "Week1_22401.ome.zarr"),
    (f"{CHALLENGE}/idr0036_samples.csv", 20, "idr0036/20596.ome.zarr", "idr0036/20586.ome.zarr"),
    (f"{CHALLENGE}/idr0051_samples.csv", 5, "Courtney1_20180712-163837_p00_c00_preview.zarr", "embryo_dmso_2_new_17-00-44_p00_c00_reg_preview.zarr"),
    # Blanks in the addresses.
    (f"{CHALLENGE}/idr0054_samples.csv", 3, "idr0054/Tonsil%201.zarr", "idr0054/Tonsil%203.zarr"),
    # The column `origin` comes second.
    (f"{CHALLENGE}/idr0066_samples.csv", 17, "ExpA_VIP_ASLM_off.ome.zarr", "ExpD_chicken_embryo_stitched.ome.zarr"),
    (f"{CHALLENGE}/idr0090_samples.csv", 22, "idr0090/190129.zarr", "idr0090/190904.zarr"),
    (f"{CHALLENGE}/lin_samples.csv", 16, "L3_nsybG4xcherryCAAXmerged.ims.zarr", "ta3-bucket/emimmsyn4.zarr"),
    # A blank line before the last row.
    (f"{CHALLENGE}/ssbd_samples.csv", 11, "038d16f4-af14-47b0-a70d-f6349f00b046.zarr", "0620364b-b91a-44b6-a290-24fd84d38264.zarr"),
    (f"{CHALLENGE}/uni_muenster_samples.csv", 17, "ngff/WSI_resaved.zarr", "ngff/1919_resaved.zarr"),
    # No address names a Zarr: the header decides between url, origin and license.
    (f"{CHALLENGE}/webknossos_samples.csv", 77, "HuaLab-CBA_Ca-mouse-unexposed-M1/color", "denk_2004_OS5_st1/color"),
    # Addresses of images within stores, most with a trailing slash.
    ("zarrcade/openorganelle.tsv", 46, "cam_hum-airway-14500.zarr/recon-1/em/fibsem-uint8", "jrc_zf-cardiac-1.zarr/recon-1/em/fibsem-uint8"),
    ("zarrcade/t3.csv", 42, "JF632_Brain_20250530_Slide_9_of_3_Region_005_channels.zarr", "TEST_JF608_Brain_20241001_Slide_2_from_cassette_2_Region_006_channels.zarr"),
    # A research object whose one part is a store, named twice.
    (f"{CHALLENGE}/rocrate/min-specimen-biosample.json", 1, "dros-mel-image.zarr", "dros-mel-image.zarr"),
    (f"{CHALLENGE}/rocrate/minimal.json", 1, "dros-mel-image.zarr", "dros-mel-image.zarr"),
]  # fmt: skip
LISTS: list[tuple[str, int, str, str]] = [
    # A blank line after each row.
    (f"{CHALLENGE}/idr_samples.csv", 15, "samples/other_samples.csv", "samples/idr0157_samples.csv"),
    (f"{CHALLENGE}/ngff_samples.csv", 7, "samples/idr_samples.csv", "samples/ssbd_samples.csv"),
    # A blank before one address.
    (f"{CHALLENGE}/n4bi.csv", 4, "samples/fzj.csv", "samples/lin_samples.csv"),
    # No header.
    (f"{CHALLENGE}/jax_samples.csv", 2, "KOMP_adult_lacZ.csv", "KOMP_histopathology.csv"),
    # Research objects that leave their stores to a table beside them.
    ("IDR-idr-zarr-conversion/example/ro-crate-metadata.json", 1, "combined_file_list.tsv", "combined_file_list.tsv"),
    ("IDR-idr-zarr-conversion/idr0027/ro-crate-metadata.json", 1, "file_list.tsv", "file_list.tsv"),
]  # fmt: skip
# It describes the store that it lies in, as `./`.
NO_LIST = f"{CHALLENGE}/rocrate/ro-crate-metadata.json"


@needs_corpus
@pytest.mark.parametrize(("path", "count", "first", "last"), STORES, ids=str)
def test_each_list_holds_its_stores(path: str, count: int, first: str, last: str) -> None:
    found = read_url_list((CORPUS / path).read_bytes(), name=path)
    assert len(found.entries) == count
    assert found.entries[0].url.endswith(first)
    assert found.entries[-1].url.endswith(last)
    assert (found.lists, found.problems, found.complete) == ((), (), True)


@needs_corpus
@pytest.mark.parametrize(("path", "count", "first", "last"), LISTS, ids=str)
def test_each_list_of_lists_holds_those(path: str, count: int, first: str, last: str) -> None:
    found = read_url_list((CORPUS / path).read_bytes(), name=path)
    assert len(found.lists) == count
    assert found.lists[0].url.endswith(first)
    assert found.lists[-1].url.endswith(last)
    assert (found.entries, found.problems) == ((), ())


@needs_corpus
def test_what_names_no_store_is_refused() -> None:
    with pytest.raises(ListMalformed, match="no addresses"):
        read_url_list((CORPUS / NO_LIST).read_bytes())


@needs_corpus
def test_no_list_of_the_corpus_is_left_out() -> None:
    known = {path for path, *_ in STORES + LISTS} | {NO_LIST}
    there = (path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".txt")
    assert {path.relative_to(CORPUS).as_posix() for path in there} == known


@needs_corpus
def test_what_the_columns_say_is_kept() -> None:
    table = read_url_list((CORPUS / "IDR-ome-ngff-samples/table.csv").read_bytes()).entries
    versions = [one.beside.version for one in table]
    counts = {version: versions.count(version) for version in set(versions)}
    assert counts == {"0.1": 51, "0.2": 3, "0.3": 14, "0.4": 23, "0.5": 10}
    licences = [one.beside.licence for one in table]
    assert (licences.count("CC BY 4.0"), licences.count("CC0 1.0")) == (96, 3)
    assert all(one.beside.dataset.startswith("idr") for one in table)

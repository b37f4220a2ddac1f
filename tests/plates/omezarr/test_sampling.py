"""The depth sample: chunks that real Zarr wrote are whole, and each way to break one is found."""

import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import google_crc32c
import numpy as np
import pytest
import zarr
from numcodecs import GZip
from zarr.codecs import BloscCodec, Crc32cCodec, GzipCodec, ZstdCodec

from plates.omezarr.depth import Depth
from plates.omezarr.documents import ListedField
from plates.omezarr.findings import Finding
from plates.omezarr.nodes import ImageNode
from plates.omezarr.options import StoreOptions
from plates.omezarr.report import Report
from plates.omezarr.sampling import MAX_IMAGES, spread
from plates.omezarr.seen import Role
from plates.omezarr.validate import validate_store
from tests import servers, stores
from tests.plates.omezarr.packing import pack
from tests.stores import Style

PACKINGS: dict[str, dict[str, Any]] = {
    "raw": {"zarr_format": 3, "compressors": None},
    "zstd": {"zarr_format": 3, "compressors": ZstdCodec()},
    "blosc": {"zarr_format": 3, "compressors": BloscCodec()},
    "gzip and crc32c": {"zarr_format": 3, "compressors": [GzipCodec(), Crc32cCodec()]},
    "sharded": {"zarr_format": 3, "shards": (2, 1, 64, 64), "compressors": ZstdCodec()},
    "Zarr 2": {"zarr_format": 2, "compressors": GZip()},
    "Zarr 2 in Fortran's order": {"zarr_format": 2, "order": "F"},
}
LEVEL = "0"


def image(folder: Path, packing: str) -> Path:
    """An image whose largest level was written by Zarr itself."""
    options = dict(PACKINGS[packing])
    version: stores.Version = "0.4" if options["zarr_format"] == 2 else "0.5"
    stores.image(folder, version=version, levels=1, size=(256, 256), style=Style(omero=False))
    separator: Any = (
        {"chunk_key_encoding": {"name": "v2", "separator": "/"}} if version == "0.4" else {}
    )
    array = zarr.create_array(
        str(folder / LEVEL),
        shape=(2, 1, 256, 256),
        chunks=(1, 1, 32, 32) if "shards" in options else (1, 1, 64, 64),
        dtype="uint16",
        dimension_names=list("czyx") if version == "0.5" else None,
        overwrite=True,
        **separator,
        **options,
    )
    array[:] = np.random.default_rng(0).integers(1, 9, (2, 1, 256, 256), dtype="uint16")
    return folder


def sampled(folder: Path | str) -> Report:
    return validate_store(str(folder), depth=Depth.SAMPLE)


def broken(report: Report) -> list[Finding]:
    return [one for one in report.findings if one.rule == "ZARR-CHUNK-DATA"]


def chunks_of(folder: Path) -> list[Path]:
    """The objects that hold pixels."""
    return [path for path in (folder / LEVEL).rglob("*") if path.is_file() and "z" not in path.name]


every_packing = pytest.mark.parametrize("packing", PACKINGS)


@every_packing
def test_chunks_that_zarr_wrote_are_whole(tmp_path: Path, packing: str) -> None:
    report = sampled(image(tmp_path / "i.zarr", packing))
    assert broken(report) == []
    assert report.coverage.chunks == 1
    assert not [remark for remark in report.coverage.remarks if "chunk" in remark]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _scramble(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(bytes(255 - byte for byte in content))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


WAYS: dict[str, Callable[[Path], None]] = {"cut": _cut, "scrambled": _scramble, "emptied": _empty}


@every_packing
@pytest.mark.parametrize("way", WAYS)
def test_a_chunk_that_was_damaged_is_a_finding_at_its_level(
    tmp_path: Path, packing: str, way: str
) -> None:
    folder = image(tmp_path / "i.zarr", packing)
    for path in chunks_of(folder):
        WAYS[way](path)
    found = broken(sampled(folder))
    if packing == "raw" and way == "scrambled":
        assert found == []  # any bytes are pixels
        return
    (finding,) = found
    assert (finding.node, finding.level) == (LEVEL, "error")
    assert (folder / finding.document).is_file()
    assert finding.message.endswith(".")


def test_a_chunk_of_another_size_is_a_finding_with_both_sizes(tmp_path: Path) -> None:
    folder = image(tmp_path / "i.zarr", "raw")
    for path in chunks_of(folder):
        path.write_bytes(path.read_bytes() * 2)
    (finding,) = broken(sampled(folder))
    assert (finding.expected, finding.found) == ("8,192 bytes", "16,384 bytes")


def test_an_absent_chunk_is_legal_and_counted(tmp_path: Path) -> None:
    folder = image(tmp_path / "i.zarr", "zstd")
    for path in chunks_of(folder):
        path.unlink()
    report = sampled(folder)
    assert broken(report) == []
    assert any("1 of 1 sampled chunks are not there" in one for one in report.coverage.remarks)


def test_an_absent_chunk_in_a_shard_is_legal_and_counted(tmp_path: Path) -> None:
    folder = image(tmp_path / "i.zarr", "sharded")
    array = zarr.open_array(str(folder / LEVEL), mode="r+")
    array[:] = 0
    array[:, :, 63, 63] = 1
    report = sampled(folder)
    assert broken(report) == []
    assert any("are not there" in remark for remark in report.coverage.remarks)


def test_a_codec_that_platecat_does_not_know_is_a_remark(tmp_path: Path) -> None:
    folder = image(tmp_path / "i.zarr", "raw")
    document = folder / LEVEL / "zarr.json"
    document.write_text(document.read_text().replace('"bytes"', '"own.codec"', 1))
    report = sampled(folder)
    assert broken(report) == []
    assert any("own.codec" in remark for remark in report.coverage.remarks)


def _edit(document: Path, old: str, new: str) -> None:
    text = document.read_text()
    assert old in text
    document.write_text(text.replace(old, new))


@pytest.mark.parametrize("packing", ["raw", "Zarr 2"])
def test_a_separator_that_leads_out_of_the_array_is_never_followed(
    tmp_path: Path, packing: str, opened: list[str]
) -> None:
    folder = image(tmp_path / "i.zarr", packing)
    name = "zarr.json" if packing == "raw" else ".zarray"
    _edit(
        folder / LEVEL / name,
        '"separator": "/"' if packing == "raw" else '"dimension_separator": "/"',
        '"separator": "/../../"' if packing == "raw" else '"dimension_separator": "/../../"',
    )
    opened.clear()
    report = sampled(folder)
    assert report.coverage.chunks == 0
    assert not [path for path in opened if ".." in path]


def test_an_index_whose_numbers_are_big_endian_is_understood(tmp_path: Path) -> None:
    folder = image(tmp_path / "i.zarr", "sharded")
    _edit(folder / LEVEL / "zarr.json", '"index_codecs": [', '"index_codecs": [ ')
    document = json.loads((folder / LEVEL / "zarr.json").read_bytes())
    (sharding,) = document["codecs"]
    sharding["configuration"]["index_codecs"][0]["configuration"]["endian"] = "big"
    (folder / LEVEL / "zarr.json").write_text(json.dumps(document))
    for path in chunks_of(folder):
        content = path.read_bytes()
        index = np.frombuffer(content[-4 - 16 * 8 : -4], dtype="<u8").astype(">u8").tobytes()
        check = struct.pack("<I", google_crc32c.value(index))
        path.write_bytes(content[: -4 - 16 * 8] + index + check)
    assert sampled(folder).coverage.chunks == 1


@pytest.mark.parametrize("numbers", [(2**63 - 1, 10), (2**40, 10), (10, 2**40), (2**64 - 2, 1)])
@pytest.mark.parametrize("where", ["disk", "http"])
def test_an_index_that_points_anywhere_is_a_finding_and_ends_nothing(
    tmp_path: Path, numbers: tuple[int, int], where: str
) -> None:
    folder = image(tmp_path / "i.zarr", "sharded")
    for path in chunks_of(folder):
        content = path.read_bytes()
        index = struct.pack("<QQ", *numbers) * 8
        check = struct.pack("<I", google_crc32c.value(index))
        path.write_bytes(content[: -4 - 16 * 8] + index + check)
    if where == "disk":
        report = sampled(folder)
    else:
        with servers.http_server(tmp_path) as web:
            report = sampled(f"{web.url}/i.zarr")
    assert report.reach == "ok"
    assert len(broken(report)) == 1


def test_a_pipe_in_the_place_of_a_shard_is_no_shard(tmp_path: Path) -> None:
    folder = image(tmp_path / "i.zarr", "sharded")
    for path in chunks_of(folder):
        path.unlink()
        os.mkfifo(path)
    assert sampled(folder).reach == "ok"


def test_chunks_are_no_documents(tmp_path: Path) -> None:
    folder = image(tmp_path / "i.zarr", "zstd")
    assert sampled(folder).documents == validate_store(str(folder)).documents


def test_a_plate_is_sampled_all_over(tmp_path: Path) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr", shape=96, chunks=True, style=Style(labels=("nuclei",))
    )
    report = sampled(folder)
    assert broken(report) == []
    assert report.coverage.chunks == 2 * MAX_IMAGES + 2 * 8


def test_images_are_spread_with_the_first_and_the_last() -> None:
    images = [ImageNode(str(number), ListedField(""), Role.FIELD) for number in range(100)]
    assert [image.path for image in spread(images, 4)] == ["0", "33", "66", "99"]
    assert spread(images[:3], 4) == images[:3]


@pytest.mark.parametrize("packing", ["zstd", "sharded"])
def test_chunks_are_sampled_over_the_network_and_from_archives(
    tmp_path: Path, packing: str
) -> None:
    folder = image(tmp_path / "i.zarr", packing)
    with servers.http_server(tmp_path) as web:
        assert sampled(f"{web.url}/i.zarr").coverage.chunks == 1
    assert sampled(pack(folder, tmp_path / "i.ozx")).coverage.chunks == 1
    for path in chunks_of(folder):
        _cut(path)
    with servers.http_server(tmp_path) as web:
        assert len(broken(sampled(f"{web.url}/i.zarr"))) == 1
    memory = fsspec.filesystem("memory")
    memory.put(str(folder), "/test_sampling/i.zarr", recursive=True)
    try:
        assert len(broken(sampled("memory://test_sampling/i.zarr"))) == 1
    finally:
        memory.rm("/test_sampling", recursive=True)


def test_a_server_that_gives_no_parts_leaves_shards_out_and_says_so(tmp_path: Path) -> None:
    image(tmp_path / "i.zarr", "sharded")
    with servers.http_server(tmp_path, servers.Behaviour(ranges=False)) as web:
        report = sampled(f"{web.url}/i.zarr")
    assert report.verdict == "valid"
    assert any("1 of 1 sampled chunks could not be had" in one for one in report.coverage.remarks)


@pytest.mark.processes
def test_chunks_are_sampled_in_a_bucket(tmp_path: Path) -> None:
    folder = image(tmp_path / "i.zarr", "sharded")
    with servers.s3_server() as s3:
        options = StoreOptions(
            endpoint=s3.endpoint, region=servers.REGION, key=servers.KEY, secret=servers.SECRET
        )
        url = s3.upload(folder, "sampling", "i.zarr")
        report = validate_store(url, depth=Depth.SAMPLE, options=options)
    assert report.coverage.chunks == 1

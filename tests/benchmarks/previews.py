"""Previews of a plate of 384 wells x 9 fields in 3 channels, beside bare reading of the same chunks.

The smallest level has 135 x 135 pixels of uint16, one chunk for each channel, packed with zstd. From
local disk, and over http with every answer 20 ms after its request. Beside drawing (thumbnails,
contact sheets, statistics), in as many processes as it takes, stand ways to read alone: the bytes of
all chunks with the same client in one process; these, unpacked; the same in as many processes as
draw; and zarr-python, a field at a time in as many threads. Each run is a process of its own; medians
of 3 interleaved rounds. Memory is that of all processes of a run together.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numcodecs
import numpy as np

from plates.pixels.hands import DRAWING
from tests import stores
from tests.benchmarks.delaying_server import delaying_server
from tests.benchmarks.measuring import Timing, tell
from tests.stores import Style

ROUNDS = 3
WELLS, FIELDS, CHANNELS = 384, 9, ("DAPI", "GFP", "Cy5")
SIDE, LEVELS = 540, 3
SMALLEST = SIDE >> (LEVELS - 1)
DELAY_S, CONCURRENCY = 0.02, 64
WAYS = ("bytes", "unpacked", "divided", "zarr", "drawn")
PACKING = [
    {"name": "bytes", "configuration": {"endian": "little"}},
    {"name": "zstd", "configuration": {"level": 1, "checksum": False}},
]


def run(folder: Path) -> None:
    """Measure and report."""
    root = folder / "pixels"
    plate = plate_with_pixels(root / "plate.zarr")
    fields = WELLS * FIELDS
    tell(f"{fields:,} fields, {fields * len(CHANNELS):,} chunks of {SMALLEST} x {SMALLEST} pixels")
    tell(f"local disk; {DRAWING} processes draw")
    report(measured(str(plate), WAYS), fields)
    with delaying_server(root, delay_s=DELAY_S) as server:
        tell(f"answers {DELAY_S * 1000:.0f} ms late, {CONCURRENCY} connections")
        ways = ("bytes", "unpacked", "divided", "drawn")
        report(measured(f"{server.url}/{plate.name}", ways), fields)


def plate_with_pixels(folder: Path) -> Path:
    """A plate whose smallest level has pixels: blobs and noise, 64 different planes in all."""
    stores.plate(
        folder,
        shape=WELLS,
        fields=FIELDS,
        levels=LEVELS,
        channels=CHANNELS,
        size=(SIDE, SIDE),
        style=Style(axes="cyx"),
    )
    rng, packed = np.random.default_rng(384), []
    rows, columns = np.ogrid[:SMALLEST, :SMALLEST]
    for _ in range(64):
        light = np.full((SMALLEST, SMALLEST), 110.0)
        for y, x in rng.integers(0, SMALLEST, (40, 2)):
            light += 900 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 40)
        pixels = rng.poisson(light).astype("<u2")
        packed.append(bytes(numcodecs.Zstd(1).encode(pixels.tobytes())))
    document = None
    for number, array in enumerate(sorted(folder.glob(f"*/*/*/{LEVELS - 1}"))):
        if document is None:
            told = json.loads((array / "zarr.json").read_text()) | {"codecs": PACKING}
            document = json.dumps(told)
        (array / "zarr.json").write_text(document)
        for channel in range(len(CHANNELS)):
            chunk = array / "c" / str(channel) / "0" / "0"
            chunk.parent.mkdir(parents=True)
            chunk.write_bytes(packed[(number * 7 + channel * 13) % len(packed)])
    return folder


def measured(url: str, ways: Sequence[str]) -> dict[str, list[dict[str, float]]]:
    """The seconds and the most memory of every way, over the rounds."""
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way in ways:
            module = "tests.benchmarks.drawing"
            command = [sys.executable, "-m", module, way, url, str(CONCURRENCY)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            runs[way].append(json.loads(done.stdout))
    return runs


def report(runs: dict[str, list[dict[str, float]]], fields: int) -> None:
    """Each way, and drawing as a share of it."""
    seconds = {way: Timing([run["seconds"] for run in those]).median for way, those in runs.items()}
    names = {
        "bytes": "bare bytes of the same chunks",
        "unpacked": "the same, unpacked",
        "divided": f"the same, unpacked in {DRAWING} processes",
        "zarr": f"zarr-python in {DRAWING} threads",
        "drawn": "drawn",
    }
    for way, took in seconds.items():
        share = "" if way == "drawn" else f"; drawing is {took / seconds['drawn']:.2f} of it"
        peak = max(run["peak_mib"] for run in runs[way])
        tell(f"{names[way]}: {took:.2f} s, {fields / took:,.0f} fields/s{share}; {peak:.0f} MiB")

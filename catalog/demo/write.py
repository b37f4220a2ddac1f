"""The stores of the demo, and the writing of them: once, and whole or not at all."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.demo.faults import break_store
from catalog.demo.plates import Plan, write_plate
from catalog.demo.screens import DOSE_RESPONSE, FAULTY, SCREEN
from catalog.demo.section import write_section

VERSION: Final = "2"
"""Counts up whenever the demo's stores change; older ones are written anew."""
MARKER: Final = ".platecat-demo"
_UNFINISHED: Final = ".unfinished"


@dataclass(frozen=True, slots=True)
class DemoStore:
    """One store of the demo: where it lies, and what it shows."""

    path: Path
    sentence: str


def _plate(plan: Plan) -> Callable[[Path], None]:
    return lambda folder: write_plate(folder, plan)


def _write_faulty(folder: Path) -> None:
    write_plate(folder, FAULTY)
    break_store(folder)


@dataclass(frozen=True, slots=True)
class _Recipe:
    name: str
    sentence: str
    write: Callable[[Path], None]


_RECIPES: Final = (
    _Recipe(
        "dose-response-96.ome.zarr",
        "A 96-well plate of four compounds at ten doses, imaged on two days (OME-Zarr 0.5).",
        _plate(DOSE_RESPONSE),
    ),
    _Recipe(
        "screen-384.zarr",
        "A 384-well plate of a screen with controls at both sides (OME-Zarr 0.4).",
        _plate(SCREEN),
    ),
    _Recipe(
        "faulty-96.ome.zarr",
        "A plate that was copied badly: a well, a field, an array and half a document are missing.",
        _write_faulty,
    ),
    _Recipe(
        "tissue-section.ome.zarr",
        "A tissue section in three channels and three planes, with its nuclei as labels.",
        write_section,
    ),
)


def write_demo(folder: Path) -> list[DemoStore]:
    """The demo's stores below a folder, written there unless they lie there already.

    Simulated pixels, the same at each run. What an interrupted run left is replaced; nothing
    else in the folder is touched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / MARKER
    if not _is_finished(marker):
        marker.unlink(missing_ok=True)
        for recipe in _RECIPES:
            _write_whole(folder / recipe.name, recipe.write)
        marker.write_text(VERSION, encoding="ascii")
    return [DemoStore(folder / recipe.name, recipe.sentence) for recipe in _RECIPES]


def _is_finished(marker: Path) -> bool:
    stores = (marker.with_name(recipe.name) for recipe in _RECIPES)
    written = marker.is_file() and marker.read_text(encoding="ascii") == VERSION
    return written and all(store.is_dir() for store in stores)


def _write_whole(place: Path, write: Callable[[Path], None]) -> None:
    """Write a store aside and put it in its place when it is whole."""
    aside = place.with_name(place.name + _UNFINISHED)
    for left in (aside, place):
        shutil.rmtree(left, ignore_errors=True)
    write(aside)
    aside.rename(place)

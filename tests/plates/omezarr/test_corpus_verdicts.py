"""The validator's word on every store of the corpus, against what a person derived from the text.

The corpus is not part of the repository: PLATECAT_CORPUS names its folder.
"""

import json
import os
from pathlib import Path

import pytest

from plates.omezarr.depth import Depth
from plates.omezarr.findings import Level
from plates.omezarr.validate import validate_store
from plates.states import Verdict
from tests.plates.omezarr.corpus_verdicts import DOCUMENTS, STORES, Expected

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent"))
NODE_DOCUMENTS = {".zgroup", ".zattrs", ".zarray", "zarr.json"}
GENERATED = tuple(store for store in STORES if store.path.startswith("generated/"))
WELL = "B/03"
# What a document without its store can only lack.
ABSENT = {"IMG-ARRAY-EXISTS", "HCS-FIELD-EXISTS"}

needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS to its folder"
)


def roots_below(top: Path) -> list[Path]:
    """Every folder that is the top of a Zarr hierarchy, and every file named as a store."""
    roots = []
    for folder, subfolders, files in os.walk(top):
        here = Path(folder)
        if NODE_DOCUMENTS & set(files) or here.suffix == ".zarr":
            roots.append(here)
            subfolders.clear()
        else:
            roots += [here / file for file in files if file.endswith((".zarr", ".ozx", ".zip"))]
    return roots


def errors_of(folder: Path) -> set[str]:
    """The ids of the rules that a store breaks at the level error."""
    found = validate_store(str(folder)).findings
    return {finding.rule for finding in found if finding.level is Level.ERROR}


def write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))


def lay_out(document: object, kind: str, folder: Path) -> None:
    """A Zarr 2 store around one document: an image at the root, a well in a plate of one."""
    at = folder / WELL if kind == "well" else folder
    write(folder / ".zgroup", {"zarr_format": 2})
    write(at / ".zgroup", {"zarr_format": 2})
    write(at / ".zattrs", document)
    if kind == "well":
        row, column = WELL.split("/")
        well = {"path": WELL, "rowIndex": 0, "columnIndex": 0}
        plate = {"rows": [{"name": row}], "columns": [{"name": column}], "wells": [well]}
        write(folder / row / ".zgroup", {"zarr_format": 2})
        write(folder / ".zattrs", {"plate": {**plate, "version": "0.4"}})


@needs_corpus
@pytest.mark.parametrize("store", STORES, ids=lambda store: store.path)
def test_a_store_is_found_to_be_what_the_specification_makes_of_it(store: Expected) -> None:
    report = validate_store(str(CORPUS / store.path))
    errors = {finding.rule for finding in report.findings if finding.level is Level.ERROR}
    found = (report.kind, report.version, report.verdict, sorted(errors))
    expected = (store.kind, store.version, store.verdict, sorted(store.errors))
    assert found == expected, store.reason


@needs_corpus
@pytest.mark.parametrize("store", STORES, ids=lambda store: store.path)
def test_no_chunk_that_a_real_writer_wrote_is_called_broken(store: Expected) -> None:
    report = validate_store(str(CORPUS / store.path), depth=Depth.SAMPLE)
    broken = [one for one in report.findings if one.rule == "ZARR-CHUNK-DATA"]
    assert not broken, broken


@needs_corpus
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: Path(document.path).stem)
def test_a_document_without_a_store_breaks_only_what_it_says(
    document: Expected, tmp_path: Path
) -> None:
    lay_out(json.loads((CORPUS / document.path).read_bytes()), document.kind, tmp_path)
    assert errors_of(tmp_path) - ABSENT == document.errors, document.reason


@needs_corpus
def test_no_store_of_the_corpus_is_missing_from_the_table() -> None:
    roots = [root for top in ("stores", "generated") for root in roots_below(CORPUS / top)]
    there = sorted(root.relative_to(CORPUS).as_posix() for root in roots)
    assert there == sorted(store.path for store in STORES)


@needs_corpus
def test_no_loose_document_of_the_corpus_is_missing_from_the_table() -> None:
    there = sorted((CORPUS / "stores").glob("*/meta/*.json"))
    listed = sorted(document.path for document in DOCUMENTS)
    assert [path.relative_to(CORPUS).as_posix() for path in there] == listed


@needs_corpus
@pytest.mark.parametrize("plate", GENERATED, ids=lambda plate: Path(plate.path).name)
def test_a_plate_that_a_well_known_writer_made_has_no_error(plate: Expected) -> None:
    assert errors_of(CORPUS / plate.path) == set()


@pytest.mark.parametrize("store", STORES + DOCUMENTS, ids=lambda store: store.path)
def test_the_table_contradicts_itself_nowhere(store: Expected) -> None:
    assert (store.verdict is Verdict.VALID) is (not store.errors)
    assert store.reason.endswith(".")


def test_the_table_lists_no_store_twice() -> None:
    paths = [store.path for store in STORES + DOCUMENTS]
    assert len(paths) == len(set(paths))

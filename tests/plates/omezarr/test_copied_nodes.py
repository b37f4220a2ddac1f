"""Consolidated metadata is taken out of the document of a root, and never looked through whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr import copied_nodes as module
from plates.omezarr.copied_nodes import COPIES_KEY, copied_nodes, is_strict, without_copies
from plates.omezarr.jsonvalues import JsonFault
from plates.omezarr.validate import validate_store
from tests import stores
from tests.store_writer import consolidate

MEBIBYTE = 1024**2
PEAK = """
import resource, sys
from plates.omezarr.read import read_store
from plates.omezarr.validate import validate_store
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
snapshot = read_store(sys.argv[1])
validate_store(sys.argv[1])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sys.stdout.write(f"{peak - before} {snapshot.copied} {len(snapshot.plate.wells)}")
"""
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def crowded(folder: Path, nodes: int) -> Path:
    """A plate whose root has copies of many more nodes than there are, each in a few bytes."""
    path = consolidate(stores.plate(folder / "p.zarr", version="0.5", wells=["A/01", "A/02"]))
    root = path / "zarr.json"
    told = json.loads(root.read_text())
    told[COPIES_KEY]["metadata"] |= {f"{number:x}": {} for number in range(nodes)}
    root.write_text(json.dumps(told, separators=(",", ":")))
    return path


@given(st.dictionaries(st.sampled_from([COPIES_KEY, "a", "b"]), values), st.sampled_from([None, 2]))
def test_a_document_is_what_it_was_without_its_copies(
    document: dict[str, object], indent: int | None
) -> None:
    content = json.dumps(document, indent=indent).encode()
    left, copies = without_copies(content)
    assert left == {**document, **({COPIES_KEY: {}} if COPIES_KEY in document else {})}
    assert bool(copies) is (COPIES_KEY in document)
    if copies:
        assert json.loads(copies) == document[COPIES_KEY]
        assert copies in content


def test_copies_with_numbers_that_are_none_are_taken_out_as_well() -> None:
    content = b'{"a": 1, "consolidated_metadata": {"metadata": {"x": {"fill_value": NaN}}}}'
    left, copies = without_copies(content)
    assert left == {"a": 1, COPIES_KEY: {}}
    assert json.loads(copies) == {"metadata": {"x": {"fill_value": None}}}
    assert not is_strict(content)


@pytest.mark.parametrize("written", [b"[]", b'{"metadata": []}', b'{"metadata": 1}', b"3"])
def test_what_holds_no_copies_by_path_says_so(written: bytes) -> None:
    with pytest.raises(JsonFault, match="no copies by the paths"):
        copied_nodes(written)


@pytest.mark.parametrize("written", [b"null", b"{}", b'{"kind": "inline"}', b'{"metadata": null}'])
def test_no_copies_are_none(written: bytes) -> None:
    assert copied_nodes(written) is None


def test_too_many_copies_leave_the_word_to_the_documents_and_are_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = crowded(tmp_path, 300)
    monkeypatch.setattr(module, "MAX_OBJECTS", 300)
    (told,) = [one for one in validate_store(str(path)).findings if "onsolidated" in one.message]
    assert told.rule == "ZARR-CONSOLIDATED"
    assert "not read: it holds more than 300 JSON objects" in told.message


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in KiB")
@pytest.mark.parametrize("nodes", [490_000, 2_500_000])
def test_copies_of_very_many_nodes_take_little_memory(tmp_path: Path, nodes: int) -> None:
    path = crowded(tmp_path, nodes)
    script = [sys.executable, "-c", PEAK, str(path)]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    grown, copied, wells = done.stdout.split()
    assert (copied, wells) == ("False", "2")
    assert int(grown) * 1024 < 250 * MEBIBYTE

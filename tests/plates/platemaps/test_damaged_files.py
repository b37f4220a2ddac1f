"""Files cut off or with bytes changed give rows or a refusal, and never anything else."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.errors import PlateMapRefused
from tests.plates.platemaps.written_files import packed, sheet_rows, text_cell, workbook

ROWS = [["Plate", "Well", "Drug, µM"], *[[f"P{n}", f"A{n}", f'"x"{n}'] for n in range(1, 40)]]
TEXT = "\n".join(";".join(row) for row in ROWS)


def sound(folder: Path) -> list[bytes]:
    numbers = '<row r="50"><c s="1"><v>45351</v></c><c t="s"><v>0</v></c></row>'
    path = workbook(
        folder / "sound",
        sheet_rows(ROWS) + numbers,
        f"<row>{text_cell('x')}</row>",
        styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
        strings="<si><t>a</t></si>",
    )
    return [path.read_bytes(), packed(TEXT), TEXT.encode(), TEXT.encode("utf-16")]


def damaged(content: bytes, seed: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(seed.choice((0, 1, 1, 2, 8))):
        changed[seed.randrange(len(changed))] = seed.randrange(256)
    if seed.random() < 0.4:
        del changed[seed.randrange(len(changed)) :]
    if seed.random() < 0.2:
        at = seed.randrange(len(changed) + 1)
        changed[at:at] = changed[: seed.randrange(64)]
    return bytes(changed)


@settings(max_examples=400)
@given(st.randoms(use_true_random=False))
def test_damage_is_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, seed: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("d")
    path = folder / "kept"
    path.write_bytes(damaged(seed.choice(sound(folder)), seed))
    refusal = said(path)
    assert not refusal or refusal.startswith(("map.xlsx", "Row", "The rows of"))
    assert not refusal or refusal.endswith(".")


def said(path: Path) -> str:
    """Why a file is refused, empty if all of its rows can be read."""
    try:
        for table in open_tables([SourceFile("map.xlsx", path)]):
            for row in table.rows():
                assert row.number > 0
                assert all("\0" not in cell for cell in row.cells)
    except PlateMapRefused as refusal:
        return str(refusal)
    return ""

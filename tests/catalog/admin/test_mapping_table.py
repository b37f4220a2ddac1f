"""A mapping becomes a table of inputs, and inputs become a mapping's document again."""

from typing import Any

import pytest

from catalog.admin.mapping_table import edited_document, tables_to_edit
from plates.platemaps.table_heads import TableHead

HEAD = TableHead("layout.csv", ("Well", "Drug", "Drug", "Dose"), (), (("A1",), ("x",), (), ()))
DOCUMENT: dict[str, Any] = {
    "version": 1,
    "format": "table",
    "plate": "P1",
    "tables": [
        {
            "name": "layout.csv",
            "columns": [
                {"column": "Well", "kind": "well"},
                {"column": "Drug", "number": 2, "kind": "term", "becomes": "compound"},
                {
                    "column": "Drug",
                    "number": 3,
                    "kind": "ontology id",
                    "of": {"name": "Drug", "number": 2},
                },
                {"column": "Dose", "kind": "quantity", "becomes": "dose", "decimal": ","},
            ],
        }
    ],
    "joins": [],
}


def test_columns_of_one_header_are_told_apart_by_their_number() -> None:
    (table,) = tables_to_edit(DOCUMENT, [HEAD])
    assert [column.kind for column in table.columns] == ["well", "term", "ontology id", "quantity"]
    assert table.columns[2].of == "2: Drug"
    assert table.columns[2].speaks_of_another
    assert table.columns[3].more == "decimals after ,"
    assert table.columns[1].examples == ("x",)


def test_what_is_typed_becomes_the_document_and_the_rest_stays() -> None:
    posted = {
        "format": "table",
        "plate": "",
        "c0-0-kind": "well",
        "c0-1-kind": "term",
        "c0-1-becomes": " compound ",
        "c0-1-group": "2",
        "c0-1-nulls": "NA, n/a ,",
        "c0-1-unit": "uM",
        "c0-2-kind": "ontology id",
        "c0-2-of": "2: Drug",
        "c0-3-kind": "text",
    }
    edited = edited_document(DOCUMENT, [HEAD], posted)
    assert edited["joins"] == []
    assert "plate" not in edited
    assert edited["tables"][0]["columns"] == [
        {"column": "Well", "number": 1, "kind": "well"},
        {
            "column": "Drug",
            "number": 2,
            "kind": "term",
            "becomes": "compound",
            "group": 2,
            "nulls": ["NA", "n/a"],
        },
        {
            "column": "Drug",
            "number": 3,
            "kind": "ontology id",
            "of": {"name": "Drug", "number": 2},
        },
        {"column": "Dose", "number": 4, "kind": "text", "becomes": "Dose"},
    ]
    assert DOCUMENT["plate"] == "P1"


def test_an_ignored_table_says_nothing_of_its_columns() -> None:
    edited = edited_document(DOCUMENT, [HEAD], {"t0-ignored": "on", "t0-plate": "P2"})
    assert edited["tables"] == [{"name": "layout.csv", "plate": "P2", "ignored": True}]
    (table,) = tables_to_edit(edited, [HEAD])
    assert table.is_ignored
    assert {column.kind for column in table.columns} == {"ignored"}


@pytest.mark.parametrize("typed", ["", "x", "99999", "-1", "0"])
def test_a_number_that_is_none_is_none(typed: str) -> None:
    posted = {"c0-1-kind": "term", "c0-1-group": typed, "c0-2-kind": "unit", "c0-2-of": typed}
    columns = edited_document(DOCUMENT, [HEAD], posted)["tables"][0]["columns"]
    assert "group" not in columns[1]
    assert "of" not in columns[2]

"""The snippets of the page about exports run as they are written."""

import re
from pathlib import Path

import pytest
from django.test import Client

from catalog.queries.table_columns import Rows, fixed_columns
from tests.catalog.search.worlds import RowPlan, build

PAGE = Path(__file__).parent.parent / "docs" / "how-to" / "export-what-was-found.md"
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.django_db
@pytest.mark.parametrize("snippet", SNIPPETS, ids=["pandas", "pyarrow"])
def test_a_snippet_runs_on_an_export(
    snippet: str, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    build(
        [[RowPlan(0, 1, {"Compound": "taxol", "Dose": "1"}), RowPlan(0, 2, {"Compound": "DMSO"})]]
    )
    content = client.get("/api/v1/export/wells.parquet").getvalue()
    (tmp_path / "wells.parquet").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    exec(snippet, {})
    assert "taxol" in capsys.readouterr().out


def test_the_page_says_what_the_columns_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    wells, fields = ({one.name: one for one in fixed_columns(rows)} for rows in Rows)
    for name, column in (wells | fields).items():
        of = "both" if name in wells and name in fields else "wells" if name in wells else "fields"
        assert f"| `{name}` | {of} | {column.says} |" in page

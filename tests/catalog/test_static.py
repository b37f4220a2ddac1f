"""Every file that a template asks for is there."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

TEMPLATES = Path(__file__).parents[2] / "catalog" / "templates"
NAMED = re.compile(r"\{%\s*static\s+['\"]([^'\"]+)['\"]")


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_a_template_names_only_files_that_there_are(template: Path) -> None:
    named = NAMED.findall(template.read_text(encoding="utf-8"))
    assert [name for name in named if finders.find(name) is None] == []

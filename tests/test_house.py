"""The house rules that no linter knows."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import CompositePrimaryKey

from catalog import environment
from catalog.jobs import Job
from plates.models import DecadeMask, KeyMask, Mask, Quantity
from workers.celery import app

ROOT = Path(__file__).parent.parent
PACKAGES = ("catalog", "plates", "workers")
SOURCES = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]
WRITTEN = [path for path in SOURCES if "migrations" not in path.parts]
LONGEST_FILE, LONGEST_FUNCTION = 350, 60


def test_every_kind_of_job_is_registered_with_the_workers() -> None:
    app.loader.import_default_modules()
    assert {job.value for job in Job} <= set(app.tasks)


def test_every_variable_of_the_environment_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for variable in environment.VARIABLES.values():
        assert f"| `{variable.name}` |" in readme, variable.name
        assert variable.sentence in readme, variable.name


def test_only_the_table_of_variables_reads_the_environment() -> None:
    readers = {path for path in WRITTEN if re.search(r"os\.(environ|getenv)", path.read_text())}
    local = {path for path in readers if "local" in path.parts or "management" in path.parts}
    names = (
        "catalog/environment.py",
        "catalog/wsgi.py",
        "catalog/data/wsgi.py",
        "workers/celery.py",
    )
    named = {ROOT / name for name in names}
    # The reader stands on its own and looks for the cloud's own variables.
    reader = {path for path in readers if "omezarr" in path.parts}
    assert readers - local - reader <= named


def test_every_model_is_at_the_desk() -> None:
    admin.autodiscover()
    models = {
        model for name in ("catalog", "plates") for model in apps.get_app_config(name).get_models()
    }
    # Rows that are keyed by all that they say are not for Django's admin; their layers are there.
    keyed = {model for model in models if isinstance(model._meta.pk, CompositePrimaryKey)}
    assert keyed == {DecadeMask, KeyMask, Mask, Quantity}
    assert models - keyed <= set(admin.site._registry)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_can_be_taken_in_at_once(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= LONGEST_FUNCTION, node.name


def test_packages_are_empty_where_they_must_be() -> None:
    for path in SOURCES:
        if path.name == "__init__.py" and path.parent.name not in {"models", "admin"}:
            assert path.read_text() == "", path


def test_there_is_one_broad_except_and_it_is_the_workers() -> None:
    broad = [
        path.relative_to(ROOT).as_posix()
        for path in WRITTEN
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and isinstance(node.type, ast.Name)
        and node.type.id == "Exception"
    ]
    assert broad == ["workers/tasks.py"]


def test_locks_name_no_host() -> None:
    for path in (ROOT / "requirements").glob("*.lock"):
        assert "://" not in path.read_text(), path

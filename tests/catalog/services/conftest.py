"""A small dataset, a source that watches a folder of the test's own, and the leave to read it."""

from pathlib import Path

import pytest
from pytest_django import Settings

from catalog.models import Dataset, Source
from catalog.services.sources import create_source
from tests import factories


@pytest.fixture
def allowed(settings: Settings, tmp_path: Path) -> None:
    """What lies in the test's own folder or bucket, and on loopback, may be read."""
    settings.ADDRESSES_ALLOWED = {
        "roots": [f"file://{tmp_path}", "s3://bucket"],
        "networks": ["127.0.0.0/8"],
    }


@pytest.fixture
def small(plate_folder: Path, open_dataset: Dataset) -> Dataset:
    """A dataset with a plate of three wells."""
    factories.harvested(str(plate_folder), into=open_dataset)
    return open_dataset


@pytest.fixture
def source(folder: Path, open_dataset: Dataset) -> Source:
    """A source of what lies in the folder that a module of tests has written."""
    return create_source(by=None, name="lab", url=str(folder), default_dataset=open_dataset)

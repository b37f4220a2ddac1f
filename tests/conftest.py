from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from catalog.models import Dataset
from tests import factories, stores


@pytest.fixture
def client() -> Client:
    """A browser that nobody has signed in with."""
    return Client()


@pytest.fixture
def plate_folder(tmp_path: Path) -> Path:
    """A plate of three wells, two fields each, on disk."""
    return stores.plate(
        tmp_path / "small.ome.zarr", wells=["A/1", "A/2", "B/03"], fields=2, name="small"
    )


@pytest.fixture
def open_dataset(db: None) -> Dataset:
    """A public dataset."""
    return factories.dataset("open")


@pytest.fixture
def versions(settings: Settings, tmp_path: Path) -> Path:
    """A folder of the test's own for published versions."""
    settings.VERSIONS = tmp_path / "versions"
    return tmp_path / "versions"

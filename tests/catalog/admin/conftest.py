"""A superuser at the desk, and rows to look at."""

from pathlib import Path

import pytest
from django.test import Client

from catalog.models import Dataset
from tests import factories, stores
from tests.catalog.services.counted import counted
from tests.catalog.services.validated import validated


@pytest.fixture
def desk(db: None) -> Client:
    """The browser of somebody who may do everything."""
    client = Client()
    client.force_login(factories.user(superuser=True))
    return client


@pytest.fixture
def rows(tmp_path: Path, open_dataset: Dataset) -> None:
    """A plate, validated and counted, and an image."""
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2"], fields=2)
    counted(validated(factories.harvested(str(folder), into=open_dataset)))
    factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)

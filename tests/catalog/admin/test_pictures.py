"""Pictures at the desk: the grid of a plate, contact sheets and thumbnails."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset
from plates.models import Plate, Store
from tests import factories, stores
from tests.catalog.services.previewed import previewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(factories.user("steward", superuser=True))
    return client


def shown(desk: Client, row: Plate | Store) -> str:
    name = f"admin:plates_{row._meta.model_name}_change"
    return desk.get(reverse(name, args=[row.pk])).content.decode()


def test_a_plate_is_drawn_from_the_grid_that_the_portal_draws(
    tmp_path: Path, open_dataset: Dataset, desk: Client
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"], chunks=True)
    store = factories.harvested(str(folder), into=open_dataset)
    plate = store.plate
    assert plate is not None
    assert reverse("api:plate-grid", args=[plate.id]) in shown(desk, plate)
    assert "contact-sheet" not in shown(desk, plate)
    assert "contact-sheet" not in shown(desk, store)
    previewed(store)
    sheet = f"{reverse('api:plate-contact-sheet', args=[plate.id])}?store={store.id}"
    assert sheet in shown(desk, plate)
    assert sheet in shown(desk, store)
    assert desk.get(sheet).status_code == 200


def test_images_of_a_store_are_shown_by_their_thumbnails(
    tmp_path: Path, open_dataset: Dataset, desk: Client
) -> None:
    store = factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)
    assert "thumbnail" not in shown(desk, store)
    previewed(store)
    image = store.images.get()
    assert reverse("api:image-thumbnail", args=[image.id]) in shown(desk, store)

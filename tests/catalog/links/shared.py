"""What tests of links share: a private plate, and the things in it."""

from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User

from catalog.models import Dataset
from catalog.words import Visibility
from plates.models import Plate, Store
from tests import factories, stores


@dataclass(frozen=True)
class Kept:
    """A private plate with two wells of two fields, an image beside it, and who owns them."""

    owner: User
    dataset: Dataset
    plate: Plate
    store: Store
    image_store: Store


def kept(folder: Path) -> Kept:
    """A plate and an image that only their owner sees."""
    owner = factories.user("owner")
    dataset = factories.dataset("kept", visibility=Visibility.OWNER, owner=owner)
    plate = stores.plate(folder / "p.zarr", wells=["B/03", "C/04"], fields=2, chunks=True, name="p")
    store = factories.harvested(str(plate), into=dataset)
    image = factories.harvested(str(stores.image(folder / "i.zarr")), into=dataset)
    assert store.plate is not None
    return Kept(owner, dataset, store.plate, store, image)

"""The world that tests of leaks look at."""

from pathlib import Path

import pytest
from django.utils import timezone

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job, Proposal
from catalog.services.shares import create_share
from catalog.services.sources import create_source
from catalog.words import Visibility
from plates.models import Image
from tests import factories, stores
from tests.catalog.secret import SECRET, World, people_around
from tests.catalog.services.counted import counted
from tests.catalog.services.mapped import applied, undone
from tests.catalog.services.previewed import previewed
from tests.catalog.services.published import published
from tests.catalog.services.validated import validated


@pytest.fixture(scope="module")
def secret_folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A plate and an image on disk."""
    root = tmp_path_factory.mktemp(SECRET)
    return (
        stores.plate(root / "plate.zarr", wells=["B/03"], name=f"{SECRET} plate"),
        stores.image(root / "image.zarr"),
    )


@pytest.fixture
def world(
    db: None,
    secret_folders: tuple[Path, Path],
    visibility: Visibility,
    tmp_path: Path,
    versions: Path,
) -> World:
    """A secret beside something open."""
    plain = stores.plate(tmp_path / "open.zarr", wells=["A/1"], name="open plate")
    factories.harvested(str(plain), into=factories.dataset("open"))
    owner = factories.user()
    secret = factories.dataset(f"{SECRET}-project", visibility=visibility, owner=owner)
    plate_store, image_store = (
        factories.harvested(str(folder), into=secret) for folder in secret_folders
    )
    validated(plate_store)
    counted(plate_store)
    previewed(plate_store)
    assert plate_store.plate is not None
    assert plate_store.findings.exists()
    factories.dataset("child", parent=secret)
    plate_map = undone(applied(secret, f"Plate,Well,Drug\n{SECRET} plate,B3,x\n"))
    version = published(secret)
    # Again a draft, so that its visibility alone decides who sees it; other tests close it.
    Dataset.objects.filter(pk=secret.pk).update(
        state="draft", next_state="", published_at=None, licence=""
    )
    secret.refresh_from_db()
    return World(
        dataset=secret,
        plate=plate_store.plate,
        store=plate_store,
        image=Image.objects.get(store=image_store),
        image_store=image_store,
        job=Job.objects.get(store=plate_store, kind=Kind.HARVEST.value),
        source=create_source(
            by=None, name=f"{SECRET}-storage", url=f"s3://{SECRET}", default_dataset=secret
        ),
        # It is decided already, so that who may decide is answered 409 each time.
        proposal=Proposal.objects.create(
            kind="copy",
            state="accepted",
            dataset=secret,
            of=plate_store,
            url=f"/{SECRET}/copy.zarr",
            evidence={"digest": plate_store.digest, "compared": 0, "equal": 0, "proven": False},
            decided_at=timezone.now(),
        ),
        share=create_share(thing=plate_store, by=owner).share,
        plate_map=plate_map,
        version=version,
        people=people_around(secret, owner),
    )

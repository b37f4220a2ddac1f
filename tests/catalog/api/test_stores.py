"""A store over REST: what it is known by."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from catalog.models import Dataset
from plates.models import Evidence
from tests import factories, stores

pytestmark = pytest.mark.django_db


def test_a_store_tells_what_shows_that_it_is_unchanged(
    client: Client, tmp_path: Path, open_dataset: Dataset
) -> None:
    store = factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)

    def told() -> dict[str, object]:
        place = client.get(f"/api/v1/stores/{store.id}/").json()["locations"][0]
        evidence: dict[str, object] = place["evidence"]
        return evidence

    assert told()["strength"] is None
    read_at = Evidence.objects.get().read_at
    Evidence.objects.update(strength="listing", checked_at=read_at + timedelta(hours=1))
    assert told()["strength"] == "listing"
    assert set(told()) == {"strength", "read_at", "checked_at"}
    Evidence.objects.all().delete()
    place = client.get(f"/api/v1/stores/{store.id}/").json()["locations"][0]
    assert place["evidence"] is None

"""Manifests of inventories of S3: when they were made; what is in them is tested with inventories."""

from datetime import UTC, datetime

import pytest

from tests.plates.omezarr.inventories_written import manifest, read_files


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("1795654923000", datetime(2026, 11, 26, 1, 2, 3, tzinfo=UTC)),
        (1795654923000, datetime(2026, 11, 26, 1, 2, 3, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_a_manifest_tells_when_it_was_made(told: object, moment: datetime | None) -> None:
    assert read_files(manifest({}, creationTimestamp=told)).made_at == moment

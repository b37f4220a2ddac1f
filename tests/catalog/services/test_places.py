"""The same plate gives the same rows wherever it lies: on disk, behind a web server, in S3."""

from pathlib import Path

import pytest

from catalog.models import Dataset, Source
from tests import factories, servers, stores
from tests.catalog.services.rows import rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_disk_web_and_s3_give_the_same_rows(
    tmp_path: Path,
    open_dataset: Dataset,
    version: stores.Version,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = stores.plate(
        tmp_path / "p.zarr",
        version=version,
        wells=["A/1", "B/03", "H/12"],
        fields=2,
        missing=["B/03/1"],
        barcode="BC",
        distinct=True,
    )
    on_disk = factories.harvested(str(folder), into=open_dataset)
    with servers.http_server(tmp_path) as web:
        behind_http = factories.harvested(f"{web.url}/p.zarr", into=open_dataset)
    monkeypatch.setenv("PLATECAT_CREDENTIALS_TRIAL_KEY", servers.KEY)
    monkeypatch.setenv("PLATECAT_CREDENTIALS_TRIAL_SECRET", servers.SECRET)
    with servers.s3_server() as s3:
        url = s3.upload(folder, "plates", "p.zarr")
        source = Source.objects.create(
            name="trial",
            options={"endpoint": s3.endpoint, "region": servers.REGION},
            credentials="trial",
        )
        in_s3 = factories.harvested(url, into=open_dataset, source=source)
    assert rows_of(behind_http) == rows_of(on_disk)
    assert rows_of(in_s3) == rows_of(on_disk)

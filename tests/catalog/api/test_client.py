"""A client that is generated from the schema alone finds wells, and what belongs to them."""

import importlib
import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from tests import factories
from tests.catalog.search.worlds import RowPlan, build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
PLAN = [
    RowPlan(0, 1, {"Compound": "taxol", "Dose": "1"}),
    RowPlan(1, 0, {"Compound": "taxol", "Dose": "1"}),
    RowPlan(1, 2, {"Compound": "DMSO"}),
    RowPlan(2, 1, {"Compound": "taxol"}),
]
PACKAGE = "generated_platecat_client"
BYTES = (
    "application/x-ndjson", "application/vnd.apache.parquet", "image/jpeg", "image/webp",
    "text/x-shellscript", "application/x-sh",
)  # fmt: skip


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The client as the generator writes it, ready to be imported; any warning of its is a failure."""
    schema = tmp_path / "schema.json"
    answer = Client().get("/api/v1/schema/?format=json")
    schema.write_bytes(answer.content)
    settings = tmp_path / "settings.json"
    # What is neither text nor JSON is bytes to it, once it is told.
    bytes_alone = dict.fromkeys(BYTES, "application/octet-stream")
    settings.write_text(json.dumps({"post_hooks": [], "content_type_overrides": bytes_alone}))
    made = subprocess.run(
        [
            Path(sys.executable).with_name("openapi-python-client"),
            *("generate", "--path", schema, "--config", settings, "--meta", "none"),
            *("--output-path", tmp_path / PACKAGE, "--fail-on-warning"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield PACKAGE
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_a_generated_client_searches_and_follows_what_it_found(
    package: str, live_server: LiveServer
) -> None:
    world = build([PLAN])

    def asked(tag: str, operation: str, *about: object, **parameters: Any) -> Any:
        module = importlib.import_module(f"{package}.api.{tag}.{operation}")
        with importlib.import_module(package).Client(base_url=live_server.url) as client:
            return module.sync(*about, client=client, **parameters)

    found = asked("search", "well_search", q="compound:taxol concentration:1uM", limit=1)
    assert (found.count, found.count_is_exact) == (2, True)
    (well,) = found.results
    assert (well.plate.name, well.label) == ("plate-0", "A02")
    (compound,) = well.annotation["compound"]
    assert (compound.value, compound.source.column) == ("taxol", "Compound")

    plate = asked("plates", "plate_one", str(well.plate.id))
    assert plate.id == world.plates[0].id
    again = asked("wells", "well_one", str(well.plate.id), well.label)
    assert again.label == well.label
    groups = importlib.import_module(f"{package}.models.well_search_group")
    replicates = asked(
        "search", "well_search", q="compound:taxol", group=groups.WellSearchGroup.REPLICATES
    )
    assert [(one.count, one.plates) for one in replicates.results] == [(2, 2)]

    refused = asked("search", "well_search", q="edge:maybe")
    assert (refused.status, refused.parameter, refused.column) == (400, "q", 1)
    keys = asked("search", "key_list")
    assert "compound" in {key.name for key in keys.results}


def test_a_generated_client_signs_in(package: str, live_server: LiveServer) -> None:
    build([PLAN])
    operator = factories.operator()
    operator.set_password("of the tests")
    operator.save()
    module = importlib.import_module(f"{package}.api.search.well_search")
    signed_in = importlib.import_module(package).AuthenticatedClient(
        base_url=live_server.url,
        prefix="Basic",
        token=b64encode(f"{operator.username}:of the tests".encode()).decode(),
    )
    with signed_in as client:
        assert module.sync(client=client, q="compound:taxol").count == 3

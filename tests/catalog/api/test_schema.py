"""The answers are what the OpenAPI schema says they are."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from catalog.models import Dataset, Job, Proposal
from catalog.services.saved_queries import save_query
from catalog.services.shares import create_share
from catalog.services.sources import create_source
from catalog.services.tokens import make_token
from catalog.words import Role, TokenScope
from tests import factories, stores
from tests.catalog.services.counted import counted
from tests.catalog.services.mapped import applied
from tests.catalog.services.previewed import previewed
from tests.catalog.services.published import published
from tests.catalog.services.validated import validated

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> dict[str, Any]:
    answer = Client().get("/api/v1/schema/?format=json")
    return dict(json.loads(answer.content))


def fits(
    schema: dict[str, Any], route: str, answer: Any, status: str = "200", method: str = "get"
) -> None:
    contents = schema["paths"][route][method]["responses"][status]["content"]
    content = next(content for kind, content in contents.items() if kind.endswith("json"))
    Draft202012Validator({**content["schema"], "components": schema["components"]}).validate(answer)


BODIES = {
    "/api/v1/queries/": ('{"q": "compound:*"}', "application/json"),
    "/api/v1/sources/": ('{"name": "new", "url": "s3://new"}', "application/json"),
    "/api/v1/tokens/": ('{"name": "t", "scopes": ["read"]}', "application/json"),
    "/api/v1/datasets/{dataset_id}/access/": (
        '{"user": "viewer", "role": "viewer"}',
        "application/json",
    ),
    "/api/v1/shares/": ('{"store": "NAMED"}', "application/json"),
    "/api/v1/datasets/{dataset_id}/send-back/": ('{"note": "Doses."}', "application/json"),
    "/api/v1/datasets/{dataset_id}/publish/": ("{}", "application/json"),
    "/api/v1/datasets/{dataset_id}/withdraw/": ('{"reason": ""}', "application/json"),
    "/api/v1/datasets/{dataset_id}/embargo/": ('{"until": null}', "application/json"),
    "/api/v1/datasets/{dataset_id}/versions/{version_number}/withdraw/": (
        '{"reason": "Doses."}',
        "application/json",
    ),
    "/api/v1/stores/{store_id}/separate/": ('{"url": "/nowhere"}', "application/json"),
}
"""What routes need to be told that make something."""


QUERIES = {
    "/api/v1/terms/": "?key=compound",
    "/api/v1/datasets/{dataset_id}/versions/{version_number}/diff/": "?from=1",
    "/api/v1/datasets/{dataset_id}/versions/{version_number}/diff.csv": "?from=1",
    "/api/v1/wells/": "?q=compound:etoposide&controls=true",
}
"""What routes need to be asked."""

MAPPED = "Plate,Well,Compound,Dose\nplate,B3,Etoposide,3 uM\nplate,Q30,Etoposide,3 uM\n"
ANSWERS = {"200", "201", "202", "400", "409"}


def proposal_in(dataset: Dataset, folder: Path) -> Proposal:
    """A copy that waits for a decision."""
    for name in ("one", "two"):
        factories.harvested(str(stores.image(folder / name, name="twin")), into=dataset)
    return Proposal.objects.get()


def test_every_answer_fits_the_schema(
    schema: dict[str, Any], tmp_path: Path, open_dataset: Dataset, versions: Path
) -> None:
    owner = factories.user(superuser=True)
    client = Client()
    client.force_login(owner)
    folder = stores.plate(tmp_path / "p.zarr", wells=["B/03"], missing=["B/03/0"], fields=2)
    store = validated(factories.harvested(str(folder), into=open_dataset, by=owner))
    counted(store)
    previewed(store)
    image = factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)
    shared = create_share(thing=store, by=owner)
    version = published(open_dataset)
    values = {
        "dataset_id": open_dataset.slug,
        "store_id": str(store.id),
        "plate_id": str(store.plate.id) if store.plate else "",
        "label": "B03",
        "path": "B/03/1",
        "image_id": str(image.images.get().id),
        "form": "json",
        "source_id": str(create_source(by=None, name="lab", url="s3://lab").id),
        "proposal_id": str(proposal_in(open_dataset, tmp_path).id),
        "plate_map_id": str(applied(open_dataset, MAPPED).id),
        "number": "0",
        "query_token": save_query(text="compound:*", by=owner).token,
        "share_id": str(shared.share.id),
        "token": shared.token,
        "version_number": str(version.number),
        "file_name": "wells.parquet",
        "access_id": str(factories.access(factories.user("viewer"), Role.CURATOR, open_dataset).pk),
        "token_id": str(
            make_token(owner=owner, by=owner, name="t", scopes=[TokenScope.READ]).token.id
        ),
        "job_id": str(Job.objects.first().pk),  # type: ignore[union-attr]
    }
    for route, methods in schema["paths"].items():
        if route.endswith("/schema/"):
            continue
        path = route.format(**values)
        if "post" in methods:
            body, kind = BODIES.get(route, ("", "application/octet-stream"))
            answer = client.generic("POST", path, body.replace("NAMED", str(store.id)), kind)
            status = str(answer.status_code)
            assert status in ANSWERS, (route, answer.content)
            fits(schema, route, answer.json(), status, "post")
        if "get" not in methods:
            continue
        answer = client.get(path + QUERIES.get(route, ""))
        content = answer.getvalue()
        assert answer.status_code == 200, (route, content)
        if answer.headers["Content-Type"].startswith("application/json"):
            fits(schema, route, json.loads(content))


def test_problems_fit_the_schema(schema: dict[str, Any], client: Client) -> None:
    answer = client.get("/api/v1/plates/?limit=x")
    fits(schema, "/api/v1/plates/", answer.json(), "400")
    answer = client.get("/api/v1/wells/?q=compund:x")
    fits(schema, "/api/v1/wells/", answer.json(), "400")
    answer = client.get("/api/v1/plates/x/")
    fits(schema, "/api/v1/plates/{plate_id}/", answer.json(), "404")


def test_every_example_fits_the_schema_and_leaves_nothing_out(schema: dict[str, Any]) -> None:
    shown = set()
    for route, methods in schema["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                for content in response.get("content", {}).values():
                    for told in content.get("examples", {}).values():
                        fits(schema, route, told["value"], status, method)
                        shown.add(route)
    assert {"/api/v1/wells/", "/api/v1/plates/", "/api/v1/plates/{plate_id}/"} <= shown


@pytest.mark.parametrize(
    ("route", "taken"),
    [("/api/v1/tokens/", "application/json"), ("/api/v1/platemaps/", "multipart/form-data")],
)
def test_a_body_of_another_type_is_refused_in_a_sentence(
    schema: dict[str, Any], route: str, taken: str
) -> None:
    client = Client()
    client.force_login(factories.operator())
    answer = client.post(route, "name: t", content_type="text/plain")
    assert answer.status_code == 415
    assert answer.json()["detail"].endswith(f"Send {taken}.")
    fits(schema, route, answer.json(), "415", "post")


def test_every_route_that_reads_a_body_says_that_it_refuses_other_types(
    schema: dict[str, Any],
) -> None:
    for path in schema["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                assert "415" in operation["responses"], operation["operationId"]

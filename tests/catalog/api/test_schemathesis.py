"""Whatever is sent to the routes of the schema, they answer as the schema says, and never with 5xx.

Some hundreds of cases each time, as many as PLATECAT_SCHEMATHESIS_CASES says where it is set; half of
them as the schema allows, half as it does not. Each leaves the world as it was.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Err, Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from catalog.models import Dataset, Job
from catalog.services.saved_queries import save_query
from catalog.services.shares import create_share
from catalog.services.sources import create_source
from catalog.services.tokens import make_token
from catalog.words import Role, TokenScope
from tests import factories, stores
from tests.catalog.api.test_schema import proposal_in
from tests.catalog.services.counted import counted
from tests.catalog.services.mapped import applied
from tests.catalog.services.previewed import previewed
from tests.catalog.services.published import published
from tests.catalog.services.validated import validated

pytestmark = pytest.mark.django_db
log = logging.getLogger(__name__)
CASES = int(os.environ.get("PLATECAT_SCHEMATHESIS_CASES") or 400)
PEOPLE = ("anonymous", "viewer", "operator", "token")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
PLAIN = {"Accept-Encoding": "identity"}
QUERIES = (
    "compound:etoposide",
    "well:B03 -qc:fail",
    "dose:>1uM OR kinase",
    "compoun:x",
    "(",
    "",
    "row:B..D",
)
"""What nobody would think of who does not know the language."""


@pytest.fixture
def known(tmp_path: Path, open_dataset: Dataset, versions: Path) -> dict[str, str]:
    """One of everything, by the name under which routes ask for it."""
    owner = factories.user("owner")
    open_dataset.owner = owner
    open_dataset.save()
    folder = stores.plate(tmp_path / "p.zarr", wells=["B/03"], fields=2, name="plate", chunks=True)
    store = validated(factories.harvested(str(folder), into=open_dataset))
    counted(store)
    previewed(store)
    image = factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)
    shared = create_share(thing=store, by=owner)
    rows = "Plate,Well,Compound,Dose\nplate,B3,Etoposide,3 uM\n"
    plate_map = applied(open_dataset, rows)
    version = published(open_dataset)
    proposal = proposal_in(open_dataset, tmp_path)
    viewer = factories.user("viewer")
    return {
        "dataset_id": open_dataset.slug,
        "store_id": str(store.id),
        "plate_id": str(store.plate.id) if store.plate else "",
        "label": "B03",
        "path": "B/03/0",
        "image_id": str(image.images.get().id),
        "form": "json",
        "source_id": str(create_source(by=None, name="lab", url="s3://lab").id),
        "plate_map_id": str(plate_map.id),
        "proposal_id": str(proposal.id),
        "version_number": str(version.number),
        "file_name": "wells.parquet",
        "number": "0",
        "query_token": save_query(text="compound:*", by=owner).token,
        "share_id": str(shared.share.id),
        "token": shared.token,
        "token_id": str(
            make_token(owner=viewer, by=viewer, name="t", scopes={TokenScope.READ}).token.id
        ),
        "access_id": str(factories.access(viewer, Role.VIEWER, open_dataset).pk),
        "job_id": str(Job.objects.filter(store=store)[0].pk),
    }


@pytest.fixture
def credentials(known: dict[str, str]) -> dict[str, dict[str, str]]:
    """What each of the people sends with a request."""
    operator = factories.operator()
    operator.username = "operator"
    operator.save()
    secret = make_token(owner=operator, by=None, name="t", scopes=[*TokenScope]).secret
    return {
        "anonymous": {},
        "viewer": {"Authorization": "Basic dmlld2VyOnNlY3JldA=="},
        "operator": {"Authorization": "Basic b3BlcmF0b3I6c2VjcmV0"},
        "token": {"Authorization": f"Bearer {secret}"},
    }


django = WSGIHandler()


def answered_whole(environ: Any, start_response: Any) -> list[bytes]:
    """Django's answer, read to its end and closed, as a web server does it."""
    answer = django(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@pytest.fixture(scope="module")
def routes(django_db_setup: None, django_db_blocker: Any) -> list[Any]:
    """Every operation of the schema, but for the one that answers the schema."""
    with django_db_blocker.unblock():
        schema = Client().get("/api/v1/schema/?format=json").json()
    loaded = schemathesis.openapi.from_dict(schema)
    loaded.app = answered_whole
    found = list(loaded.get_all_operations())
    assert [one for one in found if isinstance(one, Err)] == []
    every = [one.ok() for one in found if isinstance(one, Ok)]
    return [one for one in every if not one.path.endswith("/schema/")]


@pytest.fixture(autouse=True)
def connection_kept() -> Iterator[None]:
    """The end of an answer does not end the test's own connection, as with Django's client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("person", PEOPLE)
def test_every_answer_is_one_that_the_schema_knows(
    person: str,
    routes: list[Any],
    known: dict[str, str],
    credentials: dict[str, dict[str, str]],
) -> None:
    modes = list(GenerationMode)
    each = CASES // (len(routes) * len(PEOPLE) * len(modes))
    faults: dict[str, str] = {}
    told: Counter[int] = Counter()
    for number, route in enumerate(routes):
        # Few cases: each route is asked in one way by the first of the people, in the other by the next.
        one = modes[(number + PEOPLE.index(person)) % len(modes)]
        for mode in modes if each else [one]:
            try:
                ask(route, mode, max(1, each), known, credentials[person], told)
            except Unsatisfiable:
                continue
            # Every fault is told, not the first alone.
            except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001
                faults[f"{route.label} ({mode.value})"] = str(error)
    log.info("%s: %d cases, %s", person, told.total(), dict(sorted(told.items())))
    assert faults == {}, "\n\n".join(f"{name}\n{why}" for name, why in faults.items())
    assert told.total() >= len(routes) * 3 // 4
    assert {200, 404} <= set(told)


def ask(
    route: Any,
    mode: GenerationMode,
    times: int,
    known: dict[str, str],
    headers: dict[str, str],
    told: Counter[int],
) -> None:
    """Send some requests to a route; an exception says what is wrong with an answer."""

    @settings(
        max_examples=times,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(
        case=route.as_strategy(generation_mode=mode),
        is_there=st.integers(0, 3),
        q=st.sampled_from(QUERIES),
        asks=st.integers(0, 1),
    )
    def each(case: Any, is_there: int, q: str, asks: int) -> None:
        if is_there:
            # What exists, and who is really there, mostly: else most answers were 404 and 401.
            there = known.keys() & (case.path_parameters or {}).keys()
            case.path_parameters = {**(case.path_parameters or {}), **{n: known[n] for n in there}}
            case.headers.pop("Authorization", None)
            case.cookies = {}
        if asks and any(one.name == "q" for one in route.query):
            case.query = {**(case.query or {}), "q": q}
        with rolled_back():
            answer = case.call(base_url="http://localhost", headers=PLAIN | headers)
            told[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

    each()


class rolled_back:  # noqa: N801 - it reads as a verb
    """A transaction of which nothing stays."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

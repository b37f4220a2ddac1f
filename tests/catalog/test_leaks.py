"""The leak matrix: every route, every role, every visibility.

The routes come from the URL conf, so a new route without a row fails. For whoever may not see
a thing, its answer is compared with the answer about a thing that does not exist: same status,
same body, same number of SQL statements.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models import Dataset
from catalog.words import Visibility
from tests.catalog.secret import PEOPLE, SECRET, World, body, signed_in

GRANTED = {"member", "viewer", "curator", "publisher"}
ALWAYS = {"owner", "operator", "superuser"}
SEEN_BY = {
    Visibility.PUBLIC: set(PEOPLE),
    Visibility.INSTITUTE: set(PEOPLE) - {"anonymous"},
    Visibility.GROUPS: GRANTED | ALWAYS,
    Visibility.OWNER: ALWAYS,
}
MAY_SEE_JOBS = frozenset({"curator", "publisher"} | ALWAYS)
OPERATORS = frozenset({"operator", "superuser"})


class Nothing:
    """What is not there: whatever of it is named in an address, it has an id that nothing has."""

    def __getattr__(self, name: str) -> "Nothing":
        return self

    def __str__(self) -> str:
        return "01900000-0000-7000-8000-000000000000"

    def __format__(self, spec: str) -> str:
        return str(self)


@dataclass(frozen=True)
class One:
    """A route that answers one thing: its path, in the world `{0}` or in nothing."""

    path: str
    who: frozenset[str] = frozenset(PEOPLE)


@dataclass(frozen=True)
class Listing:
    """A route that answers many things, and what shows that the secret is among them."""

    path: str
    mark: str
    who: frozenset[str] = frozenset(PEOPLE)


@dataclass(frozen=True)
class Asking:
    """A route that does something with one thing, for those who may."""

    path: str
    allowed: frozenset[str]
    who: frozenset[str] = frozenset(PEOPLE)
    answers: int = 202


@dataclass(frozen=True)
class Open:
    """A route that tells the same to everybody."""

    path: str


@dataclass(frozen=True)
class Bytes:
    """A route that opens by what stands in its address: tests in test_leaks_links.py."""


ROWS: dict[str, One | Listing | Asking | Open | Bytes] = {
    "data": Bytes(),
    "api:shared": Bytes(),
    "portal:shared": Bytes(),
    "portal:shares": Listing("/shares/", "{0.share.id}", who=MAY_SEE_JOBS),
    "portal:share-revoke": Asking(
        "/shares/{0.share.id}/revoke/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=302
    ),
    "api:shares": Listing("/api/v1/shares/", "{0.share.id}", who=frozenset({"owner"})),
    "api:share": One("/api/v1/shares/{0.share.id}/", who=MAY_SEE_JOBS),
    "api:store-links": One("/api/v1/stores/{0.store.id}/links/"),
    "api:store-test-links": Asking("/api/v1/stores/{0.store.id}/test-links/", MAY_SEE_JOBS),
    "api:field-links": One("/api/v1/stores/{0.store.id}/fields/B/03/0/links/"),
    "api:plate-links": One("/api/v1/plates/{0.plate.id}/links/"),
    "api:well-links": One("/api/v1/plates/{0.plate.id}/wells/B03/links/"),
    "api:image-links": One("/api/v1/images/{0.image.id}/links/"),
    "portal:home": Listing("/", "{0.dataset.title}"),
    "portal:logo": Open("/logo"),
    "portal:theme": Open("/theme.css"),
    "portal:search": Listing("/search/?of=plates", "{0.plate.id}"),
    "portal:search-facets": Listing("/search/facets/", "{0.dataset.slug}"),
    "portal:datasets": Listing("/datasets/", "{0.dataset.title}"),
    "portal:dataset": One("/datasets/{0.dataset.slug}/"),
    "portal:plate": One("/plates/{0.plate.id}/"),
    "portal:well": One("/plates/{0.plate.id}/wells/B03/"),
    "portal:field": One("/stores/{0.store.id}/fields/B/03/0/"),
    "portal:image": One("/images/{0.image.id}/"),
    "portal:term": One("/terms/plate/{0.plate.name}/"),
    "portal:changes": Listing("/changes/", "{0.plate.id}"),
    # Of nothing that is secret: one's own tokens, tests in test_leaks_tokens.py.
    "portal:account": Open("/account/"),
    "portal:token-revoke": Open("/account/tokens/none/revoke/"),
    "api:tokens": Open("/api/v1/tokens/"),
    "api:token": Open("/api/v1/tokens/none/"),
    "account_login": Open("/sign-in/"),
    "account_logout": Open("/sign-out/"),
    "account_inactive": Open("/sign-in/inactive/"),
    "socialaccount_login_error": Open("/sign-in/failed/"),
    "socialaccount_login_cancelled": Open("/sign-in/cancelled/"),
    "socialaccount_signup": Open("/sign-in/signup/"),
    "openid_connect_login": Open("/sign-in/institute/login/"),
    "openid_connect_callback": Open("/sign-in/institute/login/callback/"),
    "api:root": Open("/api/v1/"),
    "api:schema": Open("/api/v1/schema/"),
    "api:docs": Open("/api/v1/docs/"),
    "robots": Open("/robots.txt"),
    "sitemap": Open("/sitemap.xml"),
    "django.contrib.sitemaps.views.sitemap": Open("/sitemap-plates.xml"),
    "healthz": Open("/healthz"),
    "readyz": Open("/readyz"),
    # It names nothing: tests in test_metrics.py.
    "metrics": Open("/metrics"),
    "api:datasets": Listing("/api/v1/datasets/", "{0.dataset.id}"),
    "api:dataset": One("/api/v1/datasets/{0.dataset.id}/"),
    "api:stores": Listing("/api/v1/stores/", "{0.store.id}"),
    "api:store": One("/api/v1/stores/{0.store.id}/"),
    "api:store-fields": One("/api/v1/stores/{0.store.id}/fields/"),
    "api:store-field": One("/api/v1/stores/{0.store.id}/fields/B/03/0/"),
    "api:store-field-thumbnail": One("/api/v1/stores/{0.store.id}/fields/B/03/0/thumbnail"),
    "api:store-field-picture": One("/api/v1/stores/{0.store.id}/fields/B/03/0/picture"),
    "api:store-previews": One("/api/v1/stores/{0.store.id}/previews/"),
    "api:store-preview": Asking("/api/v1/stores/{0.store.id}/preview/", MAY_SEE_JOBS),
    "api:store-findings": One("/api/v1/stores/{0.store.id}/findings/"),
    "api:store-report": One("/api/v1/stores/{0.store.id}/report.json"),
    "api:store-harvest": Asking("/api/v1/stores/{0.store.id}/harvest/", MAY_SEE_JOBS),
    "api:store-validate": Asking("/api/v1/stores/{0.store.id}/validate/", MAY_SEE_JOBS),
    "api:store-separate": Asking(
        "/api/v1/stores/{0.store.id}/separate/", MAY_SEE_JOBS, answers=400
    ),
    "api:platemaps": Listing("/api/v1/platemaps/", "{0.plate_map.id}", who=MAY_SEE_JOBS),
    "api:platemap": One("/api/v1/platemaps/{0.plate_map.id}/", who=MAY_SEE_JOBS),
    "api:platemap-rows": One("/api/v1/platemaps/{0.plate_map.id}/rows/", who=MAY_SEE_JOBS),
    "api:platemap-rows-csv": One("/api/v1/platemaps/{0.plate_map.id}/rows.csv", who=MAY_SEE_JOBS),
    "api:platemap-plates": One("/api/v1/platemaps/{0.plate_map.id}/plates/", who=MAY_SEE_JOBS),
    "api:platemap-file": One("/api/v1/platemaps/{0.plate_map.id}/files/0/", who=MAY_SEE_JOBS),
    # It is undone already, so that who may is answered 409 each time.
    "api:platemap-check": Asking(
        "/api/v1/platemaps/{0.plate_map.id}/check/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:platemap-apply": Asking(
        "/api/v1/platemaps/{0.plate_map.id}/apply/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:platemap-undo": Asking(
        "/api/v1/platemaps/{0.plate_map.id}/undo/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:store-count": Asking("/api/v1/stores/{0.store.id}/count/", MAY_SEE_JOBS),
    "api:store-completeness": One("/api/v1/stores/{0.store.id}/completeness/"),
    "api:proposals": Listing("/api/v1/proposals/", "{0.proposal.id}", who=MAY_SEE_JOBS),
    "api:proposal": One("/api/v1/proposals/{0.proposal.id}/", who=MAY_SEE_JOBS),
    "api:proposal-accept": Asking(
        "/api/v1/proposals/{0.proposal.id}/accept/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:proposal-refuse": Asking(
        "/api/v1/proposals/{0.proposal.id}/refuse/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:ledger": Listing("/api/v1/ledger/", "{0.dataset.slug}"),
    "api:ledger-csv": Listing("/api/v1/ledger.csv", "{0.dataset.slug}"),
    "api:sources": Listing("/api/v1/sources/", "{0.source.id}", who=OPERATORS),
    "api:source": One("/api/v1/sources/{0.source.id}/", who=OPERATORS),
    "api:source-scan": Asking("/api/v1/sources/{0.source.id}/scan/", OPERATORS, who=OPERATORS),
    "api:job-cancel": Asking(
        "/api/v1/jobs/{0.job.id}/cancel/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:job-retry": Asking(
        "/api/v1/jobs/{0.job.id}/retry/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:changes": Listing("/api/v1/changes/", "{0.store.id}"),
    "api:findings": Listing("/api/v1/findings/", "{0.store.id}"),
    "api:plates": Listing("/api/v1/plates/", "{0.plate.id}"),
    "api:plate": One("/api/v1/plates/{0.plate.id}/"),
    "api:plate-contact-sheet": One("/api/v1/plates/{0.plate.id}/contact-sheet"),
    "api:plate-contact-sheet-json": One("/api/v1/plates/{0.plate.id}/contact-sheet.json"),
    "api:plate-statistics": One("/api/v1/plates/{0.plate.id}/statistics/"),
    "api:plate-grid": One("/api/v1/plates/{0.plate.id}/grid/"),
    "api:plate-wells": One("/api/v1/plates/{0.plate.id}/wells/"),
    "api:well": One("/api/v1/plates/{0.plate.id}/wells/B03/"),
    "api:well-fields": One("/api/v1/plates/{0.plate.id}/wells/B03/fields/"),
    "api:plate-reconciliation": One("/api/v1/plates/{0.plate.id}/reconciliation/"),
    "api:plate-reconciliation-csv": One("/api/v1/plates/{0.plate.id}/reconciliation.csv"),
    "api:dataset-reconciliation": One("/api/v1/datasets/{0.dataset.id}/reconciliation/"),
    "api:dataset-reconciliation-csv": One("/api/v1/datasets/{0.dataset.id}/reconciliation.csv"),
    "api:source-reconciliation": One(
        "/api/v1/sources/{0.source.id}/reconciliation/", who=OPERATORS
    ),
    "api:source-reconciliation-csv": One(
        "/api/v1/sources/{0.source.id}/reconciliation.csv", who=OPERATORS
    ),
    "api:plate-platemap": One("/api/v1/plates/{0.plate.id}/platemap.csv"),
    "api:dataset-access": One("/api/v1/datasets/{0.dataset.id}/access/", who=frozenset(ALWAYS)),
    # The first row that was ever given is nothing any more: tests in api/test_access.py.
    "api:dataset-access-one": Open("/api/v1/datasets/none/access/0/"),
    "api:dataset-platemap": One("/api/v1/datasets/{0.dataset.id}/platemap.csv"),
    "api:wells": Listing("/api/v1/wells/", "{0.plate.id}"),
    "api:facets": Listing("/api/v1/facets/?keys=dataset,plate,compound", "{0.dataset.slug}"),
    "api:export-wells-csv": Listing("/api/v1/export/wells.csv", "{0.plate.id}"),
    "api:export-wells-parquet": Listing("/api/v1/export/wells.parquet?rows=fields", "{0.plate.id}"),
    "api:export-wells-ndjson": Listing("/api/v1/export/wells.ndjson?rows=fields", "{0.plate.id}"),
    "api:download-json": Listing("/api/v1/export/download.json", "{0.plate.id}"),
    "api:download-sh": Listing("/api/v1/export/download.sh", "manhattan"),
    "api:queries": Open("/api/v1/queries/"),
    # Of nothing that is secret; who has a token may read it.
    "api:query": Open("/api/v1/queries/{token}/"),
    "portal:saved": Open("/q/{token}"),
    "api:keys": Open("/api/v1/keys/"),
    "api:terms": Listing("/api/v1/terms/?key=dataset", "{0.dataset.slug}"),
    "api:images": Listing("/api/v1/images/", "{0.image.id}"),
    "api:image": One("/api/v1/images/{0.image.id}/"),
    "api:image-thumbnail": One("/api/v1/images/{0.image.id}/thumbnail"),
    "api:image-picture": One("/api/v1/images/{0.image.id}/picture"),
    "api:jobs": Listing("/api/v1/jobs/", "{0.job.id}", who=MAY_SEE_JOBS),
    "api:job": One("/api/v1/jobs/{0.job.id}/", who=MAY_SEE_JOBS),
}

# Filters that name a secret must be as silent as lists without them.
FILTERED = (
    "/api/v1/plates/{0.plate.id}/links/?store={0.store.id}",
    "/api/v1/stores/?dataset={0.dataset.slug}",
    "/api/v1/plates/?dataset={0.dataset.id}",
    "/api/v1/plates/?name=manhattan%20plate",
    "/api/v1/stores/?plate={0.plate.id}",
    "/api/v1/images/?store={0.image_store.id}",
    "/api/v1/datasets/?slug={0.dataset.slug}",
    "/api/v1/datasets/{0.dataset.slug}/",
    "/api/v1/datasets/?parent={0.dataset.id}",
    "/api/v1/datasets/?parent={0.dataset.slug}",
    "/api/v1/jobs/?dataset={0.dataset.slug}",
    "/api/v1/proposals/?dataset={0.dataset.slug}",
    "/api/v1/proposals/?store={0.store.id}",
    "/api/v1/platemaps/?dataset={0.dataset.slug}",
    "/api/v1/platemaps/?state=undone",
    "/api/v1/jobs/?platemap={0.plate_map.id}",
    "/api/v1/findings/?dataset={0.dataset.slug}",
    "/api/v1/findings/?store={0.store.id}",
    "/api/v1/findings/?plate={0.plate.id}",
    "/api/v1/changes/?dataset={0.dataset.slug}",
    "/api/v1/changes/?dataset={0.dataset.id}",
    "/api/v1/changes/?store={0.store.id}",
    "/api/v1/changes/?verb=verdict",
    "/api/v1/changes/?since=2020-01-01T00:00:00Z",
    "/api/v1/ledger/?by=codec",
    "/api/v1/ledger/?by=dtype&dataset={0.dataset.slug}",
    "/api/v1/ledger/?by=storage_class",
    "/api/v1/ledger/?by=person",
    "/api/v1/ledger/?by=source",
    "/api/v1/ledger.csv?dataset={0.dataset.id}",
    "/api/v1/stores/?completeness=lacking",
    "/search/?q=manhattan",
    "/search/?of=datasets&q=dataset:{0.dataset.slug}",
    "/search/?of=images",
    "/changes/",
    "/shares/?plate={0.plate.id}",
    "/shares/?plate={0.plate.id}&well=B03",
    "/shares/?store={0.store.id}",
    "/shares/?store={0.store.id}&field=B/03/0",
    "/shares/?image={0.image.id}",
    "/api/v1/findings/?q=manhattan",
    "/api/v1/wells/?group=replicates&q=manhattan",
    "/api/v1/wells/?sort=plate",
    "/api/v1/wells/?q=plate:manhattan*",
    "/api/v1/wells/?q=manhattan",
    "/api/v1/wells/?q=edge:no&controls=true",
    "/api/v1/export/wells.csv?q=manhattan&keys=compound",
    "/api/v1/export/wells.ndjson?q=dataset:{0.dataset.slug}",
    "/api/v1/terms/?key=dataset&prefix=manhattan",
    "/api/v1/terms/?key=plate",
    "/api/v1/terms/?key=compound",
    "/api/v1/keys/",
    "/api/v1/facets/",
    "/api/v1/facets/?of=images",
    "/api/v1/facets/?q=manhattan",
    "/api/v1/facets/?q=-edge:yes&keys=compound,cell_line,verdict,channel,plate",
    "/api/v1/facets/?q=dataset:{0.dataset.slug}&keys=dataset,finding,completion",
    "/api/v1/plates/?q=manhattan",
    "/api/v1/plates/?q=dataset:{0.dataset.slug}",
    "/api/v1/images/?q=manhattan",
    "/api/v1/images/?q=-z:>1",
    "/api/v1/datasets/?q=manhattan",
    "/api/v1/datasets/?q=-edge:yes",
    "/api/v1/wells/?q=dataset:{0.dataset.slug}",
    "/api/v1/wells/?q=-dataset:{0.dataset.slug}%20OR%20edge:no",
)


def routes(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """The names of all routes, those of the admin apart."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from routes(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{space}{pattern.name}"
        else:
            assert str(pattern.pattern) == "", f"the route {pattern.pattern} has no name"


@dataclass(frozen=True)
class Answer:
    """What an outsider can compare: also how many SQL statements it took."""

    status: int
    content_type: str
    body: bytes
    statements: int


def answer(client: Client, path: str, *, method: str = "get") -> Answer:
    """The answer at a path, whole also if it streams."""
    with CaptureQueriesContext(connection) as statements:
        if method == "get":
            response = client.get(path)
        else:
            response = client.post(path, {}, content_type="application/json")
    assert isinstance(response, HttpResponseBase)
    content_type = response.headers.get("Content-Type", "")
    return Answer(response.status_code, content_type, body(response), len(statements))


def test_every_route_has_a_row() -> None:
    named = set(routes(get_resolver().url_patterns))
    assert named - set(ROWS) == set(), "routes without a row in the leak matrix"
    assert set(ROWS) - named == set(), "rows of the leak matrix without a route"


def may_see(person: str, visibility: Visibility, row: One | Listing | Asking) -> bool:
    return person in SEEN_BY[visibility] and person in row.who


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_thing_is_told_to_those_who_may_see_it_and_is_nothing_to_others(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    for name, row in ROWS.items():
        if not isinstance(row, One):
            continue
        found = answer(client, row.path.format(world))
        if may_see(person, visibility, row):
            assert found.status == 200, (name, found)
        else:
            assert found.status == 404, name
            assert found == answer(client, row.path.format(Nothing())), name


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_thing_is_worked_on_by_those_who_may_and_is_nothing_to_others(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    for name, row in ROWS.items():
        if not isinstance(row, Asking):
            continue
        path, nowhere = row.path.format(world), row.path.format(Nothing())
        found = answer(client, path, method="post")
        if may_see(person, visibility, row):
            assert found.status == (row.answers if person in row.allowed else 403), name
        else:
            assert found.status == 404, name
            assert found == answer(client, nowhere, method="post"), name
        assert client.get(path).content == client.get(nowhere).content


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_list_is_for_others_as_if_the_secret_had_never_been(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    blind: dict[str, Answer] = {}
    for name, row in ROWS.items():
        if not isinstance(row, Listing):
            continue
        found = answer(client, row.path)
        assert found.status == 200, name
        if may_see(person, visibility, row):
            assert row.mark.format(world).encode() in found.body, name
        else:
            blind[row.path] = found
            assert not [mark for mark in world.marks if mark.encode() in found.body], name
    if person not in SEEN_BY[visibility]:
        for pattern in FILTERED:
            path = pattern.format(world)
            blind[path] = answer(client, path)
    world.discard()
    for path, before in blind.items():
        assert before == answer(client, path), path


@pytest.mark.parametrize("visibility", [Visibility.OWNER])
def test_a_public_child_does_not_name_its_private_parent(
    world: World, visibility: Visibility
) -> None:
    child = Dataset.objects.get(slug="child")
    assert SECRET not in Client().get(f"/api/v1/datasets/{child.slug}/").content.decode()
    assert SECRET not in Client().get("/api/v1/datasets/").content.decode()
    owner = signed_in(world.people["owner"])
    assert SECRET in owner.get(f"/api/v1/datasets/{child.slug}/").content.decode()

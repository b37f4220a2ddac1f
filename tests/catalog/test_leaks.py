"""The leak matrix: every route, every role, every visibility.

The routes come from the URL conf, so a new route without a row fails. For whoever may not see
a thing, its answer is compared with the answer about a thing that does not exist: same status,
same body, same number of SQL statements.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job, Proposal, Source
from catalog.services.sources import create_source
from catalog.words import Role, Visibility
from plates.models import Image, Plate, Store
from tests import factories, stores
from tests.catalog.services.counted import counted
from tests.catalog.services.validated import validated

NO_ID = UUID("01900000-0000-7000-8000-000000000000")
SECRET = "manhattan"
PEOPLE = (
    "anonymous",
    "stranger",
    "member",
    "viewer",
    "curator",
    "publisher",
    "owner",
    "operator",
    "superuser",
)
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


@dataclass
class World:
    """A dataset that is to be kept secret, with one of everything in it."""

    dataset: Dataset
    plate: Plate
    store: Store
    image: Image
    image_store: Store
    job: Job
    source: Source
    proposal: Proposal
    people: dict[str, User | None]

    @property
    def marks(self) -> list[str]:
        """Texts that give the secret away."""
        things = (
            self.dataset,
            self.plate,
            self.store,
            self.image,
            self.image_store,
            self.job,
            self.source,
            self.proposal,
        )
        return [SECRET, *(str(thing.id) for thing in things)]

    def discard(self) -> None:
        """Make it as if there had never been a secret."""
        Dataset.objects.filter(parent=self.dataset).update(parent=None)
        Job.objects.filter(dataset=self.dataset).delete()
        self.dataset.holdings.all().delete()
        Store.objects.filter(scope=self.dataset.pk).delete()
        Plate.objects.filter(scope=self.dataset.pk).delete()
        self.dataset.history.all().delete()
        self.source.delete()
        self.dataset.delete()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A plate and an image on disk."""
    root = tmp_path_factory.mktemp(SECRET)
    return (
        stores.plate(root / "plate.zarr", wells=["B/03"], name=f"{SECRET} plate"),
        stores.image(root / "image.zarr"),
    )


@pytest.fixture
def world(db: None, folders: tuple[Path, Path], visibility: Visibility, tmp_path: Path) -> World:
    """A secret beside something open."""
    plain = stores.plate(tmp_path / "open.zarr", wells=["A/1"], name="open plate")
    factories.harvested(str(plain), into=factories.dataset("open"))
    owner = factories.user()
    secret = factories.dataset(f"{SECRET}-project", visibility=visibility, owner=owner)
    plate_store, image_store = (factories.harvested(str(folder), into=secret) for folder in folders)
    validated(plate_store)
    counted(plate_store)
    assert plate_store.plate is not None
    assert plate_store.findings.exists()
    factories.dataset("child", parent=secret)
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
        people=people_around(secret, owner),
    )


def people_around(secret: Dataset, owner: User) -> dict[str, User | None]:
    """One of each role."""
    people: dict[str, User | None] = {
        "anonymous": None,
        "owner": owner,
        "operator": factories.operator(),
        "superuser": factories.user(superuser=True),
    }
    for name in ("stranger", "member", "viewer", "curator", "publisher"):
        people[name] = factories.user()
    member = people["member"]
    assert member is not None
    factories.access(factories.group(member), Role.VIEWER, secret)
    for role in (Role.VIEWER, Role.CURATOR, Role.PUBLISHER):
        person = people[role.value]
        assert person is not None
        factories.access(person, role, secret)
    return people


@dataclass(frozen=True)
class One:
    """A route that answers one thing: its path in the secret, and the same path to nothing."""

    path: Callable[[World], str]
    nothing: str
    who: frozenset[str] = frozenset(PEOPLE)


@dataclass(frozen=True)
class Listing:
    """A route that answers many things, the secret among them for those who may see it."""

    path: str
    mark: Callable[[World], str]
    who: frozenset[str] = frozenset(PEOPLE)


@dataclass(frozen=True)
class Asking:
    """A route that does something with one thing, for those who may: its path, and to nothing."""

    path: Callable[[World], str]
    nothing: str
    allowed: frozenset[str]
    who: frozenset[str] = frozenset(PEOPLE)
    answers: int = 202


@dataclass(frozen=True)
class Open:
    """A route that tells the same to everybody."""

    path: str


API = "/api/v1"
ROWS: dict[str, One | Listing | Asking | Open] = {
    "portal:home": Listing("/", lambda w: w.dataset.title),
    "api:root": Open(f"{API}/"),
    "api:schema": Open(f"{API}/schema/"),
    "api:docs": Open(f"{API}/docs/"),
    "healthz": Open("/healthz"),
    "readyz": Open("/readyz"),
    "api:datasets": Listing(f"{API}/datasets/", lambda w: str(w.dataset.id)),
    "api:dataset": One(lambda w: f"{API}/datasets/{w.dataset.id}/", f"{API}/datasets/{NO_ID}/"),
    "api:stores": Listing(f"{API}/stores/", lambda w: str(w.store.id)),
    "api:store": One(lambda w: f"{API}/stores/{w.store.id}/", f"{API}/stores/{NO_ID}/"),
    "api:store-fields": One(
        lambda w: f"{API}/stores/{w.store.id}/fields/", f"{API}/stores/{NO_ID}/fields/"
    ),
    "api:store-field": One(
        lambda w: f"{API}/stores/{w.store.id}/fields/B/03/0/",
        f"{API}/stores/{NO_ID}/fields/B/03/0/",
    ),
    "api:store-findings": One(
        lambda w: f"{API}/stores/{w.store.id}/findings/", f"{API}/stores/{NO_ID}/findings/"
    ),
    "api:store-report": One(
        lambda w: f"{API}/stores/{w.store.id}/report.json", f"{API}/stores/{NO_ID}/report.json"
    ),
    "api:store-harvest": Asking(
        lambda w: f"{API}/stores/{w.store.id}/harvest/",
        f"{API}/stores/{NO_ID}/harvest/",
        MAY_SEE_JOBS,
    ),
    "api:store-validate": Asking(
        lambda w: f"{API}/stores/{w.store.id}/validate/",
        f"{API}/stores/{NO_ID}/validate/",
        MAY_SEE_JOBS,
    ),
    "api:store-separate": Asking(
        lambda w: f"{API}/stores/{w.store.id}/separate/",
        f"{API}/stores/{NO_ID}/separate/",
        MAY_SEE_JOBS,
        answers=400,
    ),
    "api:proposals": Listing(f"{API}/proposals/", lambda w: str(w.proposal.id), who=MAY_SEE_JOBS),
    "api:proposal": One(
        lambda w: f"{API}/proposals/{w.proposal.id}/",
        f"{API}/proposals/{NO_ID}/",
        who=MAY_SEE_JOBS,
    ),
    "api:proposal-accept": Asking(
        lambda w: f"{API}/proposals/{w.proposal.id}/accept/",
        f"{API}/proposals/{NO_ID}/accept/",
        MAY_SEE_JOBS,
        who=MAY_SEE_JOBS,
        answers=409,
    ),
    "api:proposal-refuse": Asking(
        lambda w: f"{API}/proposals/{w.proposal.id}/refuse/",
        f"{API}/proposals/{NO_ID}/refuse/",
        MAY_SEE_JOBS,
        who=MAY_SEE_JOBS,
        answers=409,
    ),
    "api:store-count": Asking(
        lambda w: f"{API}/stores/{w.store.id}/count/",
        f"{API}/stores/{NO_ID}/count/",
        MAY_SEE_JOBS,
    ),
    "api:store-completeness": One(
        lambda w: f"{API}/stores/{w.store.id}/completeness/",
        f"{API}/stores/{NO_ID}/completeness/",
    ),
    "api:ledger": Listing(f"{API}/ledger/", lambda w: w.dataset.slug),
    "api:ledger-csv": Listing(f"{API}/ledger.csv", lambda w: w.dataset.slug),
    "api:sources": Listing(f"{API}/sources/", lambda w: str(w.source.id), who=OPERATORS),
    "api:source": One(
        lambda w: f"{API}/sources/{w.source.id}/",
        f"{API}/sources/{NO_ID}/",
        who=OPERATORS,
    ),
    "api:source-scan": Asking(
        lambda w: f"{API}/sources/{w.source.id}/scan/",
        f"{API}/sources/{NO_ID}/scan/",
        OPERATORS,
        who=OPERATORS,
    ),
    "api:job-cancel": Asking(
        lambda w: f"{API}/jobs/{w.job.id}/cancel/",
        f"{API}/jobs/{NO_ID}/cancel/",
        MAY_SEE_JOBS,
        who=MAY_SEE_JOBS,
        answers=409,
    ),
    "api:job-retry": Asking(
        lambda w: f"{API}/jobs/{w.job.id}/retry/",
        f"{API}/jobs/{NO_ID}/retry/",
        MAY_SEE_JOBS,
        who=MAY_SEE_JOBS,
        answers=409,
    ),
    "api:changes": Listing(f"{API}/changes/", lambda w: str(w.store.id)),
    "api:findings": Listing(f"{API}/findings/", lambda w: str(w.store.id)),
    "api:plates": Listing(f"{API}/plates/", lambda w: str(w.plate.id)),
    "api:plate": One(lambda w: f"{API}/plates/{w.plate.id}/", f"{API}/plates/{NO_ID}/"),
    "api:wells": One(lambda w: f"{API}/plates/{w.plate.id}/wells/", f"{API}/plates/{NO_ID}/wells/"),
    "api:well": One(
        lambda w: f"{API}/plates/{w.plate.id}/wells/B03/", f"{API}/plates/{NO_ID}/wells/B03/"
    ),
    "api:well-fields": One(
        lambda w: f"{API}/plates/{w.plate.id}/wells/B03/fields/",
        f"{API}/plates/{NO_ID}/wells/B03/fields/",
    ),
    "api:images": Listing(f"{API}/images/", lambda w: str(w.image.id)),
    "api:image": One(lambda w: f"{API}/images/{w.image.id}/", f"{API}/images/{NO_ID}/"),
    "api:jobs": Listing(f"{API}/jobs/", lambda w: str(w.job.id), who=MAY_SEE_JOBS),
    "api:job": One(lambda w: f"{API}/jobs/{w.job.id}/", f"{API}/jobs/{NO_ID}/", who=MAY_SEE_JOBS),
}

# Filters that name a secret must be as silent as lists without them.
FILTERED = (
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


def signed_in(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def answer(client: Client, path: str, *, method: str = "get") -> tuple[HttpResponseBase, int]:
    """The answer at a path and the number of SQL statements it took."""
    with CaptureQueriesContext(connection) as statements:
        if method == "get":
            response = client.get(path)
        else:
            response = client.post(path, {}, content_type="application/json")
    assert isinstance(response, HttpResponseBase)
    return response, len(statements)


def body_of(response: HttpResponseBase) -> bytes:
    """What an answer says, also if it streams."""
    return response.getvalue()


def told(response: HttpResponseBase) -> tuple[int, str, bytes]:
    """What an outsider can compare."""
    return response.status_code, response.headers.get("Content-Type", ""), body_of(response)


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
        response, statements = answer(client, row.path(world))
        if may_see(person, visibility, row):
            assert response.status_code == 200, (name, body_of(response))
            continue
        nothing, statements_of_nothing = answer(client, row.nothing)
        assert response.status_code == 404, name
        assert told(response) == told(nothing), name
        assert statements == statements_of_nothing, name


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_thing_is_worked_on_by_those_who_may_and_is_nothing_to_others(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    for name, row in ROWS.items():
        if not isinstance(row, Asking):
            continue
        response, statements = answer(client, row.path(world), method="post")
        if not may_see(person, visibility, row):
            nothing, statements_of_nothing = answer(client, row.nothing, method="post")
            assert response.status_code == 404, name
            assert told(response) == told(nothing), name
            assert statements == statements_of_nothing, name
        else:
            expected = row.answers if person in row.allowed else 403
            assert response.status_code == expected, name
        assert client.get(row.path(world)).content == client.get(row.nothing).content


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_list_is_for_others_as_if_the_secret_had_never_been(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    blind: dict[str, tuple[HttpResponseBase, int]] = {}
    for name, row in ROWS.items():
        if not isinstance(row, Listing):
            continue
        response, statements = answer(client, row.path)
        assert response.status_code == 200, name
        if may_see(person, visibility, row):
            assert row.mark(world) in body_of(response).decode(), name
        else:
            blind[row.path] = (response, statements)
            assert not [mark for mark in world.marks if mark in body_of(response).decode()], name
    if person not in SEEN_BY[visibility]:
        for pattern in FILTERED:
            path = pattern.format(world)
            blind[path] = answer(client, path)
    world.discard()
    for path, (response, statements) in blind.items():
        after, statements_after = answer(client, path)
        assert told(response) == told(after), path
        assert statements == statements_after, path


@pytest.mark.parametrize("visibility", [Visibility.OWNER])
@pytest.mark.parametrize("person", PEOPLE)
def test_the_admin_is_closed_to_all_but_staff(
    world: World, visibility: Visibility, person: str
) -> None:
    client = signed_in(world.people[person])
    for path in admin_paths():
        response = client.get(path)
        if person == "superuser":
            assert response.status_code in {200, 302, 403, 404}, path
        else:
            assert response.status_code == 302, path
            assert response.headers["Location"].startswith("/admin/login/"), path


def admin_paths() -> Iterator[str]:
    """An address of every page of the admin."""
    (resolver,) = (
        pattern
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin"
    )
    for pattern in flattened(resolver.url_patterns):
        if pattern.name not in {"login", "logout", "jsi18n", None}:
            if pattern.name == "app_list":
                yield reverse("admin:app_list", args=["plates"])
                continue
            names = dict.fromkeys(pattern.pattern.regex.groupindex, "1")
            yield reverse(f"admin:{pattern.name}", kwargs=names)


def flattened(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """The patterns, those of nested resolvers among them."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from flattened(pattern.url_patterns)
        else:
            yield pattern


@pytest.mark.parametrize("visibility", [Visibility.OWNER])
def test_a_public_child_does_not_name_its_private_parent(
    world: World, visibility: Visibility
) -> None:
    child = Dataset.objects.get(slug="child")
    assert SECRET not in Client().get(f"/api/v1/datasets/{child.slug}/").content.decode()
    assert SECRET not in Client().get("/api/v1/datasets/").content.decode()
    owner = signed_in(world.people["owner"])
    assert SECRET in owner.get(f"/api/v1/datasets/{child.slug}/").content.decode()

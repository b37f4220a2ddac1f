"""What the leak matrix is made of: rows, who sees what, and answers as an outsider compares them."""

from dataclasses import dataclass
from urllib.parse import quote

from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.encoding import iri_to_uri

from catalog.words import Visibility
from tests.catalog.secret import PEOPLE, body

GRANTED = {"member", "viewer", "curator", "publisher"}
ALWAYS = {"owner", "operator", "superuser"}
SEEN_BY = {
    Visibility.PUBLIC: set(PEOPLE),
    Visibility.INSTITUTE: set(PEOPLE) - {"anonymous"},
    Visibility.GROUPS: GRANTED | ALWAYS,
    Visibility.OWNER: ALWAYS,
}
MAY_SEE_JOBS = frozenset({"curator", "publisher"} | ALWAYS)
PUBLISHERS = frozenset({"publisher"} | ALWAYS)
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


Row = One | Listing | Asking | Open | Bytes


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
    # Who asked knows the address: the way to sign in that leads back there tells nothing.
    said = body(response).replace(quote(iri_to_uri(path)).encode(), b"")
    return Answer(response.status_code, content_type, said, len(statements))


def may_see(person: str, visibility: Visibility, row: One | Listing | Asking) -> bool:
    return person in SEEN_BY[visibility] and person in row.who

"""A world with a secret: one of everything that has to be hidden, and people of every role."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http.response import HttpResponseBase
from django.test import Client

from catalog.models import Dataset, Job, Proposal, Share, Source, Version
from catalog.words import Role
from plates.models import Image, Plate, PlateMap, Store
from tests import factories

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
    plate_map: PlateMap
    share: Share
    version: Version
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
            self.plate_map,
            self.share,
            self.version,
        )
        return [SECRET, *(str(thing.id) for thing in things)]

    def discard(self) -> None:
        """Make it as if there had never been a secret."""
        self.dataset.versions.all().delete()
        Dataset.objects.filter(parent=self.dataset).update(parent=None)
        Job.objects.filter(dataset=self.dataset).delete()
        PlateMap.objects.filter(scope=self.dataset.pk).delete()
        self.dataset.holdings.all().delete()
        Store.objects.filter(scope=self.dataset.pk).delete()
        Plate.objects.filter(scope=self.dataset.pk).delete()
        self.dataset.history.all().delete()
        self.source.delete()
        self.dataset.delete()


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


def signed_in(person: User | None) -> Client:
    """The browser of a person, or of nobody."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def body(answer: HttpResponseBase) -> bytes:
    """What an answer says, the number of its own request apart; whole also if it streams."""
    return answer.getvalue().replace(answer.headers["X-Request-ID"].encode(), b"")

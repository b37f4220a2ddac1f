"""What a person may see. Every read of the catalog starts here.

The visible scopes are fetched once for a viewer, in one statement whoever asks, so that
nothing in the number or the shape of later statements tells a private thing from none.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog.jobs import ACROSS, IS_SCAN
from catalog.models import Access, Change, Dataset, Job, Proposal, Source
from catalog.models.dataset import PUBLISHED, WITHDRAWN, today
from catalog.words import ChangeVerb, Role, Visibility
from plates.arrays import array_of
from plates.models import Field, Finding, Image, Plate, PlateMap, Store, Well

_SOMEBODY: Final = -1
"""The number of no person, where that of one is put in."""


def access_of(user: User | AnonymousUser) -> QuerySet[Access]:
    """The access that was given to a person, or to one of their groups."""
    if not user.is_authenticated:
        return Access.objects.none()
    return Access.objects.filter(
        Q(user_id=user.pk) | Q(group__in=user.groups.values("pk").order_by())
    ).order_by()


def is_operator(user: User | AnonymousUser) -> Exists:
    """The SQL condition that a person runs the catalog."""
    return Exists(access_of(user).filter(role=Role.OPERATOR.value))


def open_to_all(day: date | None = None) -> Q:
    """The SQL condition that everybody may see what a dataset holds today, as Dataset.is_open says it.

    What is published is open, whoever saw the draft. An embargo closes until its day is over, and
    what is withdrawn is closed for good.
    """
    is_told = Q(visibility=Visibility.PUBLIC.value) | Q(state=PUBLISHED)
    is_over = Q(embargo_until=None) | Q(embargo_until__lt=day or today())
    return is_told & is_over & ~Q(state=WITHDRAWN)


def datasets_seen_by(user: User | AnonymousUser, day: date | None = None) -> QuerySet[Dataset]:
    """The datasets of which a person may see what they hold, today if no day is given."""
    if not (user.is_authenticated and user.is_active):
        return Dataset.objects.filter(open_to_all(day))
    if user.is_superuser:
        return Dataset.objects.all()
    granted = access_of(user).filter(dataset=OuterRef("pk"))
    return Dataset.objects.filter(
        open_to_all(day)
        | (Q(visibility=Visibility.INSTITUTE.value) & ~Q(state=WITHDRAWN))
        | Q(owner_id=user.pk)
        # Also of what an embargo or a withdrawal has closed to others.
        | (~Q(visibility=Visibility.OWNER.value) & Exists(granted))
        | is_operator(user)
    )


def tombstone_seen_by(user: User | AnonymousUser) -> Q:
    """The SQL condition that a dataset is withdrawn and a person could see it while it was published.

    Of these it is told that they were there, whoever may still see what they held.
    """
    was_open = Q(embargo_until=None) | Q(embargo_until__lt=F("withdrawn_at__date"))
    if user.is_authenticated and user.is_active:
        was_open |= Q(visibility=Visibility.INSTITUTE.value)
    return was_open & Q(state=WITHDRAWN)


def named_to(user: User | AnonymousUser, scopes_array: str) -> Q:
    """The SQL condition that a person may know of a dataset: it is visible, or its tombstone is."""
    return Q(serial__any=scopes_array) | tombstone_seen_by(user)


def store_seen_by(user: User | AnonymousUser, store_id: UUID) -> Store | None:
    """The store with this id, if a person may see it: one statement, for each request for bytes."""
    seen = datasets_seen_by(user).order_by().values("serial")
    return Store.objects.filter(id=store_id, scope__in=seen).first()


def scopes_in(datasets: QuerySet[Dataset]) -> QuerySet[Dataset, int]:
    """The scopes of some datasets, in order."""
    return datasets.order_by("serial").values_list("serial", flat=True)


def scopes_seen_by(user: User | AnonymousUser) -> tuple[int, ...]:
    """The scopes that somebody may see, in order."""
    is_known = user.is_authenticated and user.is_active
    text, parameters = _statement_for_scopes(
        today(), is_known=is_known, is_superuser=is_known and user.is_superuser
    )
    told = [user.pk if one == _SOMEBODY else one for one in parameters]
    with connection.cursor() as cursor:
        cursor.execute(text, told)
        return tuple(scope for (scope,) in cursor.fetchall())


@lru_cache(maxsize=3)
def _statement_for_scopes(
    day: date, *, is_known: bool, is_superuser: bool
) -> tuple[str, tuple[int | str | date, ...]]:
    """The statement for the scopes of _SOMEBODY, or of anybody, on a day.

    Every request begins with it, and Django takes three times as long to write it as Postgres to
    answer.
    """
    somebody = User(pk=_SOMEBODY, is_active=True, is_superuser=is_superuser)
    seen = datasets_seen_by(somebody if is_known else AnonymousUser(), day)
    return scopes_in(seen).query.sql_with_params()


@dataclass(frozen=True)
class Viewer:
    """Somebody who reads: a signed-in person, or anybody."""

    user: User | AnonymousUser

    @cached_property
    def scopes(self) -> tuple[int, ...]:
        """The scopes that this viewer may see, in order."""
        return scopes_seen_by(self.user)

    @cached_property
    def scopes_array(self) -> str:
        """The same as an array, for the lookup `any`."""
        return array_of(self.scopes)

    @property
    def datasets(self) -> QuerySet[Dataset]:
        """The visible datasets."""
        return Dataset.objects.filter(serial__any=self.scopes_array)

    @cached_property
    def buried(self) -> tuple[int, ...]:
        """The scopes of withdrawn datasets of which this viewer may know that they were there."""
        return tuple(scopes_in(Dataset.objects.filter(tombstone_seen_by(self.user))))

    @property
    def named_datasets(self) -> QuerySet[Dataset]:
        """The visible datasets, and the tombstones of those that were."""
        return Dataset.objects.filter(named_to(self.user, self.scopes_array))

    @property
    def curated_datasets(self) -> QuerySet[Dataset]:
        """The visible datasets that this viewer may curate."""
        return self.datasets_with(Role.CURATOR)

    @property
    def publishable(self) -> QuerySet[Dataset]:
        """The visible datasets that this viewer may publish, and of which they may withdraw versions."""
        return self.datasets_with(Role.PUBLISHER)

    def datasets_with(self, role: Role) -> QuerySet[Dataset]:
        """The visible datasets in which this viewer has at least a role; none without signing in."""
        if not (self.user.is_authenticated and self.user.is_active):
            return Dataset.objects.none()
        if self.user.is_superuser:
            return self.datasets
        enough = [one.value for one in Role if one.includes(role)]
        given = access_of(self.user).filter(role__in=enough).values("dataset")
        theirs = Q(pk__in=given) | Q(owner_id=self.user.pk) | Q(is_operator(self.user))
        return self.datasets.filter(theirs)

    @property
    def governed(self) -> QuerySet[Dataset]:
        """The datasets whose access this viewer may give and take: their own; all for an operator."""
        if not (self.user.is_authenticated and self.user.is_active):
            return Dataset.objects.none()
        if self.user.is_superuser:
            return self.datasets
        return self.datasets.filter(Q(owner_id=self.user.pk) | is_operator(self.user))

    @property
    def stores(self) -> QuerySet[Store]:
        """The visible stores."""
        return Store.objects.filter(scope__any=self.scopes_array)

    @property
    def plates(self) -> QuerySet[Plate]:
        """The visible plates."""
        return Plate.objects.filter(scope__any=self.scopes_array)

    @property
    def images(self) -> QuerySet[Image]:
        """The visible images that are no fields."""
        return Image.objects.filter(scope__any=self.scopes_array)

    @property
    def wells(self) -> QuerySet[Well]:
        """The wells of visible plates."""
        return Well.objects.filter(plate__scope__any=self.scopes_array)

    @property
    def fields(self) -> QuerySet[Field]:
        """The fields of visible stores."""
        return Field.objects.filter(store__scope__any=self.scopes_array)

    @property
    def findings(self) -> QuerySet[Finding]:
        """The findings of visible stores."""
        return Finding.objects.filter(store__scope__any=self.scopes_array)

    @property
    def changes(self) -> QuerySet[Change]:
        """What happened in visible datasets, and that others were withdrawn."""
        withdrawn = Q(dataset__in=self.buried, verb=ChangeVerb.WITHDRAWN.value)
        return Change.objects.filter(Q(dataset__in=self.scopes) | withdrawn)

    @property
    def sources(self) -> QuerySet[Source]:
        """All sources for who runs the catalog, none for others: they tell where storage lies."""
        if not runs_the_catalog(self.user):
            return Source.objects.none()
        return Source.objects.all()

    @property
    def jobs(self) -> QuerySet[Job]:
        """The jobs of visible datasets that this viewer asked for or may curate.

        A scan goes through a whole source, and a merge of values across datasets, whichever dataset
        it is filed under: only who runs the catalog sees and steers it.
        """
        if not (self.user.is_authenticated and self.user.is_active):
            return Job.objects.none()
        visible = Job.objects.filter(dataset__in=self.scopes)
        if self.user.is_superuser:
            return visible
        theirs = visible.filter(Q(requested_by_id=self.user.pk) | curated_by(self.user))
        wide = Q(options__has_any_keys=[IS_SCAN, ACROSS])
        return theirs.filter(~wide | Q(is_operator(self.user)))

    @property
    def plate_maps(self) -> QuerySet[PlateMap]:
        """The plate maps of visible datasets that this viewer may curate.

        Their files may hold more than was applied; what was is told with each well to all who see it.
        """
        if not (self.user.is_authenticated and self.user.is_active):
            return PlateMap.objects.none()
        visible = PlateMap.objects.filter(scope__any=self.scopes_array)
        if self.user.is_superuser:
            return visible
        return visible.filter(scope__in=self.curated_datasets.order_by().values("pk"))

    @property
    def proposals(self) -> QuerySet[Proposal]:
        """The proposals about visible datasets that this viewer may curate."""
        if not (self.user.is_authenticated and self.user.is_active):
            return Proposal.objects.none()
        visible = Proposal.objects.filter(dataset__in=self.scopes)
        return visible if self.user.is_superuser else visible.filter(curated_by(self.user))


@dataclass(frozen=True)
class Within(Viewer):
    """Platecat itself at work on one dataset: it sees that, and nothing else."""

    scope: int

    @cached_property
    def scopes(self) -> tuple[int, ...]:
        """That of the dataset."""
        return (self.scope,)


def within(dataset: Dataset) -> Within:
    """The viewer who sees one dataset alone, whole."""
    return Within(AnonymousUser(), dataset.pk)


def curated_by(user: User | AnonymousUser) -> Q:
    """The SQL condition that a person may curate the dataset of a row."""
    curated = access_of(user).exclude(role=Role.VIEWER.value).values("dataset")
    return Q(dataset__in=curated) | Q(dataset__owner_id=user.pk) | Q(is_operator(user))


def may(user: User | AnonymousUser, role: Role, dataset: Dataset) -> bool:
    """Whether a person has at least this role in a dataset; an owner has all but operator's."""
    if not (user.is_authenticated and user.is_active):
        return False
    if user.is_superuser:
        return True
    if role is not Role.OPERATOR and dataset.owner_id == user.pk:
        return True
    given = access_of(user).filter(Q(dataset=dataset) | Q(dataset=None)).values_list("role")
    return any(Role(name).includes(role) for (name,) in given)


def runs_the_catalog(user: User | AnonymousUser) -> bool:
    """Whether a person is an operator, or Django's superuser."""
    if not (user.is_authenticated and user.is_active):
        return False
    return user.is_superuser or access_of(user).filter(role=Role.OPERATOR.value).exists()

"""The whole archive, straight into the tables of an empty catalog."""

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import User
from django.db import connection as django_connection
from django.utils import timezone
from psycopg import Connection

from catalog.models import Access, Dataset
from catalog.words import Role, Visibility
from plates.models import Key, Layout, PlateMap, PlateMapColumn
from plates.platemaps.keys import KeyKind
from plates.states import PlateMapState
from tests.benchmarks.archive.plan import DOSE, LAYOUTS, TERM_KEYS, TREATMENT, Plan, key_number
from tests.benchmarks.archive.plates import PlateBuilder
from tests.benchmarks.archive.tables import MADE_OF_THEM, copy, run, without_indexes
from tests.benchmarks.archive.values import TERM_COLUMNS, keys, term_rows

_STAINS: Final = ("DAPI", "GFP", "Cy3", "Cy5", "Brightfield", "ER", "Mito", "Actin")


@dataclass(frozen=True)
class People:
    """Who searches."""

    everything: User
    """Sees all datasets."""
    little: User
    """Sees one in a hundred."""


def build(connection: Connection, plan: Plan) -> None:
    """Fill an empty catalog, but for its people."""
    make_datasets(plan)
    make_layouts()
    make_plate_maps(plan)
    with connection.cursor() as cursor:
        # The rows fit each other: asking for each would be most of the time.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET synchronous_commit = off")
    with without_indexes(connection):
        copy(connection, "plates_term", TERM_COLUMNS, term_rows(plan))
        PlateBuilder(connection, plan).build()
        for statement in MADE_OF_THEM:
            connection.execute(statement.encode())
    connection.commit()
    connection.autocommit = True
    run(connection, "VACUUM ANALYZE")


def make_datasets(plan: Plan) -> None:
    """The datasets, with serials from 1; only those who are let in see them."""
    Dataset.objects.bulk_create(
        Dataset(
            serial=serial,
            slug=f"screen-{serial:03d}",
            title=f"Screen {serial}",
            visibility=Visibility.GROUPS.value,
        )
        for serial in range(1, plan.datasets + 1)
    )


def make_plate_maps(plan: Plan) -> None:
    """The keys, and one applied plate map in each dataset, with the serial of the dataset."""
    Key.objects.bulk_create(keys())
    PlateMap.objects.bulk_create(
        PlateMap(
            serial=scope,
            scope=scope,
            state=PlateMapState.APPLIED.value,
            digest=f"{scope:064d}",
            turn=scope,
            applied_at=timezone.now(),
        )
        for scope in range(1, plan.datasets + 1)
    )
    PlateMapColumn.objects.bulk_create(
        PlateMapColumn(
            plate_map_id=scope,
            number=number,
            key_id=key_number(key),
            kind=KeyKind.QUANTITY.value if key == DOSE else KeyKind.TERM.value,
            group=int(key in TREATMENT),
            table=0,
            file="map.csv",
            column=number,
            name=key,
        )
        for scope in range(1, plan.datasets + 1)
        for number, key in enumerate(TERM_KEYS)
    )


def make_people(plan: Plan) -> People:
    """A viewer of everything, and one of every hundredth dataset."""
    everything = User.objects.create_superuser("everything")
    little = User.objects.create_user("little")
    Access.objects.bulk_create(
        Access(dataset_id=serial, user=little, role=Role.VIEWER.value)
        for serial in middling(max(1, plan.datasets // 100))
    )
    return People(everything, little)


def middling(count: int) -> list[int]:
    """Datasets about the middle by their number of plates, so that they are a fair share."""
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT scope FROM plates_plate GROUP BY 1 ORDER BY count(*), 1")
        ranked = [scope for (scope,) in cursor]
    # Sizes are unequal: the mean is two thirds of the way up.
    middle = len(ranked) * 2 // 3
    return ranked[middle : middle + count]


def make_layouts() -> None:
    """What fields look like."""
    for serial in range(1, LAYOUTS + 1):
        size = 1024 * (serial % 3 + 1)
        Layout.objects.create(
            id=serial,
            digest=f"{serial:064d}",
            axes=[{"name": name} for name in "czyx"],
            shape=[serial % 4 + 2, 1, size, size],
            dtype="uint16" if serial % 3 else "uint8",
            pixel_size_x=0.1625 * serial,
            pixel_size_y=0.1625 * serial,
            pixel_unit="micrometer",
            levels=3,
            channels=[{"label": label} for label in _STAINS[: serial % 4 + 2]],
        )

"""What is told of plate maps: their jobs, the heads of their tables, who waits for a plate."""

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from catalog.models import Job
from catalog.words import ENDED
from plates.models import Key as KeyRow
from plates.models import NamedPlate, Plate, PlateMap
from plates.platemaps.keys import Key
from plates.platemaps.known_keys import KNOWN_KEYS
from plates.platemaps.plate_names import store_stem
from plates.platemaps.spelling import folded
from plates.platemaps.table_heads import TableHead
from plates.states import PlateMapState


def jobs_of_plate_map(plate_map: PlateMap) -> QuerySet[Job]:
    """All jobs about a plate map, the newest first."""
    return Job.objects.filter(plate_map=plate_map).order_by("-id")


def jobs_going_on(plate_map: PlateMap) -> QuerySet[Job]:
    """The jobs about a plate map that have not ended, the oldest first."""
    return jobs_of_plate_map(plate_map).exclude(state__in=sorted(ENDED)).order_by("id")


def heads_of(plate_map: PlateMap) -> Sequence[TableHead]:
    """The heads of a plate map's tables, as the last dry run read them; none before the first."""
    return [
        TableHead(
            name=told["name"],
            columns=tuple(told["columns"]),
            remarks=tuple(told["remarks"]),
            examples=tuple(map(tuple, told["examples"])),
        )
        for told in plate_map.tables
    ]


def known_keys() -> list[Key]:
    """The keys that are known anyway, then those that something was annotated with besides."""
    names = {key.name for key in KNOWN_KEYS}
    others = KeyRow.objects.exclude(name__in=names).order_by("name")[:1000]
    return [*KNOWN_KEYS, *(Key(name=row.name, title=row.title) for row in others)]


def waiting_plate_maps(plate: Plate) -> list[PlateMap]:
    """The applied plate maps with rows that may wait for a plate, by any name it may be meant by.

    Whether they do is for the job to find out, which matches as an import does.
    """
    names = {folded(name) for name in names_of(plate)} - {""}
    if not names:
        return []
    may_be = Q(folded__in={start for name in names for start in starts_of(name)})
    for name in names:
        may_be |= Q(folded__startswith=f"{name} ")
    waiting = NamedPlate.objects.filter(may_be, scope=plate.scope, plate=None)
    applied = PlateMap.objects.filter(state=PlateMapState.APPLIED.value)
    return list(applied.filter(pk__in=waiting.values("plate_map")).order_by("turn"))


def names_of(plate: Plate) -> Iterator[str]:
    """All that a plate is called."""
    yield from (plate.name, plate.barcode)
    for store in plate.stores.filter(vanished_at=None):
        yield from (store.name, store_stem(store.name))
    yield from plate.aliases.values_list("spelling", flat=True)


def starts_of(name: str) -> Iterator[str]:
    """A folded name and its beginnings that end at a separator."""
    words = name.split()
    return (" ".join(words[:length]) for length in range(1, len(words) + 1))

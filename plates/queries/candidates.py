"""The plates and images of a scope that a plate map may speak of."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from plates.addresses import PlateShape
from plates.models import Image, Plate, PlateAlias, Store, Well
from plates.platemaps.candidates import ImageCandidate, PlateCandidate

_AT_ONCE = 5_000


def plates_of(scope: int) -> list[PlateCandidate]:
    """The plates of a scope that some store shows, with all that they are called; four queries."""
    plates = Plate.objects.filter(scope=scope, vanished_at=None)
    stores, aliases = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list)
    shown = Store.objects.filter(plate__scope=scope, vanished_at=None).exclude(name="")
    for plate, name in shown.order_by("serial").values_list("plate_id", "name"):
        stores[plate].append(name)
    said = PlateAlias.objects.filter(scope=scope).order_by("id")
    for plate, spelling in said.values_list("plate_id", "spelling"):
        aliases[plate].append(spelling)
    strays: dict[int, dict[str, int]] = defaultdict(dict)
    odd = Well.objects.filter(plate__in=plates.order_by(), row=None).order_by("position")
    for plate, label, position in odd.values_list("plate_id", "label", "position"):
        strays[plate][label] = position
    told = plates.order_by("serial").values_list(
        "serial", "id", "carrier_id", "rows", "columns", "name", "barcode"
    )
    return [
        PlateCandidate(
            serial=serial,
            id=str(id_),
            carrier=carrier,
            shape=PlateShape(rows, columns),
            name=name,
            barcode=barcode,
            stores=tuple(stores[serial]),
            aliases=tuple(aliases[serial]),
            strays=strays.get(serial, {}),
        )
        for serial, id_, carrier, rows, columns, name, barcode in told
    ]


def images_of(scope: int) -> Iterator[ImageCandidate]:
    """The images of a scope that their stores list, one after the other."""
    listed = Image.objects.filter(scope=scope, listed=True, store__carrier__isnull=False)
    told = (
        listed.filter(store__vanished_at=None)
        .order_by("serial")
        .values_list("id", "store__carrier_id", "position", "name", "path", "store__name")
    )
    for id_, carrier, position, name, path, store in told.iterator(chunk_size=_AT_ONCE):
        if carrier is not None:
            yield ImageCandidate(str(id_), carrier, position, name, path, store)


def imaged_positions(plates: Sequence[int]) -> dict[int, list[int]]:
    """The positions of plates where some store shows a well."""
    rows = Plate.objects.filter(serial__in=plates).order_by().values_list("serial")
    told = rows.annotate(
        imaged=ArrayAgg("wells__position", filter=Q(wells__present=True), default=[])
    )
    return dict(told)

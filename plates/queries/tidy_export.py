"""The plate map of a plate or a whole scope as our own tidy CSV, line by line."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from plates.addresses import PlateShape
from plates.models import AnnotationRow, Plate, Store, Well
from plates.platemaps.candidates import ImageCandidate, PlateCandidate
from plates.platemaps.image_names import ImageNames
from plates.platemaps.plate_names import PlateNames
from plates.platemaps.tidy_rows import Subject, TidyTable
from plates.queries.candidates import images_of, plates_of
from plates.queries.said_rows import SaidRows, columns_said_of, keys_with_ids


@dataclass(frozen=True, slots=True)
class _Carrier:
    """A carrier and what its positions are called."""

    serial: int
    subject_at: Callable[[int], Subject | None]
    """None where what was there has vanished."""


def export_of_scope(scope: int) -> Iterator[str]:
    """All that is said of the wells and images of a scope, plates by name, then images by store.

    The same truth is the same lines, whatever numbers its rows have. Memory is bounded, but for
    the names of the scope's plates and images. What vanished is left out.
    """
    plates = plates_of(scope)
    names = PlateNames(plates, {})
    named = sorted(((_written(plate, names), plate) for plate in plates), key=lambda one: one[0])
    carriers = [_plate_carrier(name, plate) for name, plate in named]
    return _lines([*carriers, *_image_carriers(scope)])


def export_of_plate(plate: Plate) -> Iterator[str]:
    """All that is said of the wells of one plate."""
    plates = plates_of(plate.scope)
    found = next((one for one in plates if one.serial == plate.pk), None) or _vanished(plate)
    return _lines([_plate_carrier(_written(found, PlateNames(plates, {})), found)])


def _lines(carriers: Sequence[_Carrier]) -> Iterator[str]:
    serials = [carrier.serial for carrier in carriers]
    columns = columns_said_of(serials)
    table = TidyTable(list(set(columns.values())), keys_with_ids(serials))
    rows = SaidRows(columns)
    yield table.header()
    for carrier in carriers:
        for position, said in rows.of(carrier.serial):
            subject = carrier.subject_at(position)
            if subject is not None:
                yield from table.lines(subject, said)


def _written(plate: PlateCandidate, names: PlateNames) -> str:
    """A name that means this plate alone when it is read again: its id if there is no other."""
    for name in (plate.name, plate.barcode, *plate.stores):
        if name == name.strip() and names.match(name).plates == (plate,):
            return name
    return plate.id


def _plate_carrier(name: str, plate: PlateCandidate) -> _Carrier:
    strays = {position: label for label, position in plate.strays.items()}

    def subject_at(position: int) -> Subject:
        label = strays.get(position)
        return Subject(name, label or plate.shape.address(position).label)

    return _Carrier(plate.carrier, subject_at)


def _vanished(plate: Plate) -> PlateCandidate:
    odd = Well.objects.filter(plate=plate, row=None)
    return PlateCandidate(
        serial=plate.pk,
        id=str(plate.id),
        carrier=plate.carrier_id,
        shape=PlateShape(plate.rows, plate.columns),
        strays=dict(odd.values_list("label", "position")),
    )


def _image_carriers(scope: int) -> Iterator[_Carrier]:
    """The stores of images of which something is said, by name."""
    stores = Store.objects.filter(scope=scope, vanished_at=None, carrier__isnull=False)
    said = AnnotationRow.objects.filter(carrier__in=stores.values("carrier")).order_by()
    carriers = set(said.values_list("carrier_id", flat=True).distinct())
    if not carriers:
        return
    images = list(images_of(scope))
    names = ImageNames(images)
    by_carrier: dict[int, dict[int, ImageCandidate]] = {}
    for image in images:
        if image.carrier in carriers:
            by_carrier.setdefault(image.carrier, {})[image.position] = image
    ordered = stores.filter(carrier__in=carriers).order_by("name", "serial")
    for carrier in ordered.values_list("carrier_id", flat=True):
        if carrier is not None:
            yield _image_carrier(carrier, by_carrier.get(carrier, {}), names)


def _image_carrier(carrier: int, images: dict[int, ImageCandidate], names: ImageNames) -> _Carrier:
    def subject_at(position: int) -> Subject | None:
        image = images.get(position)
        return Subject(image=_image_written(image, names)) if image else None

    return _Carrier(carrier, subject_at)


def _image_written(image: ImageCandidate, names: ImageNames) -> str:
    path = f"{image.store}/{image.path}" if image.path else image.store
    for name in (path, image.path, image.name):
        if name and name == name.strip() and names.match(name).image == image:
            return name
    return image.id

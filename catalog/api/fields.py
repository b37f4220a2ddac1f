from django.db.models import Q, QuerySet

from catalog.api.filters import Filter, exact
from catalog.errors import NotUnderstood
from catalog.queries.visible import Viewer
from plates.models import Field
from plates.queries.places import with_places

# The store's public id, not the row's number, which would tell how many fields there are in all.
FIELD_ORDER = ("well__position", "path", "store__id")


def of_acquisition(value: str, viewer: Viewer) -> Q:
    """Fields of the acquisition with this number."""
    if not value.isascii() or not value.isdigit() or len(value) > len(str(2**62)):
        sentence = f"'acquisition' is the number of an acquisition, not '{value[:40]}'."
        raise NotUnderstood("acquisition", sentence)
    return Q(acquisition__number=int(value))


FIELD_FILTERS = (
    Filter("well", exact("well__label"), "Of the well with this label, e.g. B03."),
    Filter("acquisition", of_acquisition, "Of the acquisition with this number."),
)


def fields_told(fields: QuerySet[Field]) -> QuerySet[Field]:
    """Fields with all that telling them needs, in a fixed number of statements."""
    return fields.select_related("store__plate", "well", "acquisition", "layout").prefetch_related(
        with_places("store__locations")
    )

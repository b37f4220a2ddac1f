from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalog.api.shapes.wells import WellShape
from plates.ids import uuid7
from plates.models import Plate, Well


class Paths:
    """A request whose links are paths alone."""

    def build_absolute_uri(self, location: str) -> str:
        return location


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12))
def test_the_links_of_a_well_are_those_of_the_routes(label: str) -> None:
    plate = Plate(serial=1, id=uuid7(), carrier_id=1, scope=1)
    links = WellShape(context={"request": Paths()}).get_links(Well(plate=plate, label=label))
    assert links["plate"] == reverse("api:plate", args=[plate.id])
    for name, route in (("self", "well"), ("open", "well-links"), ("fields", "well-fields")):
        assert links[name] == reverse(f"api:{route}", args=[plate.id, label])

"""Which keys stand at some positions is told in whatever order Postgres joins."""

import pytest
from django.db import connection

from plates.models import Carrier, CarrierLayer, Layer, Mask
from plates.queries.keys_there import keys_with_terms

pytestmark = pytest.mark.django_db

EMPTY, FULL, WELL = 1, 2, 3
"""Keys: of the wells that are not asked about, of all, and of one well."""
WAYS = (
    (),
    ("enable_hashjoin", "enable_mergejoin"),
    ("enable_nestloop", "enable_mergejoin"),
    ("enable_indexscan", "enable_bitmapscan", "enable_hashjoin"),
    ("enable_indexscan", "enable_bitmapscan", "enable_mergejoin", "enable_nestloop"),
)


@pytest.fixture
def among() -> dict[int, str]:
    """A plate of 96 wells and one of 384, the first half of each of which is asked about."""
    asked = {}
    for wells in (96, 384):
        half = wells // 2
        carrier = Carrier.objects.create(
            kind="plate", scope=1, positions=wells, occupied="1" * wells
        )
        layer = Layer.objects.create(digest=str(wells).encode(), positions=wells)
        CarrierLayer.objects.create(carrier=carrier, layer=layer, scope=1)
        for key, bits in ((EMPTY, "0" * half + "1" * half), (FULL, "1" * wells), (WELL, None)):
            Mask.objects.create(
                term_id=key,
                layer_id=layer.pk,
                key_id=key,
                group=0,
                position=-wells if bits else half - 1,
                bits=bits,
            )
        asked[carrier.pk] = "1" * half + "0" * half
    return asked


@pytest.mark.parametrize("off", WAYS)
def test_masks_are_compared_with_positions_of_their_own_carrier(
    among: dict[int, str], off: tuple[str, ...]
) -> None:
    with connection.cursor() as cursor:
        # Postgres knows nothing of the rows then, and would as soon compare all with all.
        cursor.execute("ANALYZE plates_carrierlayer")
        for way in off:
            cursor.execute(f"SET LOCAL {way} = off")
    assert keys_with_terms(among, [EMPTY, FULL, WELL]) == {FULL, WELL}

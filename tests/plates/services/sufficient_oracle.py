"""Where a layer alone tells all of its keys, worked out plainly from masks and wells."""

from collections import Counter

from plates.models import Carrier, CarrierLayer, CarrierTerm, Mask
from tests.plates.services.counts_oracle import places

Sufficient = dict[tuple[int, int], bool]
"""By carrier and layer."""


def sufficient_kept() -> Sufficient:
    """As it is written down."""
    told = CarrierLayer.objects.values_list("carrier", "layer", "suffices")
    return {(carrier, layer): suffices for carrier, layer, suffices in told}


def sufficient_by_masks() -> Sufficient:
    """On full plates, layers of which no key stands in another layer there, or is a constant."""
    there = places()
    found: Sufficient = {}
    for carrier in Carrier.objects.all():
        is_full = carrier.kind == "plate" and there[carrier.pk] >= set(range(carrier.positions))
        layers = {layer: keys_of(layer) for layer in carrier.layers.values_list("layer", flat=True)}
        times = Counter(key for keys in layers.values() for key in keys)
        times.update(CarrierTerm.objects.filter(carrier=carrier).values_list("key", flat=True))
        for layer, keys in layers.items():
            found[carrier.pk, layer] = is_full and all(times[key] == 1 for key in keys)
    return found


def keys_of(layer: int) -> set[int]:
    return set(Mask.objects.filter(layer_id=layer).values_list("key_id", flat=True))

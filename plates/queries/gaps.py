"""Carriers on which not all that a layer says is a hit on plates."""

from typing import Final

from plates.states import CarrierKind

HAS_GAPS: Final = f"(c.kind = '{CarrierKind.IMAGES.value}' OR c.positions > bit_count(c.occupied))"
"""Of a carrier `c`, that it is images, or has positions without a well; as its index has it."""

"""What a share opens, as targets."""

from catalog.links.aims import (
    stores_of_plate,
    target_of_field,
    target_of_image,
    target_of_store,
    target_of_well,
)
from catalog.links.targets import Target
from catalog.models import Share
from catalog.queries.shares import shared_part
from catalog.words import ShareKind
from plates.models import Field, Image


def targets_of_share(share: Share) -> list[Target]:
    """What a share opens, what is best opened in front; empty if nothing of it is there any more."""
    found = _targets(share)
    return [target for target in found if shared_part(share, target.store) is not None]


def _targets(share: Share) -> list[Target]:
    if share.plate is not None:
        stores = stores_of_plate(share.plate)
        if share.well is None:
            return [target_of_store(store) for store in stores]
        found = [target_of_well(share.well, store) for store in stores]
        return [target for target in found if target is not None]
    if share.store is None:
        return []
    if share.kind == ShareKind.FIELD.value:
        fields = Field.objects.select_related("store", "layout").filter(store=share.store)
        return [target_of_field(field) for field in fields.filter(path=share.path)]
    if share.kind == ShareKind.IMAGE.value:
        images = Image.objects.select_related("store", "layout").filter(store=share.store)
        return [target_of_image(image) for image in images.filter(path=share.path)]
    return [target_of_store(share.store)]

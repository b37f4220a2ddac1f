"""What was drawn of stores."""

from collections.abc import Sequence

import msgspec
from django.db.models import QuerySet

from plates.models import Plate, Preview, Store
from plates.pixels.contrast import ShownChannel


def preview_of(store: Store) -> Preview | None:
    """What was drawn of a store the last time; None if nothing ever was."""
    return Preview.objects.filter(store=store).first()


def previews_of_plate(plate: Plate, stores: QuerySet[Store]) -> Sequence[Preview]:
    """What was drawn of those of some stores that show a plate: those that are there first."""
    shown = Preview.objects.filter(store__in=stores.filter(plate=plate)).select_related("store")
    return sorted(shown, key=lambda one: (one.store.vanished_at is not None, one.store.serial))


def shown_of(preview: Preview | None) -> tuple[ShownChannel, ...]:
    """How the channels of a store are shown in all its pictures; nothing if that is not known."""
    if preview is None:
        return ()
    return msgspec.convert(preview.channels, tuple[ShownChannel, ...])

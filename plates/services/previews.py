"""What was drawn of a store, into the tables."""

from datetime import datetime

import msgspec
from django.db import transaction
from django.utils import timezone

from plates.models import Preview, StatisticsFile, Store
from plates.pixels.drawing import EDITION
from plates.pixels.previews import Previews


class PreviewOutdated(Exception):
    """Pictures whose drawing began before that of the ones that are kept."""


@transaction.atomic
def keep_preview(
    store: Store,
    previews: Previews,
    *,
    mark: str,
    digest: str,
    statistics: bytes,
    began_at: datetime,
) -> Preview:
    """Make the store say what was drawn of it last, under a mark.

    `digest` is that of the content whose rows told what to draw. PreviewOutdated if a drawing that
    began later was kept already.
    """
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    if Preview.objects.filter(store=store, began_at__gt=began_at).exists():
        raise PreviewOutdated
    drawn, now = previews.drawn, timezone.now()
    preview, _ = Preview.objects.update_or_create(
        store=store,
        defaults={
            "mark": mark,
            "digest": digest,
            "edition": EDITION,
            "channels": msgspec.to_builtins(drawn.channels),
            "runs": previews.runs,
            "images": drawn.images,
            "lacking": drawn.lacking,
            "failed": drawn.failed,
            "troubles": [storable(one) for one in msgspec.to_builtins(drawn.troubles)],
            "seconds": round((now - began_at).total_seconds(), 3),
            "began_at": began_at,
            "drawn_at": now,
        },
    )
    StatisticsFile.objects.update_or_create(preview=preview, defaults={"content": statistics})
    return preview


def storable(trouble: dict[str, str]) -> dict[str, str]:
    """A trouble as the database takes it."""
    return {
        name: text[:500].replace("\0", "").encode("utf-8", "replace").decode()
        for name, text in trouble.items()
    }

from collections.abc import Sequence

from rest_framework import serializers

from catalog.api.filters import words_of
from plates.models import Count, Store
from plates.omezarr.share_table import ImageLine, LabelLine, ShareLine, WellLine
from plates.queries.counts import table_of
from plates.states import Completion, Origin

RULE = "Those that are not told of are whole."


class CompletenessInShort(serializers.Serializer[object]):
    """How much of what a store declares is there."""

    completion = serializers.ChoiceField(
        choices=[word for word in words_of(Completion) if word != Completion.UNCOUNTED.value]
    )
    share = serializers.FloatField(
        allow_null=True, help_text="From 0 to 1, labels apart; null where nothing is declared."
    )
    arriving = serializers.BooleanField(help_text="Chunks were still coming when it was counted.")
    whole = serializers.BooleanField(help_text="All that is declared is there, labels too.")
    declared = serializers.IntegerField(help_text="Chunk objects.")
    present = serializers.IntegerField()
    uncounted = serializers.IntegerField(
        help_text="Fields and images of which it is not known what they should hold."
    )
    counted_at = serializers.DateTimeField()
    outdated = serializers.BooleanField(
        help_text="Its documents have changed since; it is not known what they declare now."
    )


class ShareShape(serializers.Serializer[object]):
    """How many chunk objects are declared and there, and their bytes; declared ones unpacked."""

    share = serializers.FloatField(allow_null=True)
    declared = serializers.IntegerField()
    present = serializers.IntegerField()
    bytes = serializers.IntegerField()
    declared_bytes = serializers.IntegerField()


class LabelShares(ShareShape):
    """The labels of one name, and their levels."""

    name = serializers.CharField()
    levels = ShareShape(many=True)


class WellShares(ShareShape):
    """A well that lacks something; its own share is without labels."""

    path = serializers.CharField()
    fields = serializers.IntegerField()  # type: ignore[assignment]
    uncounted = serializers.IntegerField(help_text="Fields of which it is not known.")
    channels = ShareShape(many=True)


class ImageShares(ShareShape):
    """A field or image that lacks something; its own share is without labels."""

    path = serializers.CharField()
    well = serializers.CharField(help_text="Path of its well; empty for an image.")
    counted = serializers.BooleanField(help_text="Whether nothing of it is unknown.")
    levels = ShareShape(many=True)
    channels = ShareShape(many=True)
    labels = LabelShares(many=True)


class CompletenessShape(CompletenessInShort):
    """What of a store is there, by level, channel, label, well and field."""

    store = serializers.UUIDField()
    origin = serializers.ChoiceField(choices=words_of(Origin))
    digest = serializers.CharField(help_text="Of the content that it was counted for.")
    changed_at = serializers.DateTimeField(allow_null=True, help_text="Of the newest object.")
    bytes = serializers.IntegerField(help_text="Of the chunk objects, labels apart.")
    declared_bytes = serializers.IntegerField(help_text="Of all pixels, unpacked.")
    stored_objects = serializers.IntegerField(help_text="All objects of the store.")
    stored_bytes = serializers.IntegerField()
    labels = ShareShape(help_text="All labels together.")
    levels = ShareShape(many=True, help_text="The largest first.")
    channels = ShareShape(many=True)
    label_names = LabelShares(many=True)
    wells_in_all = serializers.IntegerField()
    wells_lacking = serializers.IntegerField()
    wells = WellShares(many=True, help_text=f"The first 4,000 that lack something. {RULE}")
    images_in_all = serializers.IntegerField(help_text="Fields and images.")
    images_lacking = serializers.IntegerField()
    images = ImageShares(many=True, help_text=f"The 1,000 fields and images that lack most. {RULE}")
    unread = serializers.ListField(
        child=serializers.CharField(), help_text="Folders that could not be listed: the first."
    )


def in_short(store: Store) -> dict[str, object] | None:
    """What of a store is there; None until it was counted."""
    count: Count | None = getattr(store, "count", None)
    if count is None:
        return None
    return {
        "completion": count.completion.value,
        "share": count.share,
        "arriving": count.is_arriving,
        "whole": count.is_whole,
        "declared": count.declared,
        "present": count.present,
        "uncounted": count.uncounted,
        "counted_at": count.counted_at,
        "outdated": count.digest != store.digest,
    }


def in_full(store: Store, count: Count) -> dict[str, object]:
    """What of a store is there, by level, channel, label, well and field."""
    table = table_of(count)
    return {
        **(in_short(store) or {}),
        "store": str(store.id),
        "origin": count.origin,
        "digest": count.digest,
        "changed_at": count.changed_at,
        "bytes": count.bytes,
        "declared_bytes": count.declared_bytes,
        "stored_objects": count.stored_objects,
        "stored_bytes": count.stored_bytes,
        "labels": share_told(table.labels),
        "levels": shares_told(table.levels),
        "channels": shares_told(table.channels),
        "label_names": list(map(label_told, table.label_names)),
        "wells_in_all": table.wells_in_all,
        "wells_lacking": table.wells_lacking,
        "wells": list(map(well_told, table.wells)),
        "images_in_all": table.images_in_all,
        "images_lacking": table.images_lacking,
        "images": list(map(image_told, table.images)),
        "unread": count.unread,
    }


def share_told(line: ShareLine) -> dict[str, object]:
    """A share with all that it is made of."""
    return {
        "share": min(1.0, line.present / line.declared) if line.declared else None,
        "declared": line.declared,
        "present": line.present,
        "bytes": line.bytes,
        "declared_bytes": line.declared_bytes,
    }


def shares_told(lines: Sequence[ShareLine]) -> list[dict[str, object]]:
    """Several shares."""
    return list(map(share_told, lines))


def label_told(line: LabelLine) -> dict[str, object]:
    """The labels of one name."""
    return {"name": line.name, **share_told(line.share), "levels": shares_told(line.levels)}


def well_told(line: WellLine) -> dict[str, object]:
    """A well that lacks something."""
    return {
        "path": line.path,
        "fields": line.fields,
        "uncounted": line.uncounted,
        **share_told(line.share),
        "channels": shares_told(line.channels),
    }


def image_told(line: ImageLine) -> dict[str, object]:
    """A field or image that lacks something."""
    return {
        "path": line.path,
        "well": line.well,
        "counted": line.is_counted,
        **share_told(line.share),
        "levels": shares_told(line.levels),
        "channels": shares_told(line.channels),
        "labels": list(map(label_told, line.labels)),
    }

from datetime import timedelta

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.filters import words_of
from catalog.api.shapes.parts import DatasetName, PlateName, Shape
from catalog.models import Share
from catalog.words import ShareKind


class ShareWish(serializers.Serializer[object]):
    """What is to be shared, and for how long."""

    store = serializers.UUIDField(required=False, help_text="A store, or that of a field.")
    plate = serializers.UUIDField(required=False, help_text="A plate, or that of a well.")
    image = serializers.UUIDField(required=False)
    well = serializers.CharField(
        required=False, max_length=255, help_text="Label of a well of the plate."
    )
    field = serializers.CharField(
        required=False, max_length=512, help_text="Path of a field of the store, e.g. B/03/0."
    )
    expires_at = serializers.DateTimeField(
        required=False, help_text="Until when it counts; a week from now if left out."
    )
    expires_in = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=int(timedelta(days=36_500).total_seconds()),
        help_text="The same in seconds from now.",
    )


class ShareLinks(serializers.Serializer[object]):
    """Where a share and what it shares are."""

    self = serializers.URLField()
    thing = serializers.URLField()


class ShareLinkShape(Shape):
    """A share, without what lets one in."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text=f"{', '.join(words_of(ShareKind))}.")
    dataset = serializers.SerializerMethodField()
    plate = serializers.SerializerMethodField()
    well = serializers.SerializerMethodField()
    store = serializers.SerializerMethodField()
    path = serializers.CharField(help_text="Of the field or image in the store.")
    made_by = serializers.CharField(source="made_by.username")
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    used_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was last opened, to some minutes; null: never."
    )
    links = serializers.SerializerMethodField()

    @extend_schema_field(DatasetName)
    def get_dataset(self, share: Share) -> dict[str, object]:
        """The dataset that it shares something of."""
        return {"id": str(share.dataset.id), "slug": share.dataset.slug}

    @extend_schema_field(PlateName(allow_null=True))
    def get_plate(self, share: Share) -> dict[str, object] | None:
        """The plate that it opens, or a well of it."""
        return {"id": str(share.plate.id), "name": share.plate.name} if share.plate else None

    def get_well(self, share: Share) -> str | None:
        """Label of the well."""
        return share.well.label if share.well else None

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_store(self, share: Share) -> str | None:
        """The store that it opens, or a part of it."""
        return str(share.store.id) if share.store else None

    @extend_schema_field(ShareLinks)
    def get_links(self, share: Share) -> dict[str, object]:
        """Where the share and what it shares are."""
        return {"self": self.link_to("share", share.id), "thing": self.thing_of(share)}

    def thing_of(self, share: Share) -> str:
        """Where what it shares is told."""
        if share.plate is not None and share.well is not None:
            return self.link_to("well", share.plate.id, share.well.label)
        if share.plate is not None:
            return self.link_to("plate", share.plate.id)
        store = share.store.id if share.store else ""
        if share.kind == ShareKind.FIELD.value:
            return self.link_to("store-field", store, share.path)
        return self.link_to("store", store)


class MadeShareLinkShape(ShareLinkShape):
    """A share that was just made: the only answer that says what lets one in."""

    token = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField()
    portal = serializers.SerializerMethodField()

    def get_token(self, share: Share) -> str:
        """What lets one in; told this once, and kept nowhere."""
        return str(self.context["token"])

    def get_url(self, share: Share) -> str:
        """The address of the data, for viewers; empty if it lies nowhere."""
        return str(self.context["data"])

    def get_page(self, share: Share) -> str:
        """Where viewers and snippets for it are told to whoever has the link."""
        return self.link_to("shared", str(self.context["token"]))

    def get_portal(self, share: Share) -> str:
        """The page of the portal that shows the same to people."""
        return f"{self.base}{reverse('portal:shared', args=[str(self.context['token'])])}"

"""Shapes of what was drawn of plates and stores."""

from rest_framework import serializers

from catalog.api.filters import words_of
from plates.pixels.contrast import WindowBy
from plates.pixels.sheets import TileState


class ShownChannelShape(serializers.Serializer[object]):
    """How a channel is shown in all pictures of its store."""

    number = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    color = serializers.CharField(help_text="Six hex digits.")
    low = serializers.FloatField(help_text="Black at this intensity and below.")
    high = serializers.FloatField(help_text="In full colour at this intensity and above.")
    by = serializers.ChoiceField(
        choices=words_of(WindowBy), help_text="Where the window comes from."
    )
    active = serializers.BooleanField(help_text="Whether it is in pictures of all channels.")


class TileShape(serializers.Serializer[object]):
    """Where a well lies in a contact sheet, in pixels from its top left corner."""

    x = serializers.IntegerField()
    y = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    field = serializers.CharField(help_text="Path of the field that stands for the well.")
    shown = serializers.ChoiceField(
        choices=words_of(TileState),
        help_text="partial: some chunks are missing in the store; missing: nothing could be drawn.",
    )


class SheetShape(serializers.Serializer[object]):
    """A contact sheet: how large it is, and where each well lies in it."""

    plate = serializers.UUIDField()
    store = serializers.UUIDField()
    acquisition = serializers.IntegerField(allow_null=True)
    acquisitions = serializers.ListField(
        child=serializers.IntegerField(allow_null=True), help_text="That have a sheet."
    )
    mark = serializers.CharField(help_text="Another one each time that the store is drawn.")
    drawn_at = serializers.DateTimeField()
    outdated = serializers.BooleanField(help_text="The store has changed since.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    tile = serializers.IntegerField(help_text="Pixels of a side of a well's place.")
    gap = serializers.IntegerField(help_text="Pixels between two places.")
    channels = ShownChannelShape(many=True)
    images = serializers.DictField(
        child=serializers.URLField(), help_text="`composed`, and each channel by its number."
    )
    wells = serializers.DictField(child=TileShape(), help_text="By label.")


class TroubleShape(serializers.Serializer[object]):
    """Why a field or image could not be drawn."""

    path = serializers.CharField()
    sentence = serializers.CharField()


class PreviewsShape(serializers.Serializer[object]):
    """What was drawn of a store the last time."""

    store = serializers.UUIDField()
    mark = serializers.CharField()
    drawn_at = serializers.DateTimeField()
    outdated = serializers.BooleanField(help_text="The store has changed since.")
    seconds = serializers.FloatField()
    channels = ShownChannelShape(many=True)
    acquisitions = serializers.ListField(
        child=serializers.IntegerField(allow_null=True), help_text="That have a contact sheet."
    )
    images = serializers.IntegerField(help_text="Fields and images that were tried.")
    lacking = serializers.IntegerField(help_text="Of which some chunk is missing.")
    failed = serializers.IntegerField(help_text="That could not be drawn.")
    troubles = TroubleShape(many=True, help_text="Why: the first of them.")

"""Shapes of what the pixels of a plate say of it."""

from rest_framework import serializers

from catalog.api.shapes.pictures import ShownChannelShape
from plates.pixels.statistics_table import STATISTICS


class ControlSummaryShape(serializers.Serializer[object]):
    """The wells of one control that have a value."""

    wells = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True, help_text="With n - 1; null below two wells.")


class ZPrimeShape(serializers.Serializer[object]):
    """Z' of the controls: 1 - 3 (sd + sd) / |mean - mean|. Zhang, Chung and Oldenburg 1999."""

    value = serializers.FloatField(allow_null=True)
    negative = ControlSummaryShape()
    positive = ControlSummaryShape()
    why = serializers.CharField(help_text="Why there is no value; else empty.")


class MarginalShape(serializers.Serializer[object]):
    """The mean of a row or column."""

    number = serializers.IntegerField(help_text="Counted from 0.")
    name = serializers.CharField()
    wells = serializers.IntegerField()
    mean = serializers.FloatField()


class EdgeShape(serializers.Serializer[object]):
    """The outermost wells beside all others: their medians."""

    outer_wells = serializers.IntegerField()
    inner_wells = serializers.IntegerField()
    outer = serializers.FloatField()
    inner = serializers.FloatField()
    shift = serializers.FloatField(
        allow_null=True, help_text="How far apart, in robust standard deviations of inner wells."
    )


class TurnedShape(serializers.Serializer[object]):
    """That the plate may lie the other way round than its map says, and the evidence."""

    as_mapped = serializers.FloatField(
        help_text="How far apart the controls are where the map has them, at most."
    )
    turned = serializers.FloatField(help_text="How far apart at the places opposite.")
    measure = serializers.CharField()
    negative_wells = serializers.IntegerField()
    positive_wells = serializers.IntegerField()
    sentence = serializers.CharField()


class StatisticsShape(serializers.Serializer[object]):
    """A statistic of a channel for each well of a plate, and what follows from it."""

    plate = serializers.UUIDField()
    store = serializers.UUIDField()
    acquisition = serializers.IntegerField(allow_null=True)
    drawn_at = serializers.DateTimeField()
    outdated = serializers.BooleanField(help_text="The store has changed since.")
    channel = serializers.IntegerField()
    channels = ShownChannelShape(many=True)
    statistic = serializers.ChoiceField(choices=list(STATISTICS))
    statistics = serializers.DictField(
        child=serializers.CharField(), help_text="All that there are, with a sentence."
    )
    values = serializers.DictField(
        child=serializers.FloatField(), help_text="The mean over a well's fields, by label."
    )
    zprime = ZPrimeShape()
    rows = MarginalShape(many=True)
    columns = MarginalShape(many=True)
    edge = EdgeShape(allow_null=True, help_text="null with too few wells to tell.")
    turned = TurnedShape(allow_null=True, help_text="null where there is no suspicion.")

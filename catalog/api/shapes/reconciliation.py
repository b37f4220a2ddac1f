from rest_framework import serializers

from catalog.api.filters import words_of
from catalog.queries.reconciliation import MEANINGS, Gap


class FiguresShape(serializers.Serializer[object]):
    """The four numbers that should be one, and those of wells."""

    expected = serializers.IntegerField(help_text="Plates that an applied plate map names.")
    arrived = serializers.IntegerField(help_text="Plates that a store shows.")
    valid = serializers.IntegerField(help_text="Of these, with valid stores alone.")
    annotated = serializers.IntegerField(help_text="Plates that something is said of.")
    wells_imaged = serializers.IntegerField()
    wells_annotated = serializers.IntegerField()


class GapLineShape(serializers.Serializer[object]):
    """One line of a list; what does not apply is empty or null."""

    gap = serializers.ChoiceField(choices=words_of(Gap))
    plate_id = serializers.UUIDField(allow_null=True)
    plate = serializers.CharField()
    well = serializers.CharField()
    key = serializers.CharField()
    value = serializers.CharField()
    number = serializers.IntegerField(allow_null=True, help_text="Wells, fields or rows.")
    of = serializers.IntegerField(allow_null=True, help_text="What the number is a part of.")
    note = serializers.CharField()


class GapShape(serializers.Serializer[object]):
    """A list of what differs, and its beginning."""

    gap = serializers.ChoiceField(choices=words_of(Gap))
    means = serializers.ChoiceField(choices=list(MEANINGS.values()))
    count = serializers.IntegerField()
    first = GapLineShape(many=True, help_text="The first 100 lines; the CSV has all.")
    csv = serializers.URLField(help_text="The whole list.")


class ReconciliationShape(serializers.Serializer[object]):
    """What was expected, what came, what is sound and what is annotated."""

    figures = FiguresShape()
    gaps = GapShape(many=True)
    csv = serializers.URLField(help_text="All lists as one table.")

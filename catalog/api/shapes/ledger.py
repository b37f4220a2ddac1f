from rest_framework import serializers

from catalog.api.filters import words_of
from catalog.words import Grouping


class LedgerLineShape(serializers.Serializer[object]):
    """What the stores of one group take up."""

    name = serializers.CharField(
        allow_null=True, help_text="Slug, name, codecs, type or class; null where none is known."
    )
    bytes = serializers.IntegerField(
        help_text="Of all objects; by codec and type those of chunks alone."
    )
    objects = serializers.IntegerField()
    arrays = serializers.IntegerField(
        allow_null=True, help_text="Whose chunks were counted; null by storage class."
    )
    unsharded = serializers.IntegerField(allow_null=True, help_text="Arrays without shards.")
    crowded = serializers.IntegerField(
        allow_null=True,
        help_text="Arrays of more than 1,000 objects, without shards; null by codec, type and class.",
    )
    stores = serializers.IntegerField(
        help_text="All stores, counted or not; by codec, type and class those that were counted."
    )
    counted = serializers.IntegerField(help_text="The stores of which the numbers speak.")
    changed_at = serializers.DateTimeField(
        allow_null=True, help_text="When the newest of their objects was changed."
    )


class LedgerShape(serializers.Serializer[object]):
    """The storage ledger: what stores take up, in groups, the largest first."""

    by = serializers.ChoiceField(choices=words_of(Grouping))
    total = LedgerLineShape(help_text="Of all visible stores.")
    results = LedgerLineShape(many=True, help_text="The 1,000 largest; ledger.csv has all.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    count = serializers.IntegerField(help_text="How many groups there are.")
    count_is_exact = serializers.BooleanField()

from collections.abc import Mapping

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.parts import DatasetName, Shape
from plates.models import Finding
from plates.omezarr.meanings import spec_url
from plates.omezarr.rules.book import RULES

TOO_OLD = "A rule that is no longer asked."


class StoreName(serializers.Serializer[object]):
    """How a row names its store."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ExampleShape(serializers.Serializer[object]):
    """One place where a rule is broken."""

    node = serializers.CharField(help_text="The group or array, e.g. B/03/0; empty for the root.")
    document = serializers.CharField(help_text="The path of the document in the store.")
    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) in the document.")
    message = serializers.CharField()
    expected = serializers.CharField()
    found = serializers.CharField()


class FindingLinks(serializers.Serializer[object]):
    """Where the store of a finding and its whole report are."""

    store = serializers.URLField()
    report = serializers.URLField()


class FindingShape(Shape):
    """A rule that a store breaks: how often, with the first examples."""

    rule = serializers.CharField(help_text="The id of the rule: it never changes.")
    level = serializers.CharField(help_text="error or warning.")
    sentence = serializers.SerializerMethodField(help_text="What has to hold.")
    spec = serializers.SerializerMethodField(
        help_text="The section of the specification; empty where it says nothing."
    )
    total = serializers.IntegerField(help_text="How often the rule is broken.")
    examples = ExampleShape(many=True)
    store = serializers.SerializerMethodField()
    dataset = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    def get_sentence(self, finding: Finding) -> str:
        """What the rule says."""
        known = RULES.get(finding.rule)
        return known.sentence if known else TOO_OLD

    def get_spec(self, finding: Finding) -> str:
        """Where the specification says it."""
        return spec_url(finding.rule, finding.store.version)

    @extend_schema_field(StoreName)
    def get_store(self, finding: Finding) -> dict[str, object]:
        """The store that breaks the rule."""
        return {"id": str(finding.store.id), "name": finding.store.name}

    @extend_schema_field(DatasetName)
    def get_dataset(self, finding: Finding) -> dict[str, object]:
        """The dataset that the store belongs to."""
        return self.dataset_named(finding.store.scope)

    @extend_schema_field(FindingLinks)
    def get_links(self, finding: Finding) -> Mapping[str, object]:
        """Where the store and the whole report are."""
        return {
            "store": self.link_to("store", finding.store.id),
            "report": self.link_to("store-report", finding.store.id, "json"),
        }


class SummaryShape(serializers.Serializer[object]):
    """How many errors and warnings there are."""

    error = serializers.IntegerField()
    warning = serializers.IntegerField()


class CoverageShape(serializers.Serializer[object]):
    """What a report rests on, and what was not looked at."""

    documents = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="Documents that could not be had.")
    listed = serializers.BooleanField(help_text="Whether folders could be listed.")
    chunks = serializers.IntegerField(help_text="How many were decoded.")
    not_asked = serializers.ListField(child=serializers.CharField(), help_text="Rules.")
    remarks = serializers.ListField(child=serializers.CharField())


class BrokenRuleShape(serializers.Serializer[object]):
    """A rule that is broken, and how often."""

    rule = serializers.CharField()
    level = serializers.CharField()
    total = serializers.IntegerField()
    sentence = serializers.CharField()
    spec = serializers.CharField()


class ReportFindingShape(ExampleShape):
    """One place where a rule is broken, with the rule."""

    rule = serializers.CharField()
    level = serializers.CharField()
    spec = serializers.CharField()


class ReportShape(serializers.Serializer[object]):
    """The whole report of a validation, as `validate --format json` prints it."""

    url = serializers.CharField()
    kind = serializers.CharField()
    version = serializers.CharField()
    zarr_format = serializers.IntegerField(allow_null=True)
    reach = serializers.CharField()
    verdict = serializers.CharField()
    error = serializers.CharField(help_text="Why the root could not be read; empty if it could.")
    depth = serializers.CharField()
    policy = serializers.CharField()
    documents = serializers.IntegerField()
    seconds = serializers.FloatField()
    summary = SummaryShape()
    coverage = CoverageShape()
    rules = BrokenRuleShape(many=True)
    findings = ReportFindingShape(many=True)


class ValidationShape(serializers.Serializer[object]):
    """The newest validation of a store, as a whole."""

    depth = serializers.CharField()
    policy = serializers.CharField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    warnings = serializers.IntegerField()
    documents = serializers.IntegerField()
    seconds = serializers.FloatField()
    coverage = CoverageShape()
    checked_at = serializers.DateTimeField()

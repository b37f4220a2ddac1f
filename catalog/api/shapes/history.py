from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.parts import Shape
from catalog.models import History
from catalog.queries.history import changes_of, job_kind


class FieldChangeShape(serializers.Serializer[object]):
    """What one field was, and what it became."""

    field = serializers.CharField()
    before = serializers.JSONField(help_text="Null: it was nothing.")
    after = serializers.JSONField(help_text="Null: it is nothing any more.")


class HistoryShape(Shape):
    """Who did what to which thing, from what to what."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField()
    by = serializers.SerializerMethodField()
    job = serializers.UUIDField(source="job_id", allow_null=True, help_text="The job that did it.")
    job_kind = serializers.SerializerMethodField()
    verb = serializers.CharField()
    noun = serializers.CharField(help_text="What kind of thing.")
    subject = serializers.CharField(help_text="Id of the thing.")
    changes = serializers.SerializerMethodField()

    def get_by(self, entry: History) -> str | None:
        """The person; null for jobs and for the operator's own hand."""
        return entry.by.get_username() if entry.by else None

    def get_job_kind(self, entry: History) -> str:
        """What the job does; empty without one."""
        return job_kind(entry)

    @extend_schema_field(FieldChangeShape(many=True))
    def get_changes(self, entry: History) -> list[dict[str, object]]:
        """What changed, field by field."""
        return [
            {"field": one.field, "before": one.before, "after": one.after}
            for one in changes_of(entry)
        ]

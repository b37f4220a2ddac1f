from dataclasses import asdict

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.parts import DatasetName, Shape
from catalog.models import Job
from catalog.queries.families import standing_of_family


class ProgressShape(serializers.Serializer[object]):
    """How far a job is: in documents read, folders looked at, objects counted, or rows."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()


class JobLinks(serializers.Serializer[object]):
    """Where a job, its store and its children are."""

    self = serializers.URLField()
    store = serializers.URLField(allow_null=True)
    platemap = serializers.URLField(allow_null=True)
    children = serializers.URLField()


class FamilyShape(serializers.Serializer[object]):
    """How far a job and all that it led to are."""

    jobs = serializers.IntegerField()
    ended = serializers.IntegerField()
    failed = serializers.IntegerField()
    stores = serializers.IntegerField(help_text="Harvests, validations and counts of stores.")
    stores_done = serializers.IntegerField()
    documents_done = serializers.IntegerField()
    documents_known = serializers.IntegerField(help_text="Grows as stores are opened.")
    seconds_left = serializers.FloatField(
        allow_null=True, help_text="At the pace so far; null while that cannot be told."
    )


class JobShape(Shape):
    """One piece of background work."""

    id = serializers.UUIDField()
    kind = serializers.SerializerMethodField()
    state = serializers.CharField()
    dataset = serializers.SerializerMethodField()
    url = serializers.CharField()
    options = serializers.DictField(help_text="How it is done: depth and policy of a validation.")
    parent = serializers.UUIDField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    progress = serializers.SerializerMethodField()
    attempts = serializers.IntegerField()
    error = serializers.CharField()
    outcome = serializers.DictField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    links = serializers.SerializerMethodField()

    def get_kind(self, job: Job) -> str:
        """What is done, without the worker's prefix: such as harvest or apply_plate_map."""
        return job.kind.rpartition(".")[2]

    @extend_schema_field(DatasetName)
    def get_dataset(self, job: Job) -> dict[str, object]:
        """The dataset that the job's stores go to."""
        return self.dataset_named(job.dataset_id)

    @extend_schema_field(ProgressShape)
    def get_progress(self, job: Job) -> dict[str, int]:
        """How far the job is."""
        return {"done": job.progress_done, "total": job.progress_total}

    @extend_schema_field(JobLinks)
    def get_links(self, job: Job) -> dict[str, object]:
        """Where the job, its store and its children are."""
        return {
            "self": self.link_to("job", job.id),
            "store": self.link_to("store", job.store.id) if job.store else None,
            "platemap": self.link_to("platemap", job.plate_map.id) if job.plate_map else None,
            "children": self.link_to("jobs") + f"?parent={job.id}",
        }


class WholeJobShape(JobShape):
    """One piece of background work, and how far it is with all that it led to."""

    family = serializers.SerializerMethodField()

    @extend_schema_field(FamilyShape)
    def get_family(self, job: Job) -> dict[str, object]:
        """How far the job and all that it led to are."""
        return asdict(standing_of_family(job.pk))

"""Plate maps as JSON: where the import stands, its files, its mapping, what a dry run said."""

from typing import cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.filters import words_of
from catalog.api.shapes.jobs import JobShape
from catalog.api.shapes.parts import DatasetName, PlateName, Shape
from catalog.models import Job
from plates.models import PlateMap, PlateMapFile
from plates.platemaps.formats import Format
from plates.platemaps.verdicts import RowVerdict
from plates.states import MatchedBy, PlateMapState


class PlateMapFileShape(serializers.Serializer[object]):
    """A file of an import, kept as it came."""

    number = serializers.IntegerField(help_text="Counts the files of the import from 0.")
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")
    digest = serializers.CharField(help_text="SHA-256 of its bytes.")
    url = serializers.URLField(help_text="Where it can be downloaded as it came.")


class PlateMapLinks(serializers.Serializer[object]):
    """Where more of a plate map is, and where it is worked on."""

    self = serializers.URLField()
    rows = serializers.URLField(help_text="The rows that were not simply matched.")
    rows_csv = serializers.URLField(help_text="The same, whole, as CSV.")
    plates = serializers.URLField(help_text="The plates that it names.")
    apply = serializers.URLField()
    undo = serializers.URLField()
    jobs = serializers.URLField()


class PlateMapShape(Shape):
    """A plate map as lists tell it."""

    id = serializers.UUIDField()
    dataset = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=words_of(PlateMapState))
    format = serializers.ChoiceField(choices=["", *words_of(Format)])
    files = serializers.SerializerMethodField()
    plate = serializers.CharField(
        source="plate_name", help_text="What all rows are about, where no column says it."
    )
    rows = serializers.IntegerField(source="row_count")
    placed = serializers.IntegerField(source="placed_count", help_text="Rows that were applied.")
    edited = serializers.BooleanField(help_text="A person changed the proposed mapping.")
    refusal = serializers.CharField(help_text="Why it was refused, else empty.")
    imported_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)
    applied_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    links = serializers.SerializerMethodField()

    @extend_schema_field(DatasetName)
    def get_dataset(self, plate_map: PlateMap) -> dict[str, object]:
        """The dataset whose wells it is about."""
        return self.dataset_named(plate_map.scope)

    @extend_schema_field(PlateMapFileShape(many=True))
    def get_files(self, plate_map: PlateMap) -> list[dict[str, object]]:
        """The files in the order in which they were sent."""
        return [self.file_told(plate_map, file) for file in plate_map.files.all()]

    def file_told(self, plate_map: PlateMap, file: PlateMapFile) -> dict[str, object]:
        """A file with where it can be downloaded."""
        return {
            "number": file.number,
            "name": file.name,
            "size": file.size,
            "digest": file.digest,
            "url": self.link_to("platemap-file", plate_map.id, file.number),
        }

    @extend_schema_field(PlateMapLinks)
    def get_links(self, plate_map: PlateMap) -> dict[str, object]:
        """Where more of it is, and where it is worked on."""
        return {
            "self": self.link_to("platemap", plate_map.id),
            "rows": self.link_to("platemap-rows", plate_map.id),
            "rows_csv": self.link_to("platemap-rows-csv", plate_map.id),
            "plates": self.link_to("platemap-plates", plate_map.id),
            "apply": self.link_to("platemap-apply", plate_map.id),
            "undo": self.link_to("platemap-undo", plate_map.id),
            "jobs": self.link_to("jobs") + f"?platemap={plate_map.id}",
        }


class TableHeadShape(serializers.Serializer[object]):
    """A table of the files, without its rows."""

    name = serializers.CharField(help_text="The file, with the sheet after a colon.")
    columns = serializers.ListField(child=serializers.CharField())
    remarks = serializers.ListField(
        child=serializers.CharField(), help_text="What was passed over, a sentence each."
    )
    examples = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="For each column the first cells that differ.",
    )


class ColumnTold(serializers.Serializer[object]):
    """What one column becomes."""

    name = serializers.CharField()
    becomes = serializers.CharField(help_text="The key; empty for a plate, a well and the like.")
    kind = serializers.CharField()
    unit = serializers.CharField()


class ProblemRow(serializers.Serializer[object]):
    """What is wrong with one row, or one cell of it."""

    table = serializers.IntegerField(help_text="Counts the tables from 0.")
    plate = serializers.CharField(help_text="As it stands in the file.")
    subject = serializers.CharField(help_text="The well or image as it stands in the file.")
    row = serializers.IntegerField(help_text="As an editor counts it, the header too.")
    column = serializers.CharField(help_text="Empty where it is the whole row.")
    verdict = serializers.ChoiceField(choices=words_of(RowVerdict))
    message = serializers.CharField()


class ReportedRowShape(serializers.Serializer[object]):
    """What is wrong with one row, or one cell of it, and where."""

    file = serializers.CharField(help_text="The table, with its sheet after a colon.")
    row = serializers.IntegerField(help_text="As an editor counts it, the header too.")
    column = serializers.CharField(help_text="Empty where it is the whole row.")
    plate = serializers.CharField(help_text="As it stands in the file.")
    subject = serializers.CharField(help_text="The well or image as it stands in the file.")
    verdict = serializers.ChoiceField(choices=words_of(RowVerdict))
    message = serializers.CharField(help_text="What is wrong, and what to do.")


class PlateOfReport(serializers.Serializer[object]):
    """A plate as the rows name it, and how its rows and wells meet."""

    spelling = serializers.CharField(help_text="As it stands in the file.")
    plates = PlateName(many=True, help_text="What is meant; several for twins, none if not found.")
    matched_by = serializers.ChoiceField(choices=words_of(MatchedBy), allow_blank=True)
    message = serializers.CharField(help_text="Why it was not found, and what to do.")
    rows = serializers.IntegerField()
    rows_with_well = serializers.IntegerField()
    rows_without_well = serializers.IntegerField()
    wells_without_row = serializers.IntegerField(help_text="Wells that were imaged.")
    annotated_not_imaged = serializers.IntegerField()


class ConflictExample(serializers.Serializer[object]):
    """One place where something else is said already."""

    plate = serializers.CharField()
    subject = serializers.CharField()
    row = serializers.IntegerField()
    was = serializers.ListField(child=serializers.CharField())
    becomes = serializers.CharField()


class ConflictOfKey(serializers.Serializer[object]):
    """A key of which an applied import says something else."""

    key = serializers.CharField()
    rows = serializers.IntegerField()
    examples = ConflictExample(many=True)


class ConflictsOfReport(serializers.Serializer[object]):
    """Where an applied import says something else of the same wells; both are kept."""

    keys = ConflictOfKey(many=True)
    is_exact = serializers.BooleanField(help_text="False: so much stands there, some was not held.")


class ReportOfDryRun(serializers.Serializer[object]):
    """What the last dry run said."""

    rows = serializers.IntegerField()
    placed = serializers.IntegerField(help_text="Rows that would be applied.")
    wells = serializers.IntegerField(help_text="Wells and images that rows are about.")
    verdicts = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many rows have each verdict."
    )
    columns = ColumnTold(many=True)
    plates = PlateOfReport(many=True, help_text="The first 5,000.")
    plates_named = serializers.IntegerField()
    plates_found = serializers.IntegerField()
    conflicts = ConflictsOfReport()
    problems = ProblemRow(many=True, help_text="The first 100 of each verdict; `rows/` has all.")
    problems_total = serializers.IntegerField()
    study = serializers.DictField(help_text="What it fills in about the study, by field.")
    remarks = serializers.ListField(
        child=serializers.CharField(),
        help_text="Of the import as a whole: plates that a file's name says, what is not used, what joins leave over.",
    )


class WholePlateMapShape(PlateMapShape):
    """A plate map with its mapping, and what its last dry run said."""

    tables = TableHeadShape(many=True, help_text="As the last dry run read the files.")
    mapping = serializers.DictField(help_text="What each column becomes; PATCH takes it edited.")
    report = serializers.SerializerMethodField(help_text="Empty until a dry run has ended.")
    job = serializers.SerializerMethodField(help_text="The newest job about it.")

    @extend_schema_field(ReportOfDryRun)
    def get_report(self, plate_map: PlateMap) -> dict[str, object]:
        """What the last dry run said, as it was kept."""
        return dict(plate_map.report)

    @extend_schema_field(JobShape(allow_null=True))
    def get_job(self, plate_map: PlateMap) -> object:
        """The newest job about it, null if all are forgotten."""
        job = cast("Job | None", self.context.get("job"))
        return None if job is None else JobShape(job, context=self.context).data


class NamedPlateShape(serializers.Serializer[object]):
    """A plate that a plate map names, found or still expected."""

    spelling = serializers.CharField(help_text="As it stands in the file.")
    plates = PlateName(many=True, help_text="Several for twins, none while it is expected.")
    matched_by = serializers.ChoiceField(choices=words_of(MatchedBy), allow_blank=True)
    message = serializers.CharField(help_text="Why it was not found, and what to do.")
    map = serializers.CharField(help_text="The plate map that a barcode file gives it.")
    rows = serializers.IntegerField()

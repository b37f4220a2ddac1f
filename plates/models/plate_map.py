from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from plates.ids import uuid7
from plates.models.carrier import Carrier
from plates.models.choices import choices
from plates.models.key import Key
from plates.models.plate import Plate
from plates.platemaps.formats import Format
from plates.platemaps.keys import KeyKind
from plates.states import MatchedBy, PlateMapState


class PlateMap(models.Model):
    """One import of a plate map: its files, how they were understood, and what came of it."""

    serial = models.AutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
    scope = models.IntegerField()
    state = models.CharField(
        max_length=10, choices=choices(PlateMapState), default=PlateMapState.UPLOADED.value
    )
    format = models.CharField(max_length=20, choices=choices(Format), blank=True, default="")
    digest = models.CharField(max_length=64, help_text="Of its files, in their order.")
    plate_name = models.CharField(
        max_length=255, blank=True, help_text="What all rows are about, where no column says it."
    )
    tables = models.JSONField(
        default=list, help_text="The tables of its files: headers, remarks and examples of cells."
    )
    mapping = models.JSONField(default=dict, help_text="What each column becomes.")
    edited = models.BooleanField(default=False, help_text="A person changed the mapping.")
    report = models.JSONField(
        default=dict, help_text="What the last dry run said: counts, verdicts, first problems."
    )
    filled = models.JSONField(
        default=dict, help_text="What it filled in about the study; undoing empties that again."
    )
    checked_at = models.DateTimeField(null=True, blank=True, help_text="Of the last dry run.")
    row_count = models.PositiveIntegerField(default=0)
    placed_count = models.PositiveIntegerField(default=0, help_text="Rows that were applied.")
    turn = models.PositiveIntegerField(
        null=True, blank=True, help_text="Counts the imports in the order they were applied."
    )
    refusal = models.TextField(blank=True, help_text="Why it was refused, in a sentence.")
    imported_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-serial"]
        indexes = [models.Index(fields=["scope", "id"], name="plate_maps_of_a_scope")]
        constraints = [
            models.UniqueConstraint(fields=["turn"], name="imports_are_applied_in_turn"),
            models.UniqueConstraint(
                fields=["scope", "digest"],
                condition=Q(state=PlateMapState.APPLIED.value),
                name="the_same_files_are_applied_once_in_a_scope",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=PlateMapState.APPLIED.value, applied_at__isnull=False, turn__isnull=False
                )
                | ~Q(state=PlateMapState.APPLIED.value),
                name="an_applied_plate_map_has_its_turn",
            ),
        ]

    def __str__(self) -> str:
        """Its files' names would take a query: the id."""
        return f"plate map {self.id}"


class PlateMapFile(models.Model):
    """A file of an import, kept as it came."""

    plate_map = models.ForeignKey(PlateMap, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField(help_text="Counts the files of the import from 0.")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="SHA-256 of its bytes.")
    size = models.BigIntegerField()

    class Meta:
        ordering = ["plate_map", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plate_map", "number"], name="a_number_is_one_file_of_a_plate_map"
            ),
        ]

    def __str__(self) -> str:
        """The file's name."""
        return self.name


class PlateMapFilePart(models.Model):
    """A piece of a kept file, compressed with zlib on its own: no file has to fit into memory."""

    file = models.ForeignKey(
        PlateMapFile, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["file", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "number"], name="a_number_is_one_part_of_a_file"
            ),
        ]

    def __str__(self) -> str:
        """Which part of which file."""
        return f"part {self.number} of file {self.file_id}"


class PlateMapColumn(models.Model):
    """What a column became when its plate map was applied: the index is made of this and the rows."""

    plate_map = models.ForeignKey(
        PlateMap, on_delete=models.CASCADE, related_name="columns", db_index=False
    )
    number = models.SmallIntegerField(help_text="Counts the columns of the mapping from 0.")
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=choices(KeyKind))
    group = models.IntegerField(help_text="The number that ties it to others; 0 is the whole row.")
    table = models.PositiveSmallIntegerField(help_text="Counts the tables of the import from 0.")
    file = models.TextField(
        blank=True, help_text="The name of that table: its file, and its sheet after a colon."
    )
    column = models.PositiveIntegerField(help_text="Counts the columns of that table from 0.")
    name = models.TextField(help_text="The header as it stands in the file.")

    class Meta:
        ordering = ["plate_map", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plate_map", "number"], name="a_number_is_one_column_of_a_plate_map"
            ),
        ]

    def __str__(self) -> str:
        """The header."""
        return self.name


class PlateMapRowReport(models.Model):
    """The verdict on each row that was not simply matched: JSON lines, compressed with gzip."""

    plate_map = models.OneToOneField(
        PlateMap, on_delete=models.CASCADE, primary_key=True, related_name="row_report"
    )
    content = models.BinaryField()

    class Meta:
        ordering = ["plate_map"]

    def __str__(self) -> str:
        """The import it is about."""
        return f"rows of plate map {self.plate_map_id}"


class NamedPlate(models.Model):
    """A plate that a plate map speaks of, found in the catalog or still expected."""

    plate_map = models.ForeignKey(
        PlateMap, on_delete=models.CASCADE, related_name="named_plates", db_index=False
    )
    scope = models.IntegerField()
    spelling = models.CharField(max_length=255, help_text="As it stands in the file.")
    folded = models.CharField(max_length=255)
    map_name = models.CharField(
        max_length=255, blank=True, help_text="The plate map that a barcode file gives it."
    )
    plate = models.ForeignKey(
        Plate, on_delete=models.SET_NULL, null=True, blank=True, related_name="named_by"
    )
    matched_by = models.CharField(
        max_length=10, choices=choices(MatchedBy), blank=True, default=MatchedBy.NOTHING.value
    )
    row_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["plate_map", "spelling"]
        indexes = [
            models.Index(
                fields=["scope", "folded"],
                condition=Q(plate__isnull=True),
                name="plates_that_are_expected",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plate_map", "spelling", "plate"],
                nulls_distinct=False,
                name="a_plate_map_names_a_plate_once",
            ),
        ]

    def __str__(self) -> str:
        """The plate as it is written there."""
        return self.spelling


class PlateAlias(models.Model):
    """Another name of a plate in its dataset, and who said so."""

    scope = models.IntegerField()
    spelling = models.CharField(max_length=255)
    folded = models.CharField(max_length=255, editable=False)
    plate = models.ForeignKey(Plate, on_delete=models.CASCADE, related_name="aliases")
    plate_map = models.ForeignKey(
        PlateMap,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        help_text="The import that it was first needed for.",
    )
    said_by = models.CharField(max_length=150, blank=True)
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["scope", "spelling"]
        verbose_name_plural = "plate aliases"
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "folded", "plate"], name="an_alias_is_said_once_of_a_plate"
            ),
        ]

    def __str__(self) -> str:
        """The other name."""
        return self.spelling


class SavedMapping(models.Model):
    """The mapping that was last applied to files with these headers, to be proposed again."""

    headers = models.CharField(max_length=64, help_text="A digest of the headers, in order.")
    scope = models.IntegerField(help_text="Where it was applied.")
    mapping = models.JSONField()
    saved_by = models.CharField(max_length=150, blank=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["headers", "scope"], name="a_scope_has_one_mapping_for_headers"
            ),
        ]

    def __str__(self) -> str:
        """When it was saved."""
        return f"mapping of {self.saved_at:%Y-%m-%d}"


class AnnotationRow(models.Model):
    """What one row of a plate map says of one well or image: the truth, only ever added to.

    The four arrays go together in pairs: `columns` with `terms`, `text_columns` with `texts`.
    Numbers of columns count the columns of the plate map's mapping from 0, which says the key, the
    group and the file of each.
    """

    id = models.BigAutoField(primary_key=True)
    plate_map = models.ForeignKey(
        PlateMap, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    carrier = models.ForeignKey(
        Carrier, on_delete=models.CASCADE, related_name="annotation_rows", db_index=False
    )
    position = models.IntegerField()
    rows = ArrayField(
        models.IntegerField(), help_text="Its row in each table of the import; 0 for none."
    )
    columns = ArrayField(models.SmallIntegerField())
    terms = ArrayField(models.IntegerField())
    text_columns = ArrayField(models.SmallIntegerField(), default=list)
    texts = ArrayField(models.TextField(), default=list)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["carrier", "position"], name="annotation_of_a_well"),
            models.Index(fields=["plate_map", "carrier"], name="annotation_of_a_plate_map"),
        ]

    def __str__(self) -> str:
        """Where it lies."""
        return f"row {self.rows} at {self.position} of carrier {self.carrier_id}"

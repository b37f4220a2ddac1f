from typing import Any, ClassVar, Final, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from catalog.errors import CatalogError, NotUnderstood
from catalog.models import Dataset, Source
from catalog.services.sources import check_source
from plates.models import KeyAlias, PlateAlias, Synonym
from plates.models.term import FOLDED
from plates.platemaps.spelling import folded

Alias = TypeVar("Alias", PlateAlias, KeyAlias)
_LONGEST: Final = 255
SAID_HERE: Final = "said at the desk"
"""What synonyms are filed under that a person typed."""


class SourceForm(forms.ModelForm[Source]):
    """A source, looked at as a whole before it is kept: a secret never is."""

    class Meta:
        model = Source
        fields = [
            "name",
            "url",
            "options",
            "credentials",
            "default_dataset",
            "dataset_rule",
            "discovery",
            "list_url",
            "include",
            "exclude",
            "schedule",
            "strength",
            "full_read_days",
            "moves",
            "count_days",
        ]
        widgets = {
            "url": forms.TextInput(attrs={"size": 80}),
            "list_url": forms.TextInput(attrs={"size": 80}),
            "dataset_rule": forms.TextInput(attrs={"size": 40}),
            "options": forms.Textarea(attrs={"rows": 3, "cols": 60}),
        }
        labels = {"url": "URL", "list_url": "URL of the list or inventory"}

    def clean(self) -> dict[str, Any]:
        """What was typed, if a source can be scanned like that."""
        told = super().clean() or {}
        if self.errors:
            return told
        told["options"] = told.get("options") or {}
        source = Source(**{name: value for name, value in told.items() if name in self.fields})
        try:
            check_source(source)
        except NotUnderstood as refusal:
            raise ValidationError({refusal.parameter: str(refusal)}) from refusal
        except CatalogError as refusal:
            raise ValidationError({"url": str(refusal)}) from refusal
        return told | {"url": source.url, "list_url": source.list_url, "options": source.options}


class FilesInput(forms.ClearableFileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files."""

    widget = FilesInput(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # noqa: ANN401 - Django's signature
        """The files, each looked at on its own."""
        several = data if isinstance(data, list | tuple) and data else [data or None]
        return [super(FilesField, self).clean(one, initial) for one in several]


class PlateMapForm(forms.Form):
    """The files of one import, and whose wells they are about."""

    dataset = forms.ModelChoiceField(
        Dataset.objects.order_by("slug"), help_text="Its plates are what the rows are matched to."
    )
    sent = FilesField(
        label="Files",
        help_text="CSV, TSV, Excel, gzip, as they are. Files that belong together - a barcode file, "
        "plate maps, reagents, a study file - are one import: choose them all.",
    )
    plate = forms.CharField(
        required=False,
        max_length=255,
        help_text="Which plate it is about, where no column says so; left empty it is the one that "
        "the file is called after.",
    )


def found_by(spelling: str) -> str:
    """What another name is found by: itself without case and separators."""
    return folded(spelling)[:_LONGEST]


class SpellingForm(forms.ModelForm[Alias]):
    """Another name of something: it says anything, and was not said before."""

    said_of: ClassVar[tuple[str, ...]] = ()
    """Fields that tell what the name is of; of something else it may be said again."""

    def clean(self) -> dict[str, Any]:
        """What was typed, if it is a name that is new."""
        told = super().clean() or {}
        if self.errors:
            return told
        if not (name := found_by(told["spelling"])):
            raise ValidationError({"spelling": "A name has at least one letter or digit."})
        rows = self._meta.model._default_manager.filter(folded=name)  # noqa: SLF001 - Django's own
        same = rows.filter(**{field: told[field] for field in self.said_of})
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                {"spelling": "This was said already: case, blanks and punctuation do not count."}
            )
        return told


class PlateAliasForm(SpellingForm[PlateAlias]):
    """Another name of a plate."""

    said_of = ("plate",)

    class Meta:
        model = PlateAlias
        fields = ["spelling", "plate"]


class KeyAliasForm(SpellingForm[KeyAlias]):
    """A header that is read as a key: as one alone."""

    class Meta:
        model = KeyAlias
        fields = ["spelling", "key"]


class SynonymForm(forms.ModelForm[Synonym]):
    """Another name of a value, as search shall understand it."""

    class Meta:
        model = Synonym
        fields = ["key", "text", "means", "curie"]
        labels = {"text": "Another name", "means": "means"}

    def clean(self) -> dict[str, Any]:
        """What was typed, if it is a name of something else that was not said before."""
        told = super().clean() or {}
        if self.errors:
            return told
        name, means = folded(told["text"]), folded(told["means"])
        if not name or name == means:
            raise ValidationError(
                {"text": "A name with letters or digits, and another than the value."}
            )
        same = Synonym.objects.filter(
            key=told["key"], folded=name[:FOLDED], means=told["means"], table=SAID_HERE
        )
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError({"text": "This was said already."})
        return told

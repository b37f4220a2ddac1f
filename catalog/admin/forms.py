from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.errors import CatalogError, NotUnderstood
from catalog.models import Source
from catalog.services.sources import check_source


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

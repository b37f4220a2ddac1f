from django import forms
from django.core.exceptions import ValidationError

from catalog.errors import CatalogError
from catalog.models import Source
from catalog.services.opening import checked_options


class SourceForm(forms.ModelForm[Source]):
    """A source, whose options are looked at before they are kept: a secret never is."""

    class Meta:
        model = Source
        fields = ["name", "url", "options", "credentials", "default_dataset"]

    def clean_options(self) -> dict[str, object]:
        """The options, if stores can be opened with them."""
        try:
            return checked_options(self.cleaned_data["options"] or {})
        except CatalogError as refusal:
            raise ValidationError(str(refusal)) from refusal

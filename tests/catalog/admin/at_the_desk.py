"""What tests of the desk share: the addresses of its pages."""

from django.urls import reverse


def page(model: type, kind: str = "changelist", *arguments: object) -> str:
    """The address of a list, or of another page of a table."""
    meta = model._meta  # type: ignore[attr-defined]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{kind}", args=arguments)

"""One edit of many rows at the desk: a form, a page of what would change, and then doing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.forms import fields_for_model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.admin.desk import link_to, person
from catalog.errors import EditRefused
from catalog.models import Dataset
from catalog.queries.history import told
from catalog.services.bulk_edits import (
    MOST,
    FieldEdit,
    How,
    Plan,
    edit_several,
    plan_of,
    with_names,
)
from catalog.services.record import stored
from plates.models import Plate

SHOWN: Final = 100
FIELDS: Final[Mapping[type[models.Model], Sequence[str]]] = {
    Dataset: (
        "licence",
        "organisms",
        "methods",
        "keywords",
        "owner",
        "parent",
        "visibility",
    ),
    Plate: ("batch", "barcode"),
}
LEAVE: Final = ""
_SINGLE: Final = ((LEAVE, "leave as it is"), (How.SET.value, "set to"))
_SEVERAL: Final = (
    (LEAVE, "leave as it is"),
    (How.ADD.value, "add"),
    (How.REMOVE.value, "remove"),
    (How.SET.value, "replace by"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A field of a row as the page shows it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row that would change."""

    link: SafeString | str
    lines: list[Line]


class EditForm(forms.Form):
    """What is to be done to each field: two inputs each, how and to what."""

    def __init__(self, model: type[models.Model], data: Any = None) -> None:  # noqa: ANN401 - Django's
        super().__init__(data)
        self.model = model
        self.names = FIELDS[model]
        for name, field in fields_for_model(model, fields=list(self.names)).items():
            if field is None:
                continue
            is_list = isinstance(field, forms.Field) and hasattr(field, "base_field")
            label = str(label_for_field(name, model))
            self.fields[f"how_{name}"] = forms.ChoiceField(
                choices=_SEVERAL if is_list else _SINGLE,
                required=False,
                label=f"What to do with {label}",
            )
            field.required = False
            field.initial = None
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """What was typed, if the fields take it; what a list is to lose may be anything."""
        told = super().clean() or {}
        for name in self.names:
            if told.get(f"how_{name}") in {How.SET.value, How.ADD.value} and name in told:
                column = self.model._meta.get_field(name)  # noqa: SLF001 - Django's documented API
                try:
                    if isinstance(column, models.Field) and not column.is_relation:
                        column.clean(told[name], None)
                except ValidationError as refusal:
                    self.add_error(name, refusal)
        return told

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two inputs of each field."""
        return [(self[f"how_{name}"], self[name]) for name in self.names]

    def edits(self) -> list[FieldEdit]:
        """What was asked for; the form has to be valid."""
        return [
            FieldEdit(name, How(how), self.cleaned_data[name])
            for name in self.names
            if (how := self.cleaned_data[f"how_{name}"])
        ]


def edit_page(site: AdminSite, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
    """The page of the action: the form, then what would change, then back to the list."""
    rows = list(with_names(chosen).order_by("pk")[: MOST + 1])
    if len(rows) > MOST:
        messages.error(request, f"More than {MOST:,} at once: choose fewer.")
        return None
    step = request.POST.get("step", "")
    form = EditForm(chosen.model, request.POST if step else None)
    plan: Plan | None = None
    if step and form.is_valid():
        edits = form.edits()
        if step == "apply":
            answer = applied(request, chosen.model, rows, edits)
            if answer is not None:
                return answer
        plan = plan_of(rows, edits)
    return TemplateResponse(
        request, "admin/bulk_edit.html", page_of(site, request, form, rows, plan)
    )


def page_of(
    site: AdminSite, request: HttpRequest, form: EditForm, rows: Sequence[Any], plan: Plan | None
) -> dict[str, Any]:
    """What the page needs."""
    meta = type(rows[0])._meta if rows else Dataset._meta  # noqa: SLF001 - Django's documented API
    return {
        **site.each_context(request),
        "title": f"Edit {len(rows)} {meta.verbose_name if len(rows) == 1 else meta.verbose_name_plural}",
        "opts": meta,
        "form": form,
        "chosen": rows,
        "plan": plan,
        "shown": [shown(one.row, one.changes) for one in plan.rows[:SHOWN]] if plan else [],
        "more": max(0, len(plan.rows) - SHOWN) if plan else 0,
    }


def shown(row: models.Model, changes: Mapping[str, tuple[Any, Any]]) -> Shown:
    """A row that would change, with words for its fields."""
    lines = [
        Line(name, told(stored(before)), told(stored(after)))
        for name, (before, after) in changes.items()
    ]
    return Shown(link_to(row), lines)


def applied(
    request: HttpRequest, model: type[models.Model], rows: Sequence[Any], edits: Sequence[FieldEdit]
) -> HttpResponse | None:
    """To the history of the edit, where it can be undone; None where it was refused, which is said."""
    try:
        batch, number = edit_several(
            model=model,
            keys=[row.pk for row in rows],
            edits=edits,
            planned=request.POST.get("planned", ""),
            by=person(request),
        )
    except EditRefused as refusal:
        messages.error(request, str(refusal))
        return None
    noun = "change is" if number == 1 else "changes are"
    messages.success(request, f"{number} {noun} made. Choose those to undo below, or all of them.")
    return HttpResponseRedirect(f"{reverse('admin:catalog_history_changelist')}?batch={batch}")

"""What all admin pages have in common: they stay quick over millions of rows, and record."""

from typing import Any, Generic, TypeVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import Dataset
from catalog.services.record import differences, record

Row = TypeVar("Row", bound=models.Model)
COUNTED_UP_TO = 10_000


class BoundedPaginator(Paginator[Any]):
    """Pages through the first 10,000 rows and counts no further: deeper pages cost a full scan.

    Whoever needs a row beyond them narrows the list by search or filter.
    """

    @cached_property
    def count(self) -> int:
        """How many rows there are to page through."""
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        return rows.order_by()[:COUNTED_UP_TO].count()


class Desk(admin.ModelAdmin[Row], Generic[Row]):
    """An admin page over a table of any size."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200
    preserve_filters = True

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list as asked for; the whole list for a NUL, which Postgres has no text for."""
        if any("\x00" in value for _, values in request.GET.lists() for value in values):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def dataset_of(self, row: Row) -> Dataset | None:
        """The dataset under which a change is recorded."""
        return None

    def save_model(
        self,
        request: HttpRequest,
        obj: Row,
        form: "ModelForm[Row]",
        change: bool,  # noqa: FBT001
    ) -> None:
        """Save and record who changed what, from what to what."""
        before = {name: form.initial.get(name) for name in form.changed_data} if change else {}
        super().save_model(request, obj, form, change)
        after = {name: form.cleaned_data[name] for name in form.changed_data}
        record(
            "change" if change else "create",
            obj,
            by=person(request),
            dataset=self.dataset_of(obj),
            changes=differences(before, after),
        )

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,  # noqa: ANN401 - Django's signature
        formset: Any,  # noqa: ANN401
        change: bool,  # noqa: FBT001
    ) -> None:
        """Save rows that belong to another and record each that is new, changed or gone."""
        super().save_formset(request, form, formset, change)
        dataset = self.dataset_of(form.instance)
        by = person(request)
        for row in formset.new_objects:
            record("create", row, by=by, dataset=dataset, changes={"is": (None, str(row))})
        for row, names in formset.changed_objects:
            changes = {name: (None, getattr(row, name)) for name in names}
            record("change", row, by=by, dataset=dataset, changes=changes)
        for row in formset.deleted_objects:
            record("delete", row, by=by, dataset=dataset, changes={"was": (str(row), None)})

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        """Delete and record who did."""
        record("delete", obj, by=person(request), changes={"was": (str(obj), None)})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: "models.QuerySet[Row]") -> None:
        """Delete several and record each."""
        for row in queryset:
            record("delete", row, by=person(request), changes={"was": (str(row), None)})
        super().delete_queryset(request, queryset)


class ReadDesk(Desk[Row]):
    """A page for what the harvest writes: to look at, not to type into."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody types harvested rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """What vanishes stays as a tombstone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Harvested rows are looked at."""
        return False


def person(request: HttpRequest) -> User | None:
    """Who works at the desk."""
    return request.user if isinstance(request.user, User) else None


def link_to(row: models.Model | None) -> SafeString | str:
    """A link to a row's page in the admin."""
    if row is None:
        return "-"
    meta = row._meta  # noqa: SLF001 - Django's documented Meta API
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, str(row))


def link_to_rows(model: type[models.Model], text: str, **by: object) -> SafeString:
    """A link to the list of a table's rows with these values."""
    meta = model._meta  # noqa: SLF001 - Django's documented Meta API
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    query = "&".join(f"{name}={value}" for name, value in by.items())
    return format_html('<a href="{}?{}">{}</a>', url, query, text)

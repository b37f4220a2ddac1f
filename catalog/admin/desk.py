"""What all admin pages have in common: they stay quick over millions of rows, and record."""

from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.history_page import history_page
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

    def get_fieldsets(self, request: HttpRequest, obj: Row | None = None) -> Any:  # noqa: ANN401 - as Django's
        """The parts of the page; of a row that is not there yet only what can be typed."""
        found = super().get_fieldsets(request, obj)
        return found if obj else list(typed_alone(found, self.get_readonly_fields(request)))

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
        names = fields_among(form.changed_data, obj)
        before = values_of(kept(obj), names) if change else {}
        super().save_model(request, obj, form, change)
        record(
            "change" if change else "create",
            obj,
            by=person(request),
            dataset=self.dataset_of(obj),
            changes=differences(before, values_of(obj, names)),
        )

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,  # noqa: ANN401 - Django's signature
        formset: Any,  # noqa: ANN401
        change: bool,  # noqa: FBT001
    ) -> None:
        """Save rows that belong to another and record each that is new, changed or gone."""
        dataset = self.dataset_of(form.instance)
        by = person(request)
        known = formset.model._default_manager.in_bulk(  # noqa: SLF001 - Django's own name
            [one.instance.pk for one in formset.initial_forms if one.instance.pk]
        )
        for gone in formset.deleted_forms:
            if gone.instance.pk:
                record_deletion(gone.instance, by=by, dataset=dataset)
        super().save_formset(request, form, formset, change)
        for one in formset.extra_forms:
            if one.instance in formset.new_objects:
                told = values_of(one.instance, fields_among(one.changed_data, one.instance))
                made = differences({}, told)
                record("create", one.instance, by=by, dataset=dataset, changes=made)
        for row, changed in formset.changed_objects:
            names = fields_among(changed, row)
            changes = differences(values_of(known.get(row.pk), names), values_of(row, names))
            record("change", row, by=by, dataset=dataset, changes=changes)

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        """Delete and record who did."""
        record_deletion(obj, by=person(request), dataset=self.kept_dataset_of(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: "models.QuerySet[Row]") -> None:
        """Delete several and record each."""
        for row in queryset:
            record_deletion(row, by=person(request), dataset=self.kept_dataset_of(row))
        super().delete_queryset(request, queryset)

    def kept_dataset_of(self, row: Row) -> Dataset | None:
        """The dataset under which a deletion is recorded: none for a dataset that goes itself."""
        return None if isinstance(row, Dataset) else self.dataset_of(row)

    def history_view(  # type: ignore[override] # a whole history is sent as it is read
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """What was done to a row, by whom, from what to what: Django's button leads here."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return history_page(request, row, self.admin_site.each_context(request))


def typed_alone(parts: Iterable[Any], shown: Iterable[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Parts of a page without the fields that are only shown, and without parts that have no other."""
    hidden = set(shown)
    for name, options in parts:
        fields = [field for field in options["fields"] if field not in hidden]
        if fields:
            yield name, {**options, "fields": fields}


def kept(row: Row) -> Row | None:
    """A row as the database still has it."""
    return type(row)._default_manager.filter(pk=row.pk).first()  # noqa: SLF001 - Django's own name


def fields_among(names: Iterable[str], row: models.Model) -> list[str]:
    """Those of some names of a form that are fields of its row."""
    fields = {field.name for field in row._meta.concrete_fields}  # noqa: SLF001 - documented API
    return [name for name in names if name in fields]


def values_of(row: models.Model | None, names: Iterable[str]) -> dict[str, object]:
    """What some fields of a row say; nothing of no row."""
    return {} if row is None else {name: getattr(row, name) for name in names}


def record_deletion(row: models.Model, *, by: User | None, dataset: Dataset | None) -> None:
    """Write down a row that goes, with all that it said."""
    fields = row._meta.concrete_fields  # noqa: SLF001 - Django's documented Meta API
    told = values_of(row, [field.name for field in fields if field.editable])
    changes = {name: (value, None) for name, value in told.items() if value not in (None, "", [])}
    record("delete", row, by=by, dataset=dataset, changes=changes)


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

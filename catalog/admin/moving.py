"""Stores to another dataset from the desk: a page that says what goes along, before anything does."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.admin.desk import link_to, person
from catalog.errors import MoveRefused
from catalog.models import Dataset
from catalog.services.moving import move_to_dataset
from plates.models import Store

MOST = 1_000
SHOWN = 50


class MoveForm(forms.Form):
    """Where the stores are to go."""

    dataset = forms.ModelChoiceField(
        Dataset.objects.order_by("slug"),
        help_text="Their plates, all stores of these and the plate maps about them go along.",
    )


@dataclass(frozen=True, slots=True)
class Going:
    """A store that would go, and whether it was chosen or goes along with its plate."""

    store: SafeString | str
    plate: SafeString | str
    dataset: SafeString | str
    is_chosen: bool


def move_page(
    site: AdminSite, request: HttpRequest, chosen: QuerySet[Store]
) -> HttpResponse | None:
    """The page of the action: what goes along, and to where; back to the list once it went."""
    stores = list(chosen[: MOST + 1])
    if len(stores) > MOST:
        messages.error(request, f"More than {MOST:,} stores at once: choose fewer.")
        return None
    form = MoveForm(request.POST if "move" in request.POST else None)
    if form.is_bound and form.is_valid():
        answer = moved(request, stores, form.cleaned_data["dataset"])
        if answer is not None:
            return answer
    going = along_with(stores)
    told = {
        **site.each_context(request),
        "title": "Move to another dataset",
        "form": form,
        "stores": stores,
        "going": going[:SHOWN],
        "more": max(0, len(going) - SHOWN),
        "total": len(going),
        "opts": Store._meta,  # noqa: SLF001 - what Django's own templates want
    }
    return TemplateResponse(request, "admin/move_stores.html", told)


def moved(request: HttpRequest, stores: list[Store], to: Dataset) -> HttpResponse | None:
    """Back to the list after the move; None where it was refused, which is said."""
    try:
        gone = move_to_dataset(stores=stores, to=to, by=person(request))
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return None
    noun = "store is" if len(gone) == 1 else "stores are"
    messages.success(request, f"{len(gone)} {noun} in {to.slug} now. Moving back undoes it.")
    return HttpResponseRedirect(reverse("admin:plates_store_changelist"))


def along_with(stores: list[Store]) -> list[Going]:
    """The stores and all others of their plates."""
    chosen = {store.pk for store in stores}
    plates = {store.plate_id for store in stores if store.plate_id is not None}
    rows = Store.objects.filter(Q(pk__in=chosen) | Q(plate__in=plates)).select_related("plate")
    found = list(rows.order_by("plate__name", "pk"))
    datasets = Dataset.objects.in_bulk({store.scope for store in found})
    return [
        Going(
            link_to(store), link_to(store.plate), link_to(datasets[store.scope]), store.pk in chosen
        )
        for store in found
    ]

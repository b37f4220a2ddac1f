from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.errors import NotUnderstood, SearchTooCostly
from catalog.models import Dataset
from catalog.portal.errors import paced
from catalog.portal.finder import finder_link
from catalog.portal.first_fields import first_fields
from catalog.portal.found import Mistake, chips_of, mistake_in
from catalog.portal.said import Said, said_of, titles_of
from catalog.queries.facets import facets_of
from catalog.queries.found import datasets_found, images_found, plates_found
from catalog.queries.found_pages import FoundPage, Wanted, found_page, sorted_page
from catalog.queries.hits import Search
from catalog.queries.openness import is_public
from catalog.queries.orderings import ordering_of
from catalog.queries.sorted_hits import SortedHits, has_few
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from catalog.queries.wells import WellRow, wells_at
from catalog.search.errors import QueryError
from catalog.search.reading import read_out
from catalog.search.rendering import render as rendered
from catalog.words import Pace
from plates.ids import uuid_or_none
from plates.models import Field
from plates.queries.annotation import annotation_of

WELLS: Final = "wells"
NOUNS: Final = (WELLS, "plates", "images", "datasets")
PICTURED: Final = frozenset({WELLS, "images"})
"""What can be shown as pictures."""
PICTURES: Final = "pictures"
PER_PAGE: Final = 50
FACET_VALUES: Final = 8


@dataclass(frozen=True, slots=True)
class FoundWell:
    """A well of the results."""

    well: WellRow
    dataset: Dataset
    said: list[Said]
    field: Field | None
    """That stands for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for."""

    q: str
    of: str
    sort: str
    cursor: str
    shown: str
    """`pictures`, or empty for a table."""

    def url(self, **other: str) -> str:
        """The address of the page for something else besides; an empty word is left out."""
        told = {"q": self.q, "of": self.of, "sort": self.sort, "as": self.shown} | other
        if told["of"] == WELLS:
            told["of"] = ""
        query = urlencode({name: text for name, text in told.items() if text})
        return f"?{query}" if query else "?"

    @property
    def rest(self) -> str:
        """What the address of another query of the same page has behind that."""
        query = urlencode({name: text for name, text in self.kept.items() if text})
        return f"&{query}" if query else ""

    @property
    def kept(self) -> dict[str, str]:
        """What stays when the query changes."""
        return {"of": "" if self.of == WELLS else self.of, "as": self.shown}


@paced(Pace.SEARCH)
def search(request: HttpRequest) -> HttpResponse:
    """What a query finds, as wells, plates, images or datasets; the results alone for htmx."""
    viewer = Viewer(request.user)
    asked = asked_by(request)
    told: dict[str, Any] = {
        "asked": asked,
        "nouns": nouns_of(asked),
        "views": views_of(asked),
        "api": api_of(request, asked),
    }
    try:
        with time_limit():
            if asked.of == WELLS:
                told |= wells_found(request, viewer, asked)
            else:
                told |= others_found(viewer, asked)
    except QueryError as error:
        told["mistake"] = mistake_in(asked.q, error)
    except (NotUnderstood, SearchTooCostly) as error:
        told["mistake"] = Mistake(str(error), "", "", "", ())
    is_part = getattr(request, "htmx", False)
    return render(request, "portal/search_found.html" if is_part else "portal/search.html", told)


@paced(Pace.SEARCH)
def facets(request: HttpRequest) -> HttpResponse:
    """The values of what a query finds, with counts; the list alone for htmx."""
    asked = asked_by(request)
    q = asked.q
    told: dict[str, Any] = {"q": q, "asked": asked}
    try:
        told["told"] = facets_of(q, (), viewer=Viewer(request.user), limit=FACET_VALUES)
    except (QueryError, NotUnderstood, SearchTooCostly) as error:
        told["refusal"] = str(error)
    is_part = getattr(request, "htmx", False)
    return render(request, "portal/facets.html" if is_part else "portal/search_facets.html", told)


def asked_by(request: HttpRequest) -> Asked:
    """What a request asks for; what is no noun asks for wells."""
    said = {
        name: request.GET.get(name, "").replace("\x00", "")
        for name in ("q", "of", "sort", "cursor")
    }
    of = said["of"] if said["of"] in NOUNS else WELLS
    is_pictured = of in PICTURED and request.GET.get("as") == PICTURES
    shown = PICTURES if is_pictured else ""
    return Asked(said["q"], of, said["sort"], said["cursor"], shown)


def nouns_of(asked: Asked) -> list[dict[str, object]]:
    """The tabs: what the query can be answered with."""
    return [
        {"name": noun, "url": asked.url(of=noun, sort=""), "is_shown": noun == asked.of}
        for noun in NOUNS
    ]


def views_of(asked: Asked) -> list[dict[str, object]]:
    """The ways to show what was found; none where there is one."""
    if asked.of not in PICTURED:
        return []
    return [
        {"name": name, "url": asked.url(**{"as": shown}), "is_shown": shown == asked.shown}
        for name, shown in (("Table", ""), ("Pictures", PICTURES))
    ]


def api_of(request: HttpRequest, asked: Asked) -> str:
    """Where programs get the same."""
    parameters = {name: text for name, text in (("q", asked.q), ("sort", asked.sort)) if text}
    query = f"?{urlencode(parameters)}" if parameters else ""
    return request.build_absolute_uri(f"/api/v1/{asked.of}/{query}")


def wells_found(request: HttpRequest, viewer: Viewer, asked: Asked) -> dict[str, object]:
    """A page of wells with what is said of them."""
    found = Search(asked.q, viewer)
    page = page_in_order(found, asked)
    count, is_exact = found.count()
    rows = wells_at(viewer, page.subjects)
    fields = first_fields(viewer, rows)
    annotation = annotation_of([(one.carrier, one.position) for one in page.subjects])
    titles = titles_of(sorted({key for said in annotation.values() for key in said}))
    datasets = viewer.datasets.in_bulk({one.scope for one in page.subjects})
    told = [
        FoundWell(
            well,
            datasets[well.plate.scope],
            said_of(annotation.get((well.plate.carrier_id, well.position), {}), titles),
            fields.get(well.pk),
        )
        for well in rows
    ]
    is_open = bool(told) and is_public(found, (count, is_exact))
    return {
        "wells": told,
        "finder": finder_link(request, asked.q, asked.q or "all wells") if is_open else "",
        "count": count,
        "is_exact": is_exact,
        "reading": read_out(found.query, WELLS),
        "chips": chips_of(found.query),
        "understood": rendered(found.query),
        "remarks": found.resolved.remarks,
        "next": page.next,
        "previous": page.previous,
    }


def page_in_order(found: Search, asked: Asked) -> FoundPage:
    """The page in the order that was asked for."""
    wanted = Wanted(f"/search/?{asked.q}&{asked.sort}", asked.cursor or None, PER_PAGE)
    ordering = ordering_of(asked.sort, found.viewer) if asked.sort else None
    if ordering is None:
        return found_page(found, wanted)
    return sorted_page(SortedHits(found, ordering, has_few(found)), wanted)


Rows = Callable[[Viewer], QuerySet[Any]]
OTHERS: Final[dict[str, tuple[Callable[[str, Viewer], Q], Rows]]] = {
    "plates": (plates_found, lambda viewer: viewer.plates),
    "images": (images_found, lambda viewer: viewer.images.select_related("store", "layout")),
    "datasets": (datasets_found, lambda viewer: viewer.datasets),
}


def others_found(viewer: Viewer, asked: Asked) -> dict[str, object]:
    """A page of plates, images or datasets, oldest first."""
    found = Search(asked.q, viewer)
    condition, rows = OTHERS[asked.of]
    every = rows(viewer).filter(condition(asked.q, viewer))
    after = uuid_or_none(asked.cursor)
    shown: Sequence[Model] = list(
        (every.filter(id__gt=after) if after else every).order_by("id")[: PER_PAGE + 1]
    )
    goes_on = len(shown) > PER_PAGE
    shown = shown[:PER_PAGE]
    scopes = {getattr(one, "scope", None) or getattr(one, "parent_id", None) for one in shown}
    return {
        asked.of: shown,
        "datasets_of": viewer.datasets.in_bulk(scope for scope in scopes if scope),
        "count": every.count(),
        "is_exact": True,
        "reading": read_out(found.query, asked.of),
        "chips": chips_of(found.query),
        "understood": rendered(found.query),
        "remarks": found.resolved.remarks,
        "next": str(shown[-1].id) if goes_on else None,  # type: ignore[attr-defined]
        "previous": None,
    }

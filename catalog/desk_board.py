"""The board as a page shows it: cells with a number, an age and a link; beside it what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dataset, Source
from catalog.queries.board import (
    NEW_DAYS,
    Progress,
    Waiting,
    Worklists,
    board_datasets,
    new_since,
    progress_of_datasets,
    progress_of_sources,
    worklists,
)
from plates.queries.plate_steps import Step
from plates.states import Reach

DATASETS: Final = 25
SOURCES: Final = 50
LONGEST: Final = 80
_PLATES: Final = "admin:plates_plate_changelist"
_STORES: Final = "admin:plates_store_changelist"
_NAMED: Final = "admin:plates_namedplate_changelist"
HEADS: Final = (
    ("expected", "Named by a plate map or barcode file that was applied."),
    ("arrived", "Shown by a store."),
    ("valid", "All stores that show it are valid."),
    ("annotated", "A plate map says something of it."),
    ("previewed", "All stores that show it were drawn as they are."),
    ("published", "There when the newest version was made."),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A step of some plates: how many have come, and a link to those that have not."""

    name: str
    done: int
    left: int
    age: str
    url: str
    all_url: str

    @property
    def is_clear(self) -> bool:
        """Whether nothing waits here."""
        return not self.left


@dataclass(frozen=True, slots=True)
class Line:
    """A dataset or source on the board."""

    name: str
    title: str
    url: str
    plates_url: str
    owner: str
    state: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits for somebody."""

    name: str
    number: int | None
    age: str
    url: str
    means: str


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page needs."""

    datasets: list[Line]
    sources: list[Line]
    cards: list[Card]
    rules: list[Card]
    heads: Sequence[tuple[str, str]]
    part: str
    is_mine: bool
    page: int
    next_url: str
    previous_url: str


def board_of(request: HttpRequest) -> Board:
    """The page of the board that is asked for: `mine`, a part of a name, a page."""
    is_mine = request.GET.get("mine", "") == "1"
    part = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    text = request.GET.get("page", "")
    page = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 1  # noqa: PLR2004
    page = max(1, page)
    rows = board_datasets(owner=number_of(request.user) if is_mine else None, part=part)
    found = list(rows[(page - 1) * DATASETS : page * DATASETS + 1])
    shown = found[:DATASETS]
    progress = progress_of_datasets(shown)
    waits = worklists()
    return Board(
        datasets=[line_of(dataset, progress[dataset.pk]) for dataset in shown],
        sources=[] if part or is_mine or page > 1 else lines_of_sources(),
        cards=cards_of(waits),
        rules=rules_of(waits),
        heads=HEADS,
        part=part,
        is_mine=is_mine,
        page=page,
        next_url=page_url(request, page + 1) if len(found) > DATASETS else "",
        previous_url=page_url(request, page - 1) if page > 1 else "",
    )


def number_of(user: User | AnonymousUser) -> int:
    """The number of who asks."""
    return user.pk or 0


def page_url(request: HttpRequest, page: int) -> str:
    """The address of another page of the board."""
    asked = {name: request.GET[name] for name in ("mine", "q") if request.GET.get(name)}
    return f"?{urlencode(asked | {'page': str(page)})}"


def listed(route: str, **by: object) -> str:
    """The address of an admin list, narrowed."""
    return f"{reverse(route)}?{urlencode(by)}"


def line_of(dataset: Dataset, progress: Progress) -> Line:
    """A dataset on the board."""
    state = dataset.state.replace("_", " ")
    if dataset.next_state:
        state = f"{state}, next {dataset.next_state.replace('_', ' ')}"
    return Line(
        name=dataset.slug,
        title=dataset.title,
        url=reverse("admin:catalog_dataset_change", args=[dataset.pk]),
        plates_url=listed(_PLATES, scope=dataset.pk),
        owner=dataset.owner.get_username() if dataset.owner else "",
        state=state,
        cells=cells_of(progress, {"scope": dataset.pk}, "admin:catalog_dataset", dataset.pk),
    )


def lines_of_sources() -> list[Line]:
    """The sources on the board."""
    sources = list(Source.objects.order_by("name")[:SOURCES])
    return [
        Line(
            name=source.name,
            title=source.url,
            url=reverse("admin:catalog_source_change", args=[source.pk]),
            plates_url=listed(_PLATES, source=source.pk),
            owner="",
            state="",
            cells=cells_of(
                progress, {"source": source.pk}, "admin:catalog_source", source.pk, is_cited=False
            ),
        )
        for source, progress in zip(sources, progress_of_sources(sources), strict=True)
    ]


def cells_of(
    progress: Progress, by: dict[str, object], route: str, number: object, *, is_cited: bool = True
) -> list[Cell]:
    """The cells of a line: what is expected, then each step, with the worklist of what is left."""
    compared = reverse(f"{route}_reconciliation", args=[number])
    waits = f"{compared}?gap=no_store"
    if "scope" in by:
        waits = listed(_NAMED, scope=by["scope"], plate__isempty=1)
    cells = [Cell("expected", progress.expected, 0, "", compared, compared)]
    for step in Step:
        if step is Step.PUBLISHED and not is_cited:
            continue
        told = progress.of(step)
        url = waits if step is Step.ARRIVED else listed(_PLATES, **by, lacks=step.value)
        cells.append(
            Cell(step.value, told.done, told.left, age_of(told.oldest), url, listed(_PLATES, **by))
        )
    return cells


def cards_of(waits: Worklists) -> list[Card]:
    """What waits, each with its list."""
    since = new_since(timezone.now()).isoformat()
    week = {"finished_at__gte": since}
    return [
        card(
            "Waiting for review",
            waits.in_review,
            listed("admin:catalog_dataset_changelist", review="waiting"),
            "Datasets that a publisher is asked to look at.",
        ),
        card(
            "Proposed moves",
            waits.proposals,
            listed("admin:catalog_proposal_changelist", state__exact="open"),
            "Moved or copied stores that wait for a decision.",
        ),
        card(
            "Unreachable",
            waits.unreachable,
            listed(_STORES, reach__exact=Reach.UNREACHABLE.value, vanished_at__isnull=1),
            "Stores that could not be opened the last time.",
        ),
        card(
            "New stores",
            waits.new_stores,
            listed(_STORES, created_at__gte=since, vanished_at__isnull=1),
            f"First seen within {NEW_DAYS} days.",
        ),
        card(
            "Unannotated",
            waits.unannotated,
            listed(_PLATES, lacks=Step.ANNOTATED.value),
            "Plates that came, and no plate map says anything of.",
        ),
        card(
            "Near-duplicate values",
            None,
            reverse("admin:plates_key_changelist"),
            "Values of a key that are likely one, key by key.",
        ),
        card(
            "Failed jobs",
            waits.failed_jobs,
            listed("admin:catalog_job_changelist", state__exact="failed", **week),
            f"Failed within {NEW_DAYS} days, and not retried.",
        ),
        card(
            "Overdue scans",
            waits.overdue_sources,
            listed("admin:catalog_source_changelist", health="overdue"),
            "Sources whose scan is due for more than an hour.",
        ),
    ]


def card(name: str, waits: Waiting | None, url: str, means: str) -> Card:
    """A list of what waits; without a number where counting would read too much."""
    if waits is None:
        return Card(name, None, "", url, means)
    return Card(name, waits.number, age_of(waits.oldest) if waits.number else "", url, means)


def rules_of(waits: Worklists) -> list[Card]:
    """The rules that are broken most, each with the findings."""
    return [
        Card(
            rule.rule,
            rule.stores,
            "",
            listed("admin:plates_finding_changelist", rule=rule.rule),
            rule.level,
        )
        for rule in waits.rules
    ]


def age_of(since: datetime | None) -> str:
    """How long ago that was, in one unit."""
    if since is None:
        return ""
    minutes = int((timezone.now() - since).total_seconds() // 60)
    for size, unit in ((525_960, "y"), (1_440, "d"), (60, "h")):
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min" if minutes > 0 else "just now"

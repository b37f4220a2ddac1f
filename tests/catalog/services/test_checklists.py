"""The checklist: each line passes and fails for what it says, and weighs what the institute wants."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from catalog.checklist.policy import PolicyUnfit, Weight
from catalog.checklist.rules import RULES, Line, policy_in
from catalog.models import Dataset, Person, Proposal
from catalog.portal.checks import checklist_of_the_institute
from catalog.services.checklists import checklist_of
from plates.models import Count, PlateMap, Preview, Store
from tests import factories
from tests.catalog.services.counted import counted
from tests.catalog.services.mapped import LAYOUT, applied, undone
from tests.catalog.services.previewed import previewed
from tests.catalog.services.published import fit

pytestmark = pytest.mark.django_db
Break = Callable[[Dataset, Store], object]


@pytest.fixture
def store(plate_folder: Path, open_dataset: Dataset, settings: Settings, tmp_path: Path) -> Store:
    """A plate that is drawn, counted and annotated, in a dataset that says all of itself."""
    settings.PICTURES = tmp_path / "pictures"
    made = factories.harvested(str(plate_folder), into=fit(open_dataset))
    applied(open_dataset, LAYOUT)
    counted(made)
    previewed(made)
    Count.objects.update(is_whole=True, is_arriving=False)
    Store.objects.filter(pk=made.pk).update(verdict="valid")
    return made


def lines(dataset: Dataset) -> dict[str, Line]:
    dataset.refresh_from_db()
    return {line.rule.id: line for line in checklist_of(dataset)}


def failed(dataset: Dataset) -> set[str]:
    return {name for name, line in lines(dataset).items() if not line.passed}


def of_dataset(**values: object) -> Break:
    return lambda dataset, _: Dataset.objects.filter(pk=dataset.pk).update(**values)


def of_store(**values: object) -> Break:
    return lambda _, store: Store.objects.filter(pk=store.pk).update(**values)


def proposed(dataset: Dataset, store: Store) -> object:
    other = Store.objects.create(scope=dataset.pk, name="copy")
    return Proposal.objects.create(
        kind="copy", dataset=dataset, store=other, of=store, url="/a/copy"
    )


def undo_all(dataset: Dataset) -> None:
    undone(PlateMap.objects.get(scope=dataset.pk, state="applied"))


BREAKS: dict[str, tuple[Break, str]] = {
    "title": (of_dataset(title="OPEN"), "Its title is only its slug."),
    "licence": (of_dataset(licence=""), "It has no licence, so nobody knows what they may do."),
    "people": (
        lambda dataset, _: Person.objects.filter(dataset=dataset).delete(),
        "It names nobody who made it.",
    ),
    "organism": (of_dataset(organisms=[]), "It names no organism."),
    "content": (of_store(read_at=None, digest=""), "It holds no store that was read."),
    "coverage": (
        lambda dataset, _: undo_all(dataset),
        "Plate maps speak of 0 of 3 wells (0 %, at least 90 % is asked for).",
    ),
    "validity": (of_store(verdict="invalid"), "1 store is invalid or unreadable."),
    "completeness": (of_store(verdict="incomplete"), "1 store is not all there."),
    "previews": (
        lambda _, store: Preview.objects.filter(store=store).update(digest="other"),
        "1 store was not drawn as it is.",
    ),
    "proposals": (proposed, "1 proposal waits for a decision."),
}


def test_there_is_a_break_for_every_line() -> None:
    assert set(BREAKS) == {rule.id for rule in RULES}


def test_a_dataset_that_says_all_passes(store: Store, open_dataset: Dataset) -> None:
    assert failed(open_dataset) == set()


@pytest.mark.parametrize("name", BREAKS)
def test_a_line_fails_alone_and_says_what_is_wrong(
    name: str, store: Store, open_dataset: Dataset
) -> None:
    breaks, sentence = BREAKS[name]
    breaks(open_dataset, store)
    line = lines(open_dataset)[name]
    assert line.fault is not None
    assert line.fault.sentence == sentence
    # A store that was never read was not drawn as it is, either.
    assert failed(open_dataset) - {"previews"} == {name} - {"previews"}
    assert line.rule.todo.endswith(".")


def test_what_is_wrong_is_named(store: Store, open_dataset: Dataset) -> None:
    of_store(verdict="unreadable")(open_dataset, store)
    undo_all(open_dataset)
    found = lines(open_dataset)
    assert found["validity"].fault is not None
    assert found["validity"].fault.first == (store.name,)
    assert found["coverage"].fault is not None
    assert found["coverage"].fault.first == ("small",)


def test_nobody_who_can_be_reached_is_not_enough(store: Store, open_dataset: Dataset) -> None:
    Person.objects.update(email="")
    assert failed(open_dataset) == {"people"}
    Person.objects.update(orcid="0000-0002-1825-0097")
    assert failed(open_dataset) == set()


def test_chunks_that_are_known_to_lack_are_told(store: Store, open_dataset: Dataset) -> None:
    Count.objects.filter(pk=store.pk).update(is_whole=False)
    assert failed(open_dataset) == {"completeness"}


def test_the_institute_decides_what_each_line_weighs(
    settings: Settings, open_dataset: Dataset
) -> None:
    settings.CHECKLIST = ["organism=blocks", "licence=warns", "previews=off"]
    found = lines(open_dataset)
    assert found["organism"].blocks
    assert not found["licence"].blocks
    assert not found["licence"].passed
    assert "previews" not in found


def test_the_least_coverage_is_the_institutes(
    settings: Settings, store: Store, open_dataset: Dataset
) -> None:
    undo_all(open_dataset)
    applied(open_dataset, "\n".join(LAYOUT.splitlines()[:3]))
    assert failed(open_dataset) == {"coverage"}
    settings.CHECKLIST = ["coverage=blocks:66"]
    assert failed(open_dataset) == set()


@pytest.mark.parametrize(
    "part",
    ["", "organism", "organism=maybe", "colour=blocks", "licence=blocks:9", "coverage=warns:101"],
)
def test_a_policy_that_says_nothing_is_refused_in_a_sentence(part: str) -> None:
    with pytest.raises(PolicyUnfit, match="says nothing of the checklist"):
        policy_in([part])


def test_a_policy_that_says_nothing_is_told_when_platecat_starts(settings: Settings) -> None:
    assert checklist_of_the_institute(None) == []
    settings.CHECKLIST = ["organism=never"]
    (error,) = checklist_of_the_institute(None)
    assert "'organism=never' says nothing" in error.msg


def test_weights_that_are_usual_are_told_by_the_table() -> None:
    blocks = {rule.id for rule in RULES if rule.weight is Weight.BLOCKS}
    assert blocks == {"title", "licence", "people", "validity", "proposals"}

"""After any imports, undos and harvests the index is what the rows say, however it is asked."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from plates.models import AnnotationRow, Carrier, Layer, PlateMap, TermOverlap, TermScope
from plates.platemaps.long_rows import LongRow
from plates.queries.kept_index import kept_index
from plates.services.term_counts import fold_term_counts
from plates.services.undo_plate_map import undo_rows
from tests.plates.services.annotating import (
    annotation_export,
    applied,
    image_snapshot,
    loaded,
    plate_snapshot,
    row_of,
)
from tests.plates.services.counts_oracle import (
    counts_by_rows,
    counts_kept,
    overlaps_by_rows,
    overlaps_kept,
    places,
    places_kept,
)
from tests.plates.services.index_oracle import (
    Said,
    by_index,
    by_rows,
    differing_carriers,
    rebuilt_index,
)
from tests.plates.services.sufficient_oracle import sufficient_by_masks, sufficient_kept

PLATES = ["one", "two"]
PATHS = ["A/1", "A/2", "B/3", "C/4", "D/6", "QC/odd", "stray/x"]
SUBJECTS = ["A1", "A02", "b3", "C4", "D6", "QC/odd", "stray/x", "H12", "nonsense"]
IMAGES = ["a", "b", "c", "sub/d"]
cells = st.fixed_dictionaries(
    {},
    optional={
        "Compound": st.sampled_from(["x", "y"]),
        "Compound_1": st.sampled_from(["x", "y", "z"]),
        "Compound_2": st.sampled_from(["x", "z"]),
        "Dose": st.sampled_from(["1", "2"]),
        "Dose_2": st.sampled_from(["1", "3"]),
        "Cell_Line": st.sampled_from(["HeLa", "U2OS"]),
        "Temperature": st.sampled_from(["300", "310"]),
        "Odd_Column": st.sampled_from(["p", "q"]),
        "Score": st.sampled_from(["0.5", "2", "not measured"]),
        "Remark": st.sampled_from(['say "so"', "back\\slash", "tab\there"]),
    },
)
well_rows = st.lists(
    st.tuples(st.sampled_from(PLATES), st.sampled_from(SUBJECTS), cells), max_size=12
)
image_rows = st.lists(st.tuples(st.sampled_from(IMAGES), cells), max_size=6)


class Annotating(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.imports: list[PlateMap] = []
        self.shown = {name: {"A/1"} for name in PLATES}
        for name in PLATES:
            loaded(f"/{name}", plate_snapshot(name, "A/1"))
        loaded("/images", image_snapshot("a", "b"))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def keep(self, rows: Iterator[LongRow], *, images: bool = False) -> None:
        self.imports.append(applied(*rows, images=images)[0])

    @rule(told=well_rows)
    def import_wells(self, told: list[tuple[str, str, dict[str, str]]]) -> None:
        self.keep(row_of(number, *row[:2], **row[2]) for number, row in enumerate(told, start=2))

    @rule(told=image_rows)
    def import_images(self, told: list[tuple[str, dict[str, str]]]) -> None:
        rows = (row_of(number, "", name, **said) for number, (name, said) in enumerate(told))
        self.keep(rows, images=True)

    @rule(name=st.sampled_from(PLATES), said=cells, but=st.sampled_from([None, "A01"]))
    def import_whole_plate(self, name: str, said: dict[str, str], but: str | None) -> None:
        carrier = Carrier.objects.get(plate__name=name)
        shape = carrier.plate.shape
        labels = [shape.address(position).label for position in range(shape.size)]
        labels += carrier.plate.wells.filter(row=None).values_list("label", flat=True)
        self.keep(row_of(1, name, label, **said) for label in labels if label != but)

    @precondition(lambda self: self.imports)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        plate_map = self.imports.pop(data.draw(st.integers(0, len(self.imports) - 1)))
        without = annotation_export(but=plate_map)
        undo_rows(plate_map=plate_map)
        assert annotation_export() == without
        assert not AnnotationRow.objects.filter(plate_map=plate_map).exists()

    @rule(name=st.sampled_from(PLATES), paths=st.sets(st.sampled_from(PATHS)))
    def harvest(self, name: str, paths: set[str]) -> None:
        loaded(f"/{name}", plate_snapshot(name, *sorted(paths)))

    @rule(paths=st.permutations(IMAGES), kept=st.integers(0, len(IMAGES)))
    def harvest_images(self, paths: list[str], kept: int) -> None:
        loaded("/images", image_snapshot(*paths[:kept]))

    @invariant()
    def the_index_says_what_the_rows_say(self) -> None:
        assert not differing_carriers()
        for carrier in Carrier.objects.order_by("pk"):
            assert kept_index(carrier.pk) == rebuilt_index(carrier.pk)
            by_both = by_index(carrier), by_rows(carrier)
            assert by_both[0] == {
                position: said for position, said in by_both[1].items() if said != Said()
            }
        assert not Layer.objects.filter(carriers=None).exists()
        assert sufficient_kept() == sufficient_by_masks()

    @invariant()
    def the_counts_of_terms_are_those_of_the_rows(self) -> None:
        there = places()
        assert places_kept() == {carrier: there[carrier] for carrier in places_kept()}
        assert counts_kept() == counts_by_rows()
        assert overlaps_kept() == overlaps_by_rows()

    @rule()
    def add_up_counts(self) -> None:
        with connection.cursor() as cursor:
            fold_term_counts(cursor)
        told = TermScope.objects.values_list("scope", "term")
        assert len(told) == len(set(told))
        of_keys = TermOverlap.objects.values_list("scope", "key")
        assert len(of_keys) == len(set(of_keys))


@pytest.mark.django_db
def test_the_index_is_what_the_rows_say_whatever_happens() -> None:
    run = settings(
        max_examples=15,
        stateful_step_count=10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Annotating, settings=run)

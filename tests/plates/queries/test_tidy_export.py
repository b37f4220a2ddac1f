"""An export says all that was said, and importing it says nothing more."""

import csv
import io
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plates.models import AnnotationRow, Plate, PlateMap
from plates.platemaps.formats import Format
from plates.platemaps.known_keys import KEYS_BY_NAME
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Mapping, Place
from plates.platemaps.values import Value
from plates.platemaps.verdicts import RowVerdict
from plates.queries.tidy_export import export_of_plate
from plates.services.apply_plate_map import apply_rows
from plates.services.undo_plate_map import undo_rows
from tests.plates.queries.exporting import IMAGES, exported, imported, scope_with

pytestmark = pytest.mark.django_db
scopes = count(1_000)
fresh = count()

_COLUMNS = [
    (ColumnKind.PLATE, "", 0),
    (ColumnKind.WELL, "", 0),
    (ColumnKind.IMAGE, "", 0),
    (ColumnKind.TERM, "compound", 0),
    (ColumnKind.TERM, "compound", 2),
    (ColumnKind.TERM, "compound", 2),
    (ColumnKind.QUANTITY, "concentration", 2),
    (ColumnKind.TERM, "concentration", 2),
    (ColumnKind.TERM, "control_type", 0),
    (ColumnKind.TERM, "Odd [2] Column", 3),
    (ColumnKind.READOUT, "=Score", 0),
    (ColumnKind.READOUT, "=Score", 0),
    (ColumnKind.TEXT, "comment", 0),
]
MAPPING = Mapping(
    Format.TABLE,
    tuple(
        ColumnMapping(Place(0, number), f"column {number}", kind, becomes, group)
        for number, (kind, becomes, group) in enumerate(_COLUMNS)
    ),
)
texts = (
    st.one_of(
        st.sampled_from(
            ["x", "=1", "'", "a\nb", "x\r\ny", '"', ",;|\t", "_", "empty", "NA", "1,5"]
        ),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6),
    )
    .map(str.strip)
    .filter(bool)
)
words = st.builds(Value, texts, st.sampled_from(["", "", "CHEBI:1"]))
doses = st.builds(Value, texts) | st.builds(
    Value,
    texts,
    number=st.floats(allow_nan=False, allow_infinity=False),
    unit=st.sampled_from(["mol/L", "g/L", ""]),
)


@st.composite
def said(draw: st.DrawFn) -> LongRow:
    """A row that says anything of a well or an image."""
    values: list[tuple[int, Value]] = []
    told: list[tuple[int, str]] = []
    for number, (kind, becomes, _) in enumerate(_COLUMNS):
        if not becomes or draw(st.booleans()):
            continue
        if kind in {ColumnKind.READOUT, ColumnKind.TEXT}:
            told.append((number, draw(texts | st.floats(-9, 9).map(str))))
        else:
            some = draw(st.lists(doses if kind is ColumnKind.QUANTITY else words, max_size=2))
            values += [(number, value) for value in some]
    plate = draw(st.sampled_from(["one", "-two", ""]))
    subject = draw(st.sampled_from(["A01", "h12", "QC/odd", "C07"] if plate else list(IMAGES)))
    named = (subject, "") if plate else ("", subject)
    return LongRow((draw(st.integers(2, 9)),), plate, named, tuple(values), tuple(told))


def applied(scope: int, rows: list[LongRow]) -> PlateMap:
    made = PlateMap.objects.create(scope=scope, digest=f"rows {next(fresh)}")
    apply_rows(plate_map=made, mapping=MAPPING, rows=rows, keys=KEYS_BY_NAME)
    return made


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=60,
)
@given(st.lists(st.lists(said(), max_size=5), min_size=1, max_size=3))
def test_import_of_an_export_changes_nothing_and_says_all_in_an_empty_catalog(
    imports: list[list[LongRow]],
) -> None:
    with transaction.atomic():
        here, there = next(scopes), next(scopes)
        for scope in (here, there):
            scope_with(scope, "one", "-two")
        for rows in imports:
            applied(here, rows)
        content = exported(here)
        rows_before = AnnotationRow.objects.count()
        _, again = imported(here, content)
        assert set(again.verdicts) <= {RowVerdict.DUPLICATE}
        assert AnnotationRow.objects.count() == rows_before
        assert exported(here) == content
        _, elsewhere = imported(there, content)
        assert set(elsewhere.verdicts) <= {RowVerdict.MATCHED}
        assert exported(there) == content
        transaction.set_rollback(True)


def test_undoing_an_import_gives_the_export_of_before() -> None:
    scope_with(1, "one")
    first, _ = imported(1, "Plate,Well,Compound,Dose\none,A1,taxol,1 uM\none,A2,DMSO,\n")
    before = exported(1)
    second, _ = imported(1, "Plate,Well,Compound,Gene\none,A1,taxol,TP53\none,H12,x,y\n")
    changed = exported(1)
    third, _ = imported(1, "Plate,Well,Compound\none,A1,taxol\n")
    undo_rows(plate_map=second)
    undo_rows(plate_map=third)
    assert exported(1) == before
    assert "TP53" in changed
    undo_rows(plate_map=first)
    assert exported(1) == "platecat,plate,well,image\n"


def test_plates_that_share_a_name_are_told_apart_by_what_only_one_is_called() -> None:
    scope_with(1, "twin", "twin")
    plates = list(Plate.objects.filter(scope=1).order_by("serial"))
    Plate.objects.filter(pk=plates[0].pk).update(barcode="first of two")
    content = f"Plate,Well,Compound\nfirst of two,A1,x\n{plates[1].id},A1,y\n"
    imported(1, content)
    rows = list(csv.DictReader(io.StringIO(exported(1))))
    assert [row["plate"] for row in rows] == sorted([str(plates[1].id), "first of two"])
    _, again = imported(1, exported(1))
    assert set(again.verdicts) == {RowVerdict.DUPLICATE}


def test_the_export_of_a_plate_holds_that_plate_alone() -> None:
    scope_with(1, "one", "other")
    imported(1, "Plate,Well,Compound\none,B3,x\nother,B3,y\n")
    imported(1, "Plate,Well,Gene\nother,B3,TP53\n", name="genes.csv")
    plate = Plate.objects.get(name="one")
    assert "".join(export_of_plate(plate)) == ("platecat,plate,well,image,compound\n1,one,B03,,x\n")


def test_an_edited_export_adds_what_was_edited() -> None:
    scope_with(1, "one")
    imported(1, "Plate,Well,Compound\none,A1,taxol\none,A2,DMSO\n")
    _, told = imported(1, exported(1).replace("taxol", "paclitaxel"))
    assert told.verdicts == {RowVerdict.MATCHED: 1, RowVerdict.DUPLICATE: 1}

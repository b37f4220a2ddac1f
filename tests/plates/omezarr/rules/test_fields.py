import msgspec
import pytest

from plates.omezarr.findings import Fault
from plates.omezarr.rules.fields import fields
from plates.omezarr.seen_fields import FieldLook, FieldsSeen
from tests.plates.omezarr.rules.asking import told

USUAL = FieldLook("A/1/0", 0, ("c", "y", "x"), ("DAPI", "GFP"), "<u2", 3)


def strangers(*others: FieldLook) -> list[Fault]:
    usual = [msgspec.structs.replace(USUAL, path=f"A/1/{number}") for number in range(3)]
    return told(fields, "HCS-HOMOGENEOUS", FieldsSeen("0.5", (*usual, *others)))


def test_fields_that_look_alike_are_all_right() -> None:
    assert strangers() == []
    assert told(fields, "HCS-HOMOGENEOUS", FieldsSeen("0.5", ())) == []


@pytest.mark.parametrize(
    ("changed", "expected", "found"),
    [
        ({"axes": ("y", "x")}, "axes c, y, x", "axes y, x"),
        ({"channels": ("DAPI",)}, "channels DAPI, GFP", "channels DAPI"),
        ({"dtype": "|u1", "levels": 2}, "<u2; 3 levels", "|u1; 2 levels"),
    ],
)
def test_a_field_that_differs_is_told_with_all_that_differs(
    changed: dict[str, object], expected: str, found: str
) -> None:
    (fault,) = strangers(msgspec.structs.replace(USUAL, path="B/2/0", **changed))
    assert (fault.node, fault.expected, fault.found) == ("B/2/0", expected, found)


def test_another_acquisition_may_look_otherwise() -> None:
    assert strangers(msgspec.structs.replace(USUAL, acquisition=1, channels=("Cy5",))) == []


def test_what_is_not_known_does_not_differ() -> None:
    assert strangers(FieldLook("B/2/0", 0)) == []

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.rules.collection import collections
from plates.omezarr.rules.rule import ERROR, WARNING, Policy
from plates.omezarr.seen import CollectionSeen, XmlSeen
from tests.plates.omezarr.rules.asking import asked, told


def collection(
    *present: str,
    layout: JsonValue = 3,
    plate: bool = False,
    series: tuple[str, ...] | None = None,
    probed: tuple[str, ...] | None = None,
    xml: XmlSeen | None = None,
) -> CollectionSeen:
    asked_for = tuple(present) if probed is None else probed
    return CollectionSeen("0.4", layout, plate, series, asked_for, frozenset(present), xml)


def xml(*images: str, metadata_only: bool = True, fault: str = "") -> XmlSeen:
    return XmlSeen(images, metadata_only, fault)


@pytest.mark.parametrize("layout", [3, 3.0])
def test_a_layout_of_three_is_fine(layout: JsonValue) -> None:
    assert told(collections, "BF2RAW-VALUE", collection(layout=layout)) == []


@pytest.mark.parametrize("layout", [2, 4, 3.5, "3", True, None, [3], {}])
def test_any_other_layout_is_an_error(layout: JsonValue) -> None:
    (fault,) = told(collections, "BF2RAW-VALUE", collection(layout=layout))
    assert (fault.pointer, fault.expected) == ("/bioformats2raw.layout", "3")


def test_before_0_4_breaches_are_warnings() -> None:
    for rule in ("BF2RAW-VALUE", "BF2RAW-SERIES", "BF2RAW-CONSEC", "BF2RAW-XML"):
        levels = [asked(collections, rule).level(version) for version in ("0.2", "0.3", "0.4")]
        assert levels == [WARNING, WARNING, ERROR]


def test_a_series_of_images_that_are_there_is_fine() -> None:
    seen = collection("a", "b", series=("b", "a"), xml=xml("B", "A"))
    assert told(collections, "BF2RAW-SERIES", seen) == []


def test_a_path_of_the_series_without_an_image_is_told_in_the_ome_group() -> None:
    seen = collection("a", series=("a", "b"), probed=("a", "b"))
    (fault,) = told(collections, "BF2RAW-SERIES", seen)
    assert (fault.pointer, fault.node) == ("/series/1", "OME")
    assert '"b"' in fault.message


def test_a_path_of_the_series_that_nobody_asked_for_is_not_judged() -> None:
    assert told(collections, "BF2RAW-SERIES", collection("a", series=("a", "b"))) == []


def test_a_path_that_the_series_names_twice_is_an_error() -> None:
    (fault,) = told(collections, "BF2RAW-SERIES", collection("a", series=("a", "a")))
    assert fault.pointer == "/series/1"
    assert "already" in fault.message


def test_a_series_has_one_path_for_each_image_of_the_xml() -> None:
    seen = collection("a", "b", series=("a", "b"), xml=xml("A", "B", "C"))
    (fault,) = told(collections, "BF2RAW-SERIES", seen)
    assert fault.message == "`series` has 2 paths, but METADATA.ome.xml describes 3 images."
    assert (fault.pointer, fault.node) == ("/series", "OME")


def test_an_xml_that_cannot_be_read_counts_no_images() -> None:
    seen = collection("a", series=("a",), xml=xml(fault="it is empty"))
    assert told(collections, "BF2RAW-SERIES", seen) == []


def missing(seen: CollectionSeen) -> list[str]:
    return [fault.node for fault in told(collections, "BF2RAW-CONSEC", seen)]


def test_images_numbered_from_zero_are_fine() -> None:
    assert missing(collection("0", "1", "2", probed=("0", "1", "2", "3", "4"))) == []


def test_a_gap_between_the_images_is_told() -> None:
    seen = collection("0", "1", "3", probed=("0", "1", "2", "3", "4"))
    (fault,) = told(collections, "BF2RAW-CONSEC", seen)
    assert (fault.pointer, fault.node) == ("/bioformats2raw.layout", "2")
    assert fault.message == "There is no image in the group 2."


def test_images_that_start_with_one_lack_zero() -> None:
    assert missing(collection("1", "2", probed=("0", "1", "2"))) == ["0"]


def test_a_collection_without_any_image_lacks_zero() -> None:
    assert missing(collection(probed=("0", "1", "2"))) == ["0"]


def test_the_xml_tells_how_many_images_there_have_to_be() -> None:
    seen = collection("0", "1", probed=("0", "1", "2"), xml=xml("a", "b", "c"))
    assert missing(seen) == ["2"]
    assert missing(collection("0", "1", probed=("0", "1", "2"), xml=xml("a", "b"))) == []


def test_an_image_that_the_xml_does_not_describe_is_told() -> None:
    seen = collection("0", "1", xml=xml("a"))
    (fault,) = told(collections, "BF2RAW-CONSEC", seen)
    assert fault.node == "1"
    assert fault.message == "METADATA.ome.xml describes 1 image, so none for the group 1."


def test_with_a_series_or_a_plate_images_need_no_numbers() -> None:
    assert missing(collection("a", probed=("a", "0"), series=("a",))) == []
    assert missing(collection(probed=("0",), plate=True)) == []


def test_groups_with_other_names_are_no_numbered_images() -> None:
    assert missing(collection("0", "02", "³", "5x", "9" * 5000, probed=("0", "1", "01"))) == []


def test_a_collection_with_an_ome_xml_of_metadata_only_is_fine() -> None:
    seen = collection("0", xml=xml("a"))
    assert told(collections, "BF2RAW-XML", seen) == []
    assert told(collections, "BF2RAW-XML-ABSENT", seen) == []


def test_a_collection_without_an_ome_xml_is_worth_a_warning() -> None:
    (fault,) = told(collections, "BF2RAW-XML-ABSENT", collection("0"))
    assert (fault.pointer, fault.expected) == ("/bioformats2raw.layout", "OME/METADATA.ome.xml")
    rule = asked(collections, "BF2RAW-XML-ABSENT")
    assert [rule.level("0.5", policy) for policy in Policy] == [WARNING, WARNING, ERROR]
    assert told(collections, "BF2RAW-XML", collection("0")) == []


def test_an_ome_xml_that_cannot_be_read_is_told_with_its_reason() -> None:
    (fault,) = told(collections, "BF2RAW-XML", collection("0", xml=xml(fault="it is empty")))
    assert fault.node == "OME"
    assert fault.message == "METADATA.ome.xml was not read: it is empty."


def test_an_ome_xml_with_pixels_is_an_error() -> None:
    seen = collection("0", xml=xml("a", metadata_only=False))
    (fault,) = told(collections, "BF2RAW-XML", seen)
    assert "MetadataOnly" in fault.message


NAMES = st.lists(st.text(max_size=4) | st.integers(0, 9).map(str), max_size=5)
SEEN = st.builds(
    CollectionSeen,
    version=st.text(max_size=5),
    layout=st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    has_plate=st.booleans(),
    series=st.none() | NAMES.map(tuple),
    probed=NAMES.map(tuple),
    present=NAMES.map(frozenset),
    xml=st.none()
    | st.builds(XmlSeen, NAMES.map(tuple), st.booleans(), st.just("") | st.just("it is empty")),
)


@given(SEEN)
def test_no_rule_about_a_collection_raises_whatever_it_sees(seen: CollectionSeen) -> None:
    for rule in collections.rules:
        assert all(fault.message.endswith(".") for fault in rule.check(seen))

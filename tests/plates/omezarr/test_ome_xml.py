import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr import ome_xml
from plates.omezarr.ome_xml import MAX_DEPTH, MAX_NAME, read_ome_xml

NAMESPACE = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
SECONDS = 5


def pixels(*inside: str) -> str:
    return f"<Pixels ID='Pixels:0'><Channel/>{''.join(f'<{name}/>' for name in inside)}</Pixels>"


def ome(*inside: str) -> bytes:
    return f"<?xml version='1.0'?><OME xmlns='{NAMESPACE}'>{''.join(inside)}</OME>".encode()


def image(name: str, *inside: str) -> str:
    return f"<Image ID='Image:0' Name='{name}'>{pixels(*(inside or ('MetadataOnly',)))}</Image>"


def fault_of(content: bytes) -> str:
    started = time.monotonic()
    fault = read_ome_xml(content).fault
    assert time.monotonic() - started < SECONDS
    return fault


def test_the_images_come_in_order_by_name() -> None:
    seen = read_ome_xml(ome(image("first"), image("zweites µ"), image("first")))
    assert seen.images == ("first", "zweites µ", "first")
    assert (seen.metadata_only, seen.fault) == (True, "")


def test_an_image_without_a_name_goes_by_its_id() -> None:
    inside = "<Image ID='Image:7'/><Image ID='Image:8' Name=''/><Image/>"
    assert read_ome_xml(ome(inside)).images == ("Image:7", "Image:8", "")


def test_a_prefix_and_the_version_of_the_namespace_do_not_matter() -> None:
    content = b"<o:OME xmlns:o='http://www.openmicroscopy.org/Schemas/OME/2011-06'><o:Image Name='a'><o:Pixels><o:MetadataOnly/></o:Pixels></o:Image></o:OME>"
    seen = read_ome_xml(content)
    assert (seen.images, seen.metadata_only, seen.fault) == (("a",), True, "")


def test_only_what_lies_right_below_the_root_is_an_image() -> None:
    inside = "<StructuredAnnotations><XMLAnnotation><Value><Image Name='no'/></Value></XMLAnnotation></StructuredAnnotations>"
    assert read_ome_xml(ome(inside, image("a"))).images == ("a",)


def test_a_byte_order_mark_and_other_encodings_are_read() -> None:
    assert read_ome_xml(b"\xef\xbb\xbf" + ome(image("a"))).images == ("a",)
    text = "<?xml version='1.0' encoding='UTF-16'?><OME><Image Name='µ'/></OME>"
    assert read_ome_xml(text.encode("utf-16")).images == ("µ",)


@pytest.mark.parametrize("name", ["BinData", "TiffData"])
def test_pixels_that_say_where_they_lie_are_not_metadata_only(name: str) -> None:
    assert not read_ome_xml(ome(image("a"), image("b", name))).metadata_only
    assert not read_ome_xml(ome(image("a", "MetadataOnly", name))).metadata_only


def test_pixels_that_say_nothing_are_not_metadata_only() -> None:
    assert not read_ome_xml(ome(image("a", "Plane"))).metadata_only
    assert not read_ome_xml(b"<OME><Image><Pixels/></Image></OME>").metadata_only


def test_a_file_that_points_to_another_is_not_metadata_only() -> None:
    assert not read_ome_xml(ome("<BinaryOnly/>")).metadata_only


def test_words_of_pixels_elsewhere_do_not_count() -> None:
    inside = "<StructuredAnnotations><FileAnnotation><BinaryFile><BinData/></BinaryFile></FileAnnotation></StructuredAnnotations>"
    assert read_ome_xml(ome(image("a"), inside)).metadata_only


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"{}", "it is not well-formed"),
        (b"<html></html>", "it begins with <html>"),
        (b"<OME><Image></OME>", "it is not well-formed"),
        (b"<OME/><OME/>", "it is not well-formed"),
        (b"<OME><Image Name='\xff'/></OME>", "it is not well-formed"),
        (b"<?xml version='1.0' encoding='x-none'?><OME/>", "it"),
        (b"\x1f\x8b\x08\x00", "it is not well-formed"),
        (ome(image("a"))[:-20], "it is not well-formed"),
    ],
)
def test_what_is_no_ome_xml_is_told_why(content: bytes, said: str) -> None:
    seen = read_ome_xml(content)
    assert seen.fault.startswith(said) or said in seen.fault
    assert seen.images == ()


def laughs(encoding: str = "utf-8") -> bytes:
    entities = "".join(
        f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10)
    )
    text = f'<?xml version="1.0"?><!DOCTYPE OME [<!ENTITY l0 "lol">{entities}]><OME>&l9;</OME>'
    return text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_billion_laughs_are_refused(encoding: str) -> None:
    assert fault_of(laughs(encoding)) == "it declares a document type, which OME-XML has no use for"


def test_a_file_from_elsewhere_is_not_fetched() -> None:
    content = b'<!DOCTYPE OME SYSTEM "file:///etc/hostname"><OME><Image Name="a"/></OME>'
    assert "document type" in fault_of(content)


def test_elements_may_be_nested_so_deep_and_no_deeper() -> None:
    def nested(depth: int) -> bytes:
        return b"<OME>" + b"<a>" * (depth - 1) + b"</a>" * (depth - 1) + b"</OME>"

    assert fault_of(nested(MAX_DEPTH)) == ""
    assert "deep" in fault_of(nested(MAX_DEPTH + 1))
    assert "deep" in fault_of(nested(100_000))
    assert "deep" in fault_of(b"<OME>" + b"<a>" * 100_000)


def test_a_huge_name_is_cut() -> None:
    content = b"<OME><Image Name='" + b"a" * 10_000_000 + b"'/></OME>"
    assert fault_of(content) == ""
    assert read_ome_xml(content).images == ("a" * MAX_NAME,)


@pytest.mark.parametrize("start", [b"<OME><Image Name='", b"<!--", b"<OME><?a "])
def test_a_tag_that_does_not_end_is_refused(start: bytes) -> None:
    assert "longer than 16 MiB" in fault_of(start + b"a" * 60_000_000)


def test_the_name_of_a_strange_root_is_cut() -> None:
    assert len(fault_of(b"<" + b"a" * 1_000_000 + b"/>")) < 2 * MAX_NAME


def test_very_many_attributes_take_no_time() -> None:
    attributes = " ".join(f"a{number}='1'" for number in range(100_000))
    assert fault_of(f"<OME><Image {attributes}/></OME>".encode()) == ""


def test_a_file_of_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ome_xml, "MAX_ELEMENTS", 3)
    assert fault_of(b"<OME><a/><a/></OME>") == ""
    assert fault_of(b"<OME><a/><a/><a/></OME>") == "it has more than 3 elements"


def test_a_file_of_too_many_images_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ome_xml, "MAX_IMAGES", 2)
    assert read_ome_xml(b"<OME><Image/><Image/></OME>").images == ("", "")
    assert fault_of(b"<OME><Image/><Image/><Image/></OME>") == "it describes more than 2 images"


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ome_xml, "MAX_BYTES", 6)
    assert fault_of(b"<OME/>") == ""
    assert "larger" in fault_of(b"<OME/> ")


PIECES = st.sampled_from(
    [
        b"<OME>",
        b"</OME>",
        b"<Image Name='a'>",
        b"</Image>",
        b"<Pixels>",
        b"</Pixels>",
        b"<MetadataOnly/>",
        b"<![CDATA[",
        b"]]>",
        b"<!DOCTYPE OME [",
        b"<?xml version='1.0' encoding='latin-1'?>",
        b"&a;",
        b"\xff\xfe",
        b"\0",
    ]
)


@given(st.binary(max_size=50) | st.lists(PIECES | st.binary(max_size=3), max_size=12).map(b"".join))
def test_no_content_makes_the_reader_fail(content: bytes) -> None:
    seen = read_ome_xml(content)
    assert not (seen.fault and seen.images)

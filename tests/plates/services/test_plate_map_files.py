"""Files of plate maps are kept in pieces and come back byte for byte."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.models import PlateMap, PlateMapFilePart
from plates.services.plate_map_files import (
    LONGEST_NAME,
    PART_BYTES,
    SentFile,
    content_of,
    digest_of_files,
    files_at_hand,
    keep_files,
    kept_files,
    measured,
    plain_name,
)


def kept(*contents: bytes) -> PlateMap:
    """A plate map with these files."""
    sent = [
        SentFile(f"{number}.csv", io.BytesIO(content)) for number, content in enumerate(contents)
    ]
    plate_map = PlateMap.objects.create(scope=1, digest="")
    keep_files(plate_map, sent, [measured(file) for file in sent])
    return plate_map


@pytest.mark.django_db
@pytest.mark.parametrize("size", [0, 1, PART_BYTES - 1, PART_BYTES, 2 * PART_BYTES + 1])
def test_a_file_of_any_size_comes_back_byte_for_byte(size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    file = kept(content).files.get()
    assert b"".join(content_of(file)) == content
    assert file.parts.count() == -(-size // PART_BYTES)


@pytest.mark.django_db
def test_text_takes_less_room_than_it_has_bytes() -> None:
    plate_map = kept(b"small,A1,DMSO\n" * 50_000)
    stored = sum(len(part.content) for part in PlateMapFilePart.objects.all())
    assert stored < plate_map.files.get().size / 50


@pytest.mark.django_db
def test_files_lie_in_a_folder_for_as_long_as_they_are_looked_at() -> None:
    plate_map = kept(b"one", b"two")
    with files_at_hand(plate_map) as files:
        assert [file.name for file in files] == ["0.csv", "1.csv"]
        assert [file.path.read_bytes() for file in files] == [b"one", b"two"]
        folder = files[0].path.parent
    assert not folder.exists()


@pytest.mark.django_db
def test_what_is_measured_once_is_known_again_from_what_is_kept() -> None:
    plate_map = kept(b"one", b"two")
    sent = [measured(SentFile(f"{n}.csv", io.BytesIO(c))) for n, c in enumerate((b"one", b"two"))]
    assert kept_files(plate_map) == sent


@given(st.text(max_size=400))
def test_a_name_is_the_last_part_of_a_path_and_can_be_shown(name: str) -> None:
    plain = plain_name(name)
    assert 0 < len(plain) <= LONGEST_NAME
    assert plain.isprintable()
    assert not set("/\\") & set(plain)
    assert plain.encode()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("layout.csv", "layout.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\lab\\plate 1.xlsx", "plate 1.xlsx"),
        ("a\nb\x00.csv", "ab.csv"),
        ("", "table"),
        ("folder/", "table"),
    ],
)
def test_names_of_all_systems_are_cut_to_their_last_part(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_the_digest_of_an_import_tells_files_order_and_plate_apart() -> None:
    one, two = (measured(SentFile(name, io.BytesIO(name.encode()))) for name in ("a", "b"))
    digests = {
        digest_of_files(files, plate=plate)
        for files in ([one], [two], [one, two], [two, one])
        for plate in ("", "P1")
    }
    assert len(digests) == 8

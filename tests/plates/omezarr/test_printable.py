import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.printable import Colour, encodable, painted, printable

# Not st.text(): lone surrogates are what file names of other encodings come as.
ANY = st.text(st.characters())


@given(ANY)
def test_nothing_that_is_printed_moves_the_cursor_or_breaks_the_line(text: str) -> None:
    shown = printable(text)
    assert all(unicodedata.category(one) not in {"Cc", "Cs", "Zl", "Zp"} for one in shown)
    assert shown.splitlines() in ([], [shown])


def test_what_is_no_visible_character_is_shown_as_an_escape() -> None:
    assert printable("a\x1b[2Jb\r\n") == r"a\x1b[2Jb\r\n"
    assert printable("\u202eevil\u2066 \ufeff\u009b\udc80") == r"\u202eevil\u2066 \ufeff\x9b\udc80"


def test_letters_of_every_script_stay() -> None:
    assert printable("Größe µm 細胞 é") == "Größe µm 細胞 é"


@given(ANY)
def test_every_text_can_be_written_in_every_encoding(text: str) -> None:
    for encoding in ("ascii", "utf-8", "cp1252"):
        encodable(text, encoding).encode(encoding)


def test_an_encoding_escapes_only_what_it_does_not_know() -> None:
    assert encodable("µm 細", "latin-1") == "µm \\u7d30"
    assert encodable("µm 細", None) == "µm 細"


def test_colours_are_added_only_where_they_are_on() -> None:
    assert painted("INVALID", Colour.BOLD, Colour.RED, on=True) == "\x1b[1;31mINVALID\x1b[0m"
    assert painted("INVALID", Colour.BOLD, on=False) == "INVALID"

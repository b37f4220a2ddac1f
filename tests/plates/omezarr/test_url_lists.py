"""Lists of addresses in every shape that people keep them in."""

import codecs
import contextlib
import csv
import gzip
import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr import url_list_text, url_lists
from plates.omezarr.errors import ListMalformed
from plates.omezarr.row_problems import MAX_PROBLEMS
from plates.omezarr.url_list_columns import KNOWN, MAX_REST
from plates.omezarr.url_lists import read_url_list
from tests.plates.omezarr.listed_urls import A, B, C, read, urls

DEEP = 200


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n{B}\n",
        f"{A}\r\n{B}",
        f"{A}\r{B}\r",
        f"\n\n{A}\n  \n\t\n {B} \n",
        f"# stores\n{A}\n# more\n{B}\n",
        f"- {A}\n- <{B}>\n",
        f"URL\n{A}\n{B}\n",
        f'"{A}"\n"{B}"\n',
        f"{A}/\n{B}/zarr.json\n",
        f"{A}\n{A}/\n{B}\n{A}\n",
        f"{A} the first one\n{B} the second\n",
        f"url,name\n{A},first\n{B},second\n",
        f"name;url\nfirst;{A}\nsecond;{B}\n",
        f"name\tsize\turl\nfirst\t1\t{A}\nsecond\t2\t{B}\n",
        f"{A}|first\n{B}|second\n",
        f"sep=;\nurl;name\n{A};x,y\n{B};z\n",
        f"first,{A}\nsecond,{B}\n",
        f"url,name\n\n{A},first\n\n,\n{B},second\n\n",
        f'url,shape\n{A},"1,2,3"\n{B},"4,5,6"\n',
        f'what,where\n"a ""title"",\nof two lines",{A}\nx,{B}\n',
        f"origin,url\nhttps://other.org/1,{A}\nhttps://other.org/2,{B}\n",
        f"url,thumbnail\n{A},{A}/0\n{B},{B}/0\n",
        f"File Path,type\n{A},http://bia/Image\n{B},http://bia/Image\n",
        f"https://vizarr.example.org/?source={A}\nhttps://vizarr.example.org/?source={B}\n",
        f"zarr://{A}\nzarr3://{B}\n",
        json.dumps([A, B]),
        json.dumps([{"url": A}, {"url": B, "name": "second"}]),
        json.dumps({"stores": [A, B], "homepage": "https://example.org"}),
        json.dumps({"first": A, "second": B}),
        json.dumps({"idr0001": {"images": [{"path": A}]}, "idr0002": {"images": [{"path": B}]}}),
        json.dumps([[A], [[B]]]),
        f'{{"url": "{A}"}}\n\n{{"url": "{B}"}}\n',
        f'["{A}"]\n["{B}"]\n',
    ],
)
def test_a_list_of_any_shape_holds_its_addresses(text: str) -> None:
    found = read(text)
    assert [one.url for one in found.entries] == [A, B]
    assert (found.lists, found.problems, found.complete) == ((), (), True)


@pytest.mark.parametrize(
    "encode",
    [
        str.encode,
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: text.encode("cp1252"),
        lambda text: gzip.compress(text.encode()),
    ],
)
def test_a_list_is_read_whatever_program_saved_it(encode: Callable[[str], bytes]) -> None:
    for text in (f"url;name\r\n{A};Jülich\r\n", json.dumps([{"url": A, "name": "Jülich"}])):
        (entry,) = read_url_list(encode(text)).entries
        assert (entry.url, entry.beside.name) == (A, "Jülich")


def test_what_stands_beside_an_address_is_kept() -> None:
    (entry,) = read(
        "Study,URL,OME-NGFF version,License,Title,Size X,,File Name\n"
        f"idr0001,{A},0.4,CC BY 4.0,Plate 1,512,odd,p.zarr\n"
    ).entries
    beside = entry.beside
    assert (beside.name, beside.dataset, beside.licence, beside.version) == (
        *("Plate 1", "idr0001", "CC BY 4.0", "0.4"),
    )
    assert beside.rest == (("Size X", "512"), ("column 7", "odd"), ("File Name", "p.zarr"))
    assert entry.row == 2


def test_what_is_kept_beside_an_address_is_bounded() -> None:
    wide = read("url" + ",h" * 300 + f"\n{A}" + ",x" * 300 + f"\n{B}," + "y" * 5_000 + "\n")
    assert len(wide.entries[0].beside.rest) == MAX_REST
    assert len(wide.entries[1].beside.rest[0][1]) == 1_024


def test_further_lists_are_told_from_stores() -> None:
    index = read("source,url\n\nIDR, https://a.org/idr.csv\n\nJAX,https://a.org/jax.csv\n")
    assert [(one.url, one.beside.dataset, one.row) for one in index.lists] == [
        ("https://a.org/idr.csv", "IDR", 3),
        ("https://a.org/jax.csv", "JAX", 5),
    ]
    assert index.entries == ()
    mixed = read(f"{A}\nhttps://a.org/more.jsonl\nhttps://v.org/?csv=https://a.org/x.csv\n")
    assert [one.url for one in mixed.entries] == [A]
    assert [one.url for one in mixed.lists] == ["https://a.org/more.jsonl", "https://a.org/x.csv"]


def test_addresses_that_name_no_zarr_are_taken_where_the_column_says_so() -> None:
    table = "url,origin,license\n" + "".join(
        f"https://data.org/{n}/color,https://org.org/{n},https://creativecommons.org/by/4\n"
        for n in range(3)
    )
    assert urls(table) == [f"https://data.org/{n}/color" for n in range(3)]
    assert urls("path\nplates/one\nplates/two\n") == ["plates/one", "plates/two"]
    assert urls(json.dumps([{"url": "https://data.org/x"}])) == ["https://data.org/x"]
    mixed = json.dumps([{"url": A, "by": {"name": "lab", "url": "https://lab.org"}}])
    assert urls(mixed) == [A]


def test_relative_paths_are_put_below_the_list() -> None:
    content = b"path\tsize\n./a 1.zarr/\t1\nb/c.ome.zarr.zip\t2\n"
    found = read_url_list(content, base="https://example.org/lists")
    assert [one.url for one in found.entries] == [
        "https://example.org/lists/a%201.zarr",
        "https://example.org/lists/b/c.ome.zarr.zip",
    ]


def test_rows_without_a_good_address_are_told_and_left_out() -> None:
    found = read(
        f"url,name\n{A},first\n,nothing\nn/a,none\n../up.zarr,up\n"
        f"https://u:secret@a.org/x.zarr,x\n{B},last\n"
    )
    assert [one.url for one in found.entries] == [A, B]
    assert [one.row for one in found.problems] == [3, 4, 5, 6]
    assert found.problem_count == 4
    assert "secret" not in repr(found)
    many = read(f"url,x\n{A},1\n" + ",2\n" * 500)
    assert (len(many.problems), many.problem_count) == (MAX_PROBLEMS, 500)


def test_a_quote_that_swallows_lines_is_told() -> None:
    found = read(f'url,name\n{A},"open\n{B},second\n{C},"x"\n')
    assert found.problems[0].row == 2
    lost = read(f'url,name\n{A},x\n{B},"' + f"\n{C}" * 8_000)
    assert "cannot be taken apart" in lost.problems[0].sentence


def test_how_a_list_was_understood_is_said() -> None:
    assert tuple(read(f"name;URL \nx;{A}\n").form) == ("table", "utf-8", ";", True, "URL")
    assert tuple(read(f"x\t{A}\n", "utf-16").form) == ("table", "utf-16", "\t", False, "2")
    assert tuple(read(f"{A}\n").form) == ("lines", "utf-8", "", False, "1")
    assert read(json.dumps([A])).form.kind == "json"
    assert read(f'"{A}"\n').form.kind == "table"
    assert read(f'{{"url":"{A}"}}\n{{"url":"{B}"}}').form.kind == "json lines"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no addresses"),
        (b"\n\n# nothing\n", "no addresses"),
        (b"some words\nand more of them\n", "no addresses"),
        (b"<!DOCTYPE html><a href='https://a.org/b.zarr'>", "web page"),
        (b"PK\x03\x04rest", "Excel"),
        (b"PAR1rest", "Parquet"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no text"),
        (b"\x1f\x8b\x08\x00broken", "gzip"),
        (b'["https://a.org/b.zarr",', "looks like JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[1, 2, 3]", "no addresses"),
        (b'{"license": "https://creativecommons.org/licenses/by/4.0/"}', "no addresses"),
        (b"[" * DEEP + b'"https://a.org/b.zarr"' + b"]" * DEEP, "no addresses"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(ListMalformed, match=reason) as refused:
        read_url_list(content, name="list.csv")
    assert str(refused.value).startswith("list.csv: ")


def test_a_list_with_a_header_alone_is_an_empty_list() -> None:
    assert read("URL\n").entries == ()
    assert read("name,url\n").entries == ()


def test_lists_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url_list_text, "MAX_BYTES", 1_000)
    with pytest.raises(ListMalformed, match="larger"):
        read_url_list(b"x" * 1_001)
    with pytest.raises(ListMalformed, match="larger"):
        read_url_list(gzip.compress(b"x" * 1_000_000))
    monkeypatch.setattr(url_lists, "MAX_ROWS", 2)
    for text in (f"{A}\n{B}\n{C}\n", json.dumps([A, B, C]), json.dumps([{"url": A}, B, C])):
        found = read(text)
        assert (len(found.entries), found.complete) == (2, False)


def test_the_headers_of_each_known_column_are_known() -> None:
    for field, headers in KNOWN.items():
        for header in headers:
            (entry,) = read(f"{header.upper()}\tURL\nvalue\t{A}\n").entries
            assert getattr(entry.beside, field) == "value", header


segments = (
    st.text(
        st.characters(codec="utf-8", categories=["L", "N"], include_characters="-_. ,;'()"),
        min_size=1,
    )
    .map(str.strip)
    .filter(lambda text: text.strip(".") and not text.startswith("#"))
)
stores = st.lists(
    st.builds(
        lambda start, name: f"{start}{name}.zarr",
        st.sampled_from(["s3://bucket/", "gs://bucket/a/", "/data/"]),
        segments,
    ),
    min_size=1,
    max_size=20,
    unique=True,
)
words = st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], bytes]:
    """Addresses, and a table of some shape that holds them."""
    several = draw(stores)
    width = draw(st.integers(2, 5))
    at = draw(st.integers(0, width - 1))
    rows = [[draw(words) for _ in range(width)] for _ in several]
    for row, url in zip(rows, several, strict=True):
        row[at] = url
    header = [f"column {number}" for number in range(width)]
    header[at] = draw(st.sampled_from(["URL", "file_path", "Where", "x"]))
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=draw(st.sampled_from(",;\t|")),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\n\n"])),
        quoting=draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])),
    )
    writer.writerows([header, *rows] if draw(st.booleans()) else rows)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return several, text.getvalue().encode(encoding)


@given(tables())
def test_what_was_written_as_a_table_is_read_back(pair: tuple[list[str], bytes]) -> None:
    several, content = pair
    assert [one.url for one in read_url_list(content).entries] == several


@given(stores)
def test_what_was_written_as_json_is_read_back(several: list[str]) -> None:
    for values in ([{"href": one, "size": 1} for one in several], [[one] for one in several]):
        assert urls(json.dumps({"all": values})) == several
        assert urls("\n".join(map(json.dumps, values))) == several


@given(st.binary() | st.text().map(str.encode))
def test_nothing_but_the_refusal_comes_of_any_bytes(content: bytes) -> None:
    with contextlib.suppress(ListMalformed):
        read_url_list(content)

"""Inventories of every form, read for the objects below a root."""

import gzip
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.errors import InventoryMalformed
from plates.omezarr.inventories import read_inventory
from plates.omezarr.inventory_forms import FORMS, InventoryForm, forms_table
from plates.omezarr.inventory_lines import HEAD, MAX_LINE
from plates.omezarr.listed_stores import stores_in
from plates.omezarr.objects import ListedObject
from plates.omezarr.row_problems import MAX_PROBLEMS
from tests.plates.omezarr.inventories_written import (
    ETAG,
    MOMENT,
    manifest,
    opener,
    paths,
    read,
    read_files,
    s3_csv,
    s3_parquet,
    s3_row,
)

KEY = "p.zarr/A/1/zarr.json"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.made_by)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_each_form_tells_what_it_promises(form: InventoryForm, packed: bool) -> None:  # noqa: FBT001
    content = form.example.encode()
    for line in (content, content.rstrip(b"\0") + b"\n" if b"\0" not in content else content):
        root = "/d" if "/d" in form.example else "s3://b"
        inventory = read(gzip.compress(line) if packed else line, root)
        (one,) = inventory
        assert one.path == KEY
        assert one.size == (7 if form.tells_sizes else 0)
        assert (one.changed_at is not None) == form.tells_times
        assert one.changed_at is None or one.changed_at.year in {2025, 2026}
        assert inventory.tells_sizes == form.tells_sizes
        assert (inventory.problems, inventory.objects, inventory.elsewhere) == ((), 1, 0)


def test_the_table_of_forms_names_each() -> None:
    assert len(list(forms_table())) == len(FORMS) + 2


def test_an_inventory_of_s3_in_csv_is_read_over_all_its_files() -> None:
    odd = "p.zarr/Tonsil 1+2 ü%/c/0"
    files = manifest(
        {
            "i/data/1.csv.gz": s3_csv([s3_row("p.zarr/zarr.json"), s3_row(odd, 2**40)]),
            "i/data/2.csv.gz": s3_csv([s3_row("q.zarr/zarr.json")]),
        }
    )
    inventory = read_files(files)
    first, second, third = inventory
    assert first == ListedObject("p.zarr/zarr.json", 7, MOMENT, "STANDARD", ETAG)
    assert (second.path, second.size, third.path) == (odd, 2**40, "q.zarr/zarr.json")
    assert inventory.form == "S3 Inventory in CSV"
    assert paths(inventory) == paths(inventory)


def test_old_versions_and_marks_of_deletion_are_no_objects() -> None:
    rows = [s3_row("a"), s3_row("a", latest=False), s3_row("b", deleted=True), s3_row("c")]
    for files in (manifest({"d.csv.gz": s3_csv(rows)}), {"manifest.json": s3_csv(rows)}):
        inventory = read_files(files)
        assert paths(inventory) == ["a", "c"]
        assert inventory.outdated == 2


@pytest.mark.parametrize(
    ("root", "listed_as", "found"),
    [
        ("s3://b", "", ["a/p.zarr/zarr.json", "a/pp/x", "c"]),
        ("s3://b/a", "", ["p.zarr/zarr.json", "pp/x"]),
        ("s3://b/a/p", "", []),
        ("s3://other/a", "", []),
        ("s3://other/z", "a", ["p.zarr/zarr.json", "pp/x"]),
        ("https://s3.example.org/b/a/", "", ["p.zarr/zarr.json", "pp/x"]),
        ("https://b.s3.example.org/a", "", ["p.zarr/zarr.json", "pp/x"]),
        ("/mnt/bucket", "", ["a/p.zarr/zarr.json", "a/pp/x", "c"]),
    ],
)
def test_keys_outside_of_the_root_are_skipped(root: str, listed_as: str, found: list[str]) -> None:
    rows = [s3_row(key) for key in ("a/p.zarr/zarr.json", "a/pp/x", "c")]
    inventory = read(s3_csv(rows), root, listed_as=listed_as)
    assert paths(inventory) == found
    assert inventory.elsewhere == 3 - len(found)


@pytest.mark.parametrize(
    ("root", "listed_as", "found"),
    [
        ("/d", "", ["x/a", "b"]),
        ("/d/x", "", ["a", "b"]),
        ("/e", "", ["b"]),
        ("/e", "/d/x", ["a"]),
        ("s3://b", "/d", ["x/a"]),
        ("https://example.org/d", "", ["b"]),
    ],
)
def test_files_outside_of_the_root_are_skipped(root: str, listed_as: str, found: list[str]) -> None:
    assert paths(read(b"/d/x/a\n./b\n/dd/c\n", root, listed_as=listed_as)) == found


def test_folders_are_no_objects() -> None:
    printed = b"/d\n/d/p.zarr\n/d/p.zarr/zarr.json\n/d/p.zarr/A\n/d/p.zarr/A/1\n/d/q\n"
    assert paths(read(printed, "/d")) == ["p.zarr/zarr.json", "p.zarr/A/1", "q"]
    typed = b"d 4096 1764032523.0 /d/p\nf 7 1764032523.0 /d/p/a\nl 7 1764032523.0 /d/p/b\n"
    assert paths(read(typed, "/d")) == ["p/a"]
    listed = b"p/;-1;2026-11-25 01:02:03\np/a;7;2026-11-25 01:02:03\n"
    assert paths(read(listed)) == ["p/a"]
    objects = b'[\n{"Path":"p","Size":-1,"IsDir":true},\n{"Path":"p/a","Size":7,"IsDir":false}\n]\n'
    assert paths(read(objects)) == ["p/a"]
    assert paths(read(s3_csv([s3_row("p/", 0), s3_row("p/a")]))) == ["p/a"]


def test_a_key_of_a_bucket_may_begin_like_another() -> None:
    aws = b"2026-11-25 01:02:03  7 p\n2026-11-25 01:02:03  7 p/a\n"
    google = b" 7  2026-11-25T01:02:03Z  gs://b/p\n 7  2026-11-25T01:02:03Z  gs://b/p/a\n"
    for content in (aws, google, s3_csv([s3_row("p"), s3_row("p/a")])):
        assert paths(read(content, "gs://b" if b"gs:" in content else "s3://b")) == ["p", "p/a"]


def test_headings_and_sums_of_the_tools_are_passed_over() -> None:
    aws = (
        b"                           PRE q/\n2026-11-25 01:02:03         10 p/a b\n"
        b"2026-11-25 01:02:03  123456789012 p/c\n\nTotal Objects: 2\n   Total Size: 12\n"
    )
    inventory = read(aws, "s3://b/p")
    assert [(one.path, one.size) for one in inventory] == [("a b", 10), ("c", 123456789012)]
    google = b"gs://b/p/:\n   7  2026-11-25T01:02:03Z  gs://b/p/a\n\nTOTAL: 1 objects, 7 bytes\n"
    assert paths(read(google, "gs://b/p")) == ["a"]
    for one in (inventory, read(google, "gs://b")):
        assert list(one)
        assert one.problems == ()


def test_blanks_in_names_are_kept() -> None:
    lines = "".join(f"{size} ./ a  {size} b \n" for size in range(3))
    assert paths(read(lines.encode())) == [f" a  {size} b " for size in range(3)]
    behind = "".join(f"./a {size} b  {size}\n" for size in range(3))
    assert paths(read(behind.encode())) == [f"a {size} b " for size in range(3)]


def test_paths_that_cannot_be_taken_are_told_with_their_rows() -> None:
    bad = [b"7\t/d/../etc", b"7\t/d/a\\b", b"7\t/d/a//b", b"7\t/d/\xff", b"7\t/d/" + b"x" * 5_000]
    worse = [b"7\t/d/" + b"x" * MAX_LINE, b"no number"]
    good = [b"7\t/d/good"] * 30
    inventory = read(b"\n".join([*good, *bad, *worse, b"7\t/d/last"]), "/d")
    assert paths(inventory) == ["good"] * 30 + ["last"]
    assert sorted(one.row for one in inventory.problems) == list(range(31, 38))
    many = read(b"7\t/d/a\n" * 90 + b"7\t/d/..\n" * 500, "/d")
    assert len(list(many)) == 90
    assert (len(many.problems), many.problem_count) == (MAX_PROBLEMS, 500)


def test_a_line_break_in_a_name_is_told_or_with_nul_refused_by_name() -> None:
    lines = b"7 /d/a\n" * 20 + b"7 /d/b\nc\n"
    inventory = read(lines, "/d")
    assert paths(inventory) == ["a"] * 20 + ["b"]
    assert "-print0" in inventory.problems[0].sentence
    inventory = read(b"/d/a\0/d/b\nc\0", "/d")
    assert paths(inventory) == ["a"]
    assert "control characters" in inventory.problems[0].sentence


def test_problems_in_one_of_several_files_name_it() -> None:
    rows = [s3_row("a"), s3_row("a/../b"), ["b", "c"], [*s3_row("x")[:5], "many", "", "", ""]]
    files = manifest({"1.csv.gz": s3_csv([s3_row("a")]), "2.csv.gz": s3_csv(rows)})
    inventory = read_files(files)
    assert paths(inventory) == ["a", "a"]
    assert [one.row for one in inventory.problems] == [2, 3, 4]
    assert all("In 2.csv.gz: " in one.sentence for one in inventory.problems)


def test_a_file_that_is_damaged_or_cut_off_is_never_taken_for_the_whole() -> None:
    part = s3_csv([s3_row(f"key {number}") for number in range(20_000)])
    table = s3_parquet([f"{number}" for number in range(50)])
    cases = [
        manifest({"1.csv.gz": part}) | {"1.csv.gz": part[:-9]},
        manifest({"1.csv.gz": part}) | {"1.csv.gz": s3_csv([s3_row("a")])},
        manifest({"1.parquet": table}, "Parquet") | {"1.parquet": table[:-9]},
        {"manifest.json": part[:-9]},
        {"manifest.json": table[:300] + bytes(300) + table[600:]},
    ]
    for files in cases:
        with pytest.raises(InventoryMalformed, match=r"cut off|differ|bytes instead"):
            list(read_files(files))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no inventory that is known"),
        (b"some words\nand others\n", "no inventory that is known"),
        (b"\x00" * 1_000, "no inventory that is known"),
        (b"ORC\x00", "ORC"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"\xff\xfea\x00", "UTF-16"),
        (b"<html>", "HTML"),
        (b"\x1f\x8b\x08nothing", "cut off"),
        (b"PAR1nothing", "no Parquet"),
        (b"total 4\n-rw-r--r-- 1 u g 7 Nov 25 01:02 a\n", "ls -l"),
        (b'[{"Path":"a","Size":1},{"Path":"b","Size":2}]', "one object on each line"),
        (b"bucket,size\nb,1\n", "no inventory that is known"),
        (manifest({}, "ORC")["manifest.json"], "ORC"),
        (manifest({}, schema="Bucket, Size")["manifest.json"], "no column of keys"),
        (manifest({}, sourceBucket="other")["manifest.json"], "of the bucket other"),
        (manifest({}, files=[{"key": "../up"}])["manifest.json"], "refused"),
        (manifest({}, files=7)["manifest.json"], "cannot be read"),
    ],
)
def test_what_is_no_inventory_is_refused_with_a_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(InventoryMalformed, match=reason):
        list(read(content))


def test_an_empty_inventory_is_one() -> None:
    for form in ("CSV", "Parquet"):
        assert list(read_files(manifest({}, form))) == []
    assert list(read_files(manifest({"1.parquet": s3_parquet([])}, "Parquet"))) == []


def test_an_inventory_is_known_by_its_beginning_and_read_to_its_end() -> None:
    number = HEAD // 10
    lines = b"".join(b"7\t/d/%d\n" % one for one in range(number))
    assert len(list(read(lines, "/d"))) == number
    bomb = b"7\t/d/a\n" + b"x" * 50_000_000
    inventory = read(gzip.compress(bomb, 1), "/d")
    assert paths(inventory) == ["a"]
    assert inventory.problem_count == 1


def test_lines_that_are_made_to_be_slow_are_not() -> None:
    spiteful = [
        b" " * MAX_LINE,
        b"7 " * 8_000,
        b"7 /d/" + b" 7" * 8_000,
        b"\t" * MAX_LINE,
        b"/" * 9_999,
    ]
    for one in spiteful:
        with suppress(InventoryMalformed):
            list(read((one + b"\n") * 20, "/d"))


def test_stores_are_found_in_an_inventory() -> None:
    keys = ["a/p.zarr/A/1/0/zarr.json", "a/p.zarr/zarr.json", "a/q.ozx", "z/notes.txt"]
    files = manifest({"1.csv.gz": s3_csv([s3_row(key) for key in keys])})
    assert stores_in(read_files(files, "s3://b/a")).paths == ("p.zarr", "q.ozx")


names = st.text(
    st.characters(
        codec="utf-8", categories=["L", "N", "Zs"], include_characters="-_.+%,;'\"()&=#?"
    ),
    min_size=1,
).filter(lambda text: text.strip(".") and text.isprintable())
# In a file system no file is the folder of another.
keys = st.lists(
    st.lists(names, max_size=3).map(lambda parts: "/".join([*parts, "file"])),
    min_size=1,
    max_size=8,
).filter(lambda several: not any(f"/{one}/" in f"/{other}" for one in several for other in several))


@given(keys)
def test_any_key_is_read_back_from_each_form(several: list[str]) -> None:
    lines = {
        "csv": s3_csv([s3_row(key) for key in several]),
        "parquet": s3_parquet(several),
        "find": "".join(f"7\t1764032523.5\t/d/{key}\n" for key in several).encode(),
        "blanks": "".join(f"7 1764032523.5 /d/{key}\n" for key in several).encode(),
        "nul": "".join(f"/d/{key}\0" for key in several).encode(),
        "aws": "".join(f"2026-11-25 01:02:03  7 {key}\n" for key in several).encode(),
        "rclone": "\n".join(json.dumps({"Path": key, "Size": 7}) for key in several).encode(),
    }
    for form, content in lines.items():
        root = "/d" if form in {"find", "blanks", "nul"} else "s3://b"
        assert paths(read(content, root)) == several, form


@given(st.binary() | st.binary().map(lambda rest: b"PAR1" + rest) | st.text().map(str.encode))
def test_nothing_but_the_refusal_comes_of_any_bytes(content: bytes) -> None:
    with suppress(InventoryMalformed):
        list(read(content))
    with suppress(InventoryMalformed):
        list(read(gzip.compress(content)))


def test_the_root_may_be_taken_apart_already() -> None:
    from_text = read_inventory(opener({"l": b"7 a/b\n"}), "l", root="s3://b")
    assert paths(from_text) == ["a/b"]

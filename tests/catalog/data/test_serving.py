"""The process of bytes: what it sends, to whom, and what it never sends."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.http import FileResponse

from catalog.data.serving import _places
from catalog.models import Dataset, Holding
from catalog.words import Visibility
from plates.models import Store
from tests import factories, stores
from tests.catalog.data.asking import answering, asked
from tests.plates.omezarr.packing import DEFLATED, STORED, pack

pytestmark = pytest.mark.django_db
CHUNK = bytes(range(256)) * 4


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    yield
    _places._kept.clear()


@pytest.fixture
def store(tmp_path: Path, open_dataset: Dataset) -> Store:
    """A public plate with one chunk of which the bytes are known."""
    folder = stores.plate(tmp_path / "screen 1" / "p.zarr", wells=["B/03"], chunks=True)
    (folder / "B/03/0/0/c/0").mkdir(parents=True, exist_ok=True)
    (folder / "B/03/0/0/c/0/known").write_bytes(CHUNK)
    return factories.harvested(str(folder), into=open_dataset)


@pytest.fixture
def known(store: Store) -> str:
    return f"{store.id}/B/03/0/0/c/0/known"


def folder_of(store: Store) -> Path:
    return Path(store.locations.get().url)


def test_a_document_is_sent_as_json_and_a_chunk_as_bytes(store: Store, known: str) -> None:
    answer = asked(f"{store.id}/zarr.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.body == (folder_of(store) / "zarr.json").read_bytes()
    chunk = asked(known)
    assert chunk.headers["Content-Type"] == "application/octet-stream"
    assert chunk.headers["Content-Length"] == "1024"
    assert chunk.body == CHUNK


def test_a_file_is_handed_to_the_server_to_be_sent_without_a_look(known: str) -> None:
    with answering(known, Range="bytes=10-19") as answer:
        assert isinstance(answer, FileResponse)
        assert answer.file_to_stream is not None
        # What gunicorn's sendfile asks for: a handle that stands where the part begins.
        assert os.lseek(answer.file_to_stream.fileno(), 0, os.SEEK_CUR) == 10
        assert answer.headers["Content-Length"] == "10"


@pytest.mark.parametrize(
    ("wanted", "start", "end"), [("0-0", 0, 1), ("10-19", 10, 20), ("-4", 1020, 1024)]
)
def test_a_part_is_sent(known: str, wanted: str, start: int, end: int) -> None:
    answer = asked(known, Range=f"bytes={wanted}")
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/1024"
    assert answer.body == CHUNK[start:end]


def test_a_part_behind_the_end_is_refused_with_the_size(known: str) -> None:
    answer = asked(known, Range="bytes=1024-")
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */1024")


def test_head_tells_what_get_would(known: str) -> None:
    head, get = asked(known, "HEAD"), asked(known)
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges"):
        assert head.headers[name] == get.headers[name]
    assert head.body == b""
    assert asked(known, "HEAD", Range="bytes=-4").headers["Content-Length"] == "4"


def test_what_a_client_has_is_not_sent_again_until_it_changes(store: Store, known: str) -> None:
    tag = asked(known).headers["ETag"]
    again = asked(known, If_None_Match=tag)
    assert (again.status_code, again.body) == (304, b"")
    assert asked(known, Range="bytes=0-0", If_Range=tag).status_code == 206
    (folder_of(store) / "B/03/0/0/c/0/known").write_bytes(b"new")
    assert asked(known, If_None_Match=tag).body == b"new"
    assert asked(known, Range="bytes=0-0", If_Range=tag).status_code == 200


def test_a_missing_chunk_is_404_that_any_page_may_read(store: Store) -> None:
    answer = asked(f"{store.id}/B/03/0/0/c/9/9/9/9", Origin="https://viewer.example.org")
    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert asked(f"{store.id}/B/03").status_code == 404
    assert asked(f"{store.id}").status_code == 404
    assert asked(f"{store.id}/").status_code == 404


def test_a_browser_is_told_beforehand_that_it_may_ask_for_parts(store: Store) -> None:
    answer = asked(
        f"{store.id}/zarr.json",
        "OPTIONS",
        Origin="https://viewer.example.org",
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="range",
    )
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Range" in answer.headers["Access-Control-Allow-Headers"]
    exposed = asked(f"{store.id}/zarr.json").headers["Access-Control-Expose-Headers"]
    assert {"ETag", "Content-Range"} <= set(exposed.split(", "))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(store: Store, method: str) -> None:
    answer = asked(f"{store.id}/zarr.json", method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "%2e%2e/secret",
        "B/../../secret",
        "B//03",
        "/etc/passwd",
        "B\\..",
        "a\x00b",
        "~",
    ],
)
def test_no_path_leads_out_of_the_store(store: Store, path: str) -> None:
    (folder_of(store).parent / "secret").write_text("secret")
    answer = asked(f"{store.id}/{path}")
    assert answer.status_code == 404
    assert b"secret" not in answer.body.replace(path.encode(), b"")


def test_a_link_out_of_the_store_leads_nowhere_and_one_inside_does(store: Store) -> None:
    folder = folder_of(store)
    (folder.parent / "secret").write_text("secret")
    (folder / "out").symlink_to(folder.parent / "secret")
    (folder / "above").symlink_to(folder.parent)
    (folder / "in").symlink_to(folder / "zarr.json")
    os.mkfifo(folder / "pipe")
    for path in ("out", "above/secret", "pipe"):
        assert asked(f"{store.id}/{path}").status_code == 404
    assert asked(f"{store.id}/in").status_code == 200


def test_what_lies_in_a_store_is_never_a_page_of_ours(store: Store) -> None:
    (folder_of(store) / "page.html").write_text("<script>alert(1)</script>")
    answer = asked(f"{store.id}/page.html")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_private_store_is_for_who_signs_in_and_nothing_to_others(store: Store) -> None:
    owner = factories.user("owner")
    Dataset.objects.update(visibility=Visibility.OWNER.value, owner=owner)
    nobody = asked(f"{store.id}/zarr.json")
    nothing = asked("01900000-0000-7000-8000-000000000000/zarr.json")
    assert (nobody.status_code, nobody.body) == (404, nothing.body)
    owners = "Basic b3duZXI6c2VjcmV0"
    for _ in range(2):  # looked at, then remembered
        assert asked(f"{store.id}/zarr.json", Authorization=owners).status_code == 200
    owner.set_password("other")
    owner.save()
    assert asked(f"{store.id}/zarr.json", Authorization=owners).status_code == 404
    for word in ("Basic b3duZXI6d3Jvbmc=", "Basic !", "Basic b3du", "Bearer x"):
        assert asked(f"{store.id}/zarr.json", Authorization=word).status_code == 404


def test_what_is_private_is_kept_by_no_cache_on_the_way(store: Store) -> None:
    answer = asked(f"{store.id}/zarr.json")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    signed = asked(f"{store.id}/zarr.json", Authorization="Basic b3duZXI6c2VjcmV0")
    assert signed.headers["Cache-Control"].startswith(("private", "no-store"))


def test_nginx_sends_the_file_where_it_is_told_to(
    store: Store, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ACCEL", "/-/files")
    answer = asked(known)
    path = str(folder_of(store)).replace(" ", "%20")
    assert answer.headers["X-Accel-Redirect"] == f"/-/files{path}/B/03/0/0/c/0/known"
    assert answer.body == b""
    assert asked(f"{store.id}/none").status_code == 404


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_the_members_of_an_archive_are_sent_as_if_it_were_a_folder(
    store: Store, tmp_path: Path, open_dataset: Dataset, method: int
) -> None:
    archive = pack(folder_of(store), tmp_path / "p.ozx", method=method)
    inside = factories.harvested(str(archive), into=open_dataset)
    path = f"{inside.id}/B/03/0/0/c/0/known"
    assert asked(path).body == CHUNK
    part = asked(path, Range="bytes=-4")
    assert (part.status_code, part.body) == (206, CHUNK[-4:])
    assert asked(path, "HEAD").headers["Content-Length"] == "1024"
    assert asked(path, If_None_Match=part.headers["ETag"]).status_code == 304
    assert asked(f"{inside.id}/none").status_code == 404


def test_a_store_that_lies_nowhere_any_more_is_404(store: Store) -> None:
    store.locations.update(gone_at=store.created_at)
    assert asked(f"{store.id}/zarr.json").status_code == 404


def test_a_guarded_store_outside_of_what_is_allowed_is_not_sent(store: Store) -> None:
    Holding.objects.filter(store=store).update(guarded=True)
    answer = asked(f"{store.id}/zarr.json")
    assert answer.status_code == 403
    assert b"PLATECAT_ALLOWED_ROOTS" in answer.body

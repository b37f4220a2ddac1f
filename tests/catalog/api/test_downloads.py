"""Downloads run as they are written: by a shell, from real folders and servers."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from django.test import Client

from plates.models import Location, Store
from plates.omezarr.validate import validate_store
from plates.states import Verdict
from tests import factories, stores
from tests.catalog.services.counted import counted
from tests.servers import S3Server, http_server, s3_server
from tests.store_styles import Version

pytestmark = pytest.mark.django_db
DOWNLOAD = "/api/v1/export/download"
WELLS = ["A/1", "A/2", "B/3"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stores.plate(
        tmp_path / "p.ome.zarr",
        wells=WELLS,
        fields=2,
        levels=3,
        chunks=True,
        name="p",
        size=(32, 32),
    )


def harvested(folder: Path) -> Store:
    return factories.harvested(str(folder), into=factories.dataset("open"))


def script(client: Client, query: str) -> str:
    answer = client.get(f"{DOWNLOAD}.sh?{query}")
    content = answer.getvalue().decode()
    assert answer.status_code == 200, content
    return content


def run(text: str, place: Path, **environment: str) -> Path:
    """The folder that a script fetches into."""
    place.mkdir(exist_ok=True)
    (place / "download.sh").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["sh", "download.sh", "out"], cwd=place, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return place / "out"


def moved(store: Store, url: str) -> None:
    """Let a store lie elsewhere, where the same is."""
    Location.objects.filter(store=store).update(url=url)


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def is_valid(folder: Path) -> bool:
    report = validate_store(str(folder))
    return report.verdict is Verdict.VALID


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_some_wells_arrive_as_a_smaller_plate(
    client: Client, tmp_path: Path, version: Version
) -> None:
    folder = stores.plate(
        tmp_path / "p.ome.zarr", wells=WELLS, fields=2, levels=3, chunks=True, version=version
    )
    harvested(folder)
    out = run(script(client, "q=well:A02 OR well:B03"), tmp_path / "here") / "p.ome.zarr"
    assert is_valid(out)
    theirs = {path for path in files_in(folder) if "A/02" in path or "B/03" in path}
    assert {path for path in files_in(out) if path.count("/") > 1} == {
        path for path in theirs if path.count("/") > 1
    }
    name = "zarr.json" if version == "0.5" else ".zattrs"
    told = json.loads((out / name).read_text())
    plate = told["attributes"]["ome"]["plate"] if version == "0.5" else told["plate"]
    assert [well["path"] for well in plate["wells"]] == ["A/02", "B/03"]


def test_a_whole_store_arrives_to_the_letter(client: Client, tmp_path: Path, folder: Path) -> None:
    harvested(folder)
    out = run(script(client, "q="), tmp_path / "here") / "p.ome.zarr"
    assert files_in(out) == files_in(folder)
    assert (out / "zarr.json").read_bytes() == (folder / "zarr.json").read_bytes()


CUT = "q=well:A01&fields=1&levels=1..2&channels=gfp"


def check_cut(out: Path, folder: Path) -> None:
    """What arrived is the second field, two levels and one channel of a well."""
    assert is_valid(out)
    field = json.loads((out / "A/01/1/zarr.json").read_text())["attributes"]["ome"]
    assert [one["path"] for one in field["multiscales"][0]["datasets"]] == ["1", "2"]
    assert not (out / "A/01/0").exists()
    assert not (out / "A/01/1/0").exists()
    for level in ("1", "2"):
        arrived = np.asarray(zarr.open_array(out / f"A/01/1/{level}", mode="r")[:])
        there = np.asarray(zarr.open_array(folder / f"A/01/1/{level}", mode="r")[:])
        assert (arrived[1] == there[1]).all()
        assert (arrived[0] == 0).all()
    chunks = {path for path in files_in(out) if "/c/" in path}
    assert all(path.split("/c/")[1].startswith("1/") for path in chunks)


def test_fields_levels_and_channels_are_cut_out_of_folders(
    client: Client, tmp_path: Path, folder: Path
) -> None:
    harvested(folder)
    check_cut(run(script(client, CUT), tmp_path / "here") / "p.ome.zarr", folder)


@pytest.mark.parametrize("tool", ["curl", "wget"])
def test_a_web_server_that_lists_nothing_is_asked_for_one_object_after_the_other(
    client: Client, tmp_path: Path, folder: Path, tool: str
) -> None:
    store = harvested(folder)
    with http_server(folder.parent) as server:
        moved(store, f"{server.url}/p.ome.zarr")
        out = run(script(client, f"{CUT}&tool={tool}"), tmp_path / "here") / "p.ome.zarr"
        check_cut(out, folder)
        whole = run(script(client, f"q=well:A02&tool={tool}"), tmp_path / "there") / "p.ome.zarr"
        assert is_valid(whole)
        assert {path for path in files_in(whole) if path.startswith("A/02/")} == {
            path for path in files_in(folder) if path.startswith("A/02/")
        }
        # A chunk of nothing but the fill value is not there, and that is no failure.
        (folder / "A/02/0/0/c/0/0/0/0").unlink(missing_ok=True)
        again = run(script(client, f"q=well:A02&tool={tool}"), tmp_path / "again") / "p.ome.zarr"
        assert is_valid(again)


@pytest.mark.parametrize("tool", ["curl", "wget"])
def test_a_document_that_cannot_be_fetched_ends_the_script(
    client: Client, tmp_path: Path, folder: Path, tool: str
) -> None:
    store = harvested(folder)
    with http_server(folder.parent) as server:
        moved(store, f"{server.url}/p.ome.zarr")
        text = script(client, f"q=well:A02&tool={tool}")
        (folder / "A/02/zarr.json").unlink()
        (tmp_path / "download.sh").write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["sh", "download.sh"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert "could not be fetched" in done.stderr


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.mark.processes
@pytest.mark.parametrize("tool", ["rclone", "aws", "s5cmd"])
def test_buckets_are_copied_by_the_tools_of_s3(
    client: Client, tmp_path: Path, folder: Path, tool: str, s3: S3Server
) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed; its command lines are held against a list below")
    store = harvested(folder)
    moved(store, s3.upload(folder, "bench", f"some where/{tool}/p.ome.zarr"))
    keys = s3.environment()
    out = run(script(client, f"{CUT}&tool={tool}"), tmp_path / "here", **keys) / "p.ome.zarr"
    check_cut(out, folder)
    wells = run(script(client, f"q=row:A&tool={tool}"), tmp_path / "there", **keys) / "p.ome.zarr"
    assert is_valid(wells)
    whole = run(script(client, f"q=&tool={tool}"), tmp_path / "all", **keys) / "p.ome.zarr"
    assert files_in(whole) == files_in(folder)


SHIM = '#!/bin/sh\n{ for one in "$@"; do printf "%s\\n" "$one"; done; [ -t 0 ] || cat; } >> "$RECORD"\n'


@pytest.mark.parametrize(
    ("tool", "lines"),
    [
        (
            "rclone",
            [
                "copy", "--include-from", "-", ":s3,provider=AWS,env_auth=true:b/my plates/p's.zarr",
                "./p_s.zarr", "/zarr.json", "/A/01/1/zarr.json", "/A/01/1/1/c/1/**",
            ],
        ),
        (
            "aws",
            [
                "s3", "cp", "--only-show-errors", "--no-sign-request", "--recursive",
                "s3://b/my plates/p's.zarr/zarr.json", "./p_s.zarr/A/01/1/1/c/1/",
            ],
        ),
        (
            "s5cmd",
            [
                "run", "cp 's3://b/my plates/p'\"'\"'s.zarr/zarr.json' ./p_s.zarr/zarr.json",
                "cp 's3://b/my plates/p'\"'\"'s.zarr/A/01/1/1/c/1/*' ./p_s.zarr/A/01/1/1/c/1/",
            ],
        ),
    ],
)  # fmt: skip
def test_the_tools_of_s3_are_told_what_to_copy(
    client: Client, tmp_path: Path, folder: Path, tool: str, lines: list[str]
) -> None:
    moved(harvested(folder), "s3://b/my plates/p's.zarr")
    (tmp_path / "bin").mkdir()
    shim = tmp_path / "bin" / tool
    shim.write_text(SHIM)
    shim.chmod(0o755)
    (tmp_path / "download.sh").write_text(script(client, f"{CUT}&tool={tool}"), encoding="utf-8")
    record = tmp_path / "record"
    done = subprocess.run(
        ["sh", "download.sh"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={
            **os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "RECORD": str(record),
            "AWS_OPTIONS": "--no-sign-request",
        },
    )  # fmt: skip
    assert "nothing arrived" in done.stderr
    told = record.read_text().splitlines()
    assert set(lines) <= set(told)


HOSTILE = "$(touch hacked)`touch hacked`';touch hacked;'\"\\ -rf *"


@pytest.mark.parametrize("tool", ["rclone", "aws", "s5cmd", "curl", "wget", "cp"])
@pytest.mark.parametrize(
    "url",
    [
        "s3://b/{0}/p.zarr", "https://127.0.0.1:1/{0}/p.zarr", "/nowhere/{0}/p.zarr",
        "/nowhere/END_OF_PLATECAT\nEND_OF_PLATECAT\ntouch hacked", "s3://b/{0}", "gopher://{0}", "",
    ],
)  # fmt: skip
def test_no_name_is_ever_run(
    client: Client, tmp_path: Path, folder: Path, tool: str, url: str
) -> None:
    store = harvested(folder)
    Store.objects.update(name=f"{HOSTILE}\ntouch hacked")
    moved(store, url.format(HOSTILE))
    place = tmp_path / "place"
    (place / "bin").mkdir(parents=True)
    for name in ("rclone", "aws", "s5cmd"):
        (place / "bin" / name).write_text("#!/bin/sh\ncat > /dev/null\n")
        (place / "bin" / name).chmod(0o755)
    answer = client.get(
        f"{DOWNLOAD}.sh", {"q": "well:A01", "tool": tool, "fields": "0", "levels": "0"}
    )
    (place / "download.sh").write_bytes(answer.getvalue())
    subprocess.run(
        ["sh", "download.sh"], cwd=place, capture_output=True, check=False, timeout=60,
        env={**os.environ, "PATH": f"{place / 'bin'}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert not list(tmp_path.rglob("hacked*"))


def manifest(client: Client, query: str) -> Any:
    answer = client.get(f"{DOWNLOAD}.json?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_manifest_says_how_much_it_is_and_how_that_is_known(client: Client, folder: Path) -> None:
    store = harvested(folder)
    unknown = manifest(client, "q=")
    assert (unknown["stores_of_unknown_bytes"], unknown["stores"][0]["bytes_are"]) == (1, "unknown")
    counted(store)
    (whole,) = manifest(client, "q=")["stores"]
    assert (whole["is_whole"], whole["bytes_are"], whole["tool"]) == (True, "counted", "cp")
    assert whole["bytes"] == sum(
        path.stat().st_size for path in folder.rglob("*") if path.is_file()
    )
    assert len(whole["fields"]) == 6
    told = manifest(client, CUT)
    (cut,) = told["stores"]
    assert (cut["fields"], cut["wells"], cut["bytes_are"]) == (["A/01/1"], ["A/01"], "estimated")
    chunks = [path for level in "12" for path in (folder / f"A/01/1/{level}/c/1").rglob("*")]
    assert cut["objects"] == sum(path.is_file() for path in chunks)
    assert told["pixel_bytes"] == (16 * 16 + 8 * 8) * 2


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("levels=x", "levels"), ("fields=2..1", "fields"), ("levels=0..999999", "levels"),
        ("channels=nothing", "channels"), ("tool=scp", "tool"), ("of=wells", "of"), ("q=%00", "q"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(
    client: Client, folder: Path, query: str, parameter: str
) -> None:
    harvested(folder)
    for form in ("json", "sh"):
        answer = client.get(f"{DOWNLOAD}.{form}?{query}")
        assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_more_than_a_script_can_name_is_refused(
    client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved(harvested(folder), "https://example.org/p.zarr")
    monkeypatch.setattr("catalog.api.downloads.MOST_LINES", 3)
    assert client.get(f"{DOWNLOAD}.sh").status_code == 422
    assert client.head(f"{DOWNLOAD}.sh").status_code == 422
    monkeypatch.setattr("catalog.queries.downloads.MOST_WELLS", 2)
    answer = client.get(f"{DOWNLOAD}.json")
    assert answer.status_code == 422
    assert "3 wells" in answer.json()["detail"]


def test_channels_that_share_chunks_come_together_and_that_is_said(
    client: Client, tmp_path: Path
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"])
    document = folder / "A/01/0/0/zarr.json"
    told = json.loads(document.read_text())
    told["chunk_grid"]["configuration"]["chunk_shape"][0] = 2
    document.write_text(json.dumps(told))
    harvested(folder)
    (store,) = manifest(client, "q=&channels=GFP&levels=0")["stores"]
    assert store["notes"] == ["Chunks of some arrays hold several channels: all of these come."]

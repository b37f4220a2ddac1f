"""`manage.py up` serves the bytes of what it has harvested, to zarr and obstore as they come."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import obstore
import pytest
import zarr
from obstore.store import HTTPStore
from zarr.storage import ObjectStore

from catalog.local.plan import free_port
from tests import stores
from tests.running import Running, manage, platecat, wait_until

pytestmark = pytest.mark.processes
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
needs_nginx = pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed")
CONFIGURATION = """\
daemon off; worker_processes 1; pid {place}/pid; error_log {place}/error.log; {user}
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/f;
    uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
    server {{
        listen 127.0.0.1:{port};
        location /data/ {{
            proxy_pass {data}; proxy_http_version 1.1;
            proxy_set_header Connection ""; proxy_set_header Host $host;
        }}
        location /-/files/ {{ internal; alias /; add_header Access-Control-Allow-Origin * always; }}
    }}
}}
"""


@pytest.fixture(params=["0.4", "0.5"])
def plate(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return stores.plate(
        tmp_path / "p 1.zarr", version=request.param, wells=["B/03"], chunks=True, name="p"
    )


def address(running: Running, plate: Path) -> str:
    """Where a public plate is read, once it is harvested."""
    done = manage(running.data, "harvest", str(plate), "--dataset", "d", "--public", "--wait")
    assert done.returncode == 0, done.stdout + done.stderr
    (store,) = running.every("stores/")
    told = running.get(f"stores/{store['id']}/links/")
    assert running.url.rpartition(":")[0] == "http://127.0.0.1"
    return str(told["address"]["url"])


def pixels_at(url: str, field: str) -> object:
    """The pixels of a field, as zarr reads them over http with obstore."""
    store = HTTPStore.from_url(f"{url}/{field}", client_options={"allow_http": True})
    group = zarr.open_group(ObjectStore(store, read_only=True), mode="r")
    level = group["0"]
    assert isinstance(level, zarr.Array)
    return level[...].tolist()  # type: ignore[union-attr]


def test_a_plate_is_read_from_the_process_of_bytes_and_by_way_of_the_web(
    tmp_path: Path, plate: Path
) -> None:
    (field,) = (path.parent for path in plate.glob("B/*/0/0"))
    inside = field.relative_to(plate).as_posix()
    expected = zarr.open_group(field, mode="r")["0"]
    assert isinstance(expected, zarr.Array)
    with platecat(tmp_path / "data") as running:
        url = address(running, plate)
        assert not url.startswith(running.url)
        for base in (url, url.replace(url.partition("/data/")[0], running.url)):
            assert pixels_at(base, inside) == expected[...].tolist()  # type: ignore[union-attr]
        store = HTTPStore.from_url(url, client_options={"allow_http": True})
        (document,) = (one for one in ("zarr.json", ".zattrs") if (plate / one).exists())
        whole = (plate / document).read_bytes()
        assert obstore.head(store, document)["size"] == len(whole)
        assert bytes(obstore.get_range(store, document, start=3, end=9)) == whole[3:9]
        (data,) = [one for one in running.one_of("catalog.data.wsgi") if one.nice() > 0][:1]
        assert data.is_running()


@needs_nginx
def test_nginx_sends_the_files_that_the_process_names(tmp_path: Path, plate: Path) -> None:
    with platecat(tmp_path / "data", PLATECAT_ACCEL="/-/files") as running:
        url = address(running, plate)
        data, _, rest = url.partition("/data/")
        with nginx(tmp_path / "nginx", data) as front:
            (document,) = (one for one in ("zarr.json", ".zattrs") if (plate / one).exists())
            whole = (plate / document).read_bytes()
            asked = Request(f"{front}/data/{rest}/{document}", headers={"Range": "bytes=-5"})
            with urlopen(asked) as answer:
                assert (answer.status, answer.read()) == (206, whole[-5:])
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
            with pytest.raises(OSError, match="404"):
                urlopen(f"{front}/-/files{plate}/{document}".replace(" ", "%20"))
            with pytest.raises(OSError, match="404"):
                urlopen(f"{front}/data/{rest}/none")


@contextmanager
def nginx(place: Path, data: str) -> Iterator[str]:
    """The address of an nginx in front of the process of bytes."""
    place.mkdir()
    port = free_port(0)
    user = "user root;" if os.geteuid() == 0 else ""
    told = {"place": place, "port": port, "data": data, "user": user}
    (place / "nginx.conf").write_text(CONFIGURATION.format(**told))
    process = subprocess.Popen([NGINX, "-p", str(place), "-c", str(place / "nginx.conf")])
    try:
        wait_until((place / "pid").exists, within_s=120, what="nginx has started")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)

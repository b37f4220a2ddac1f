"""nginx on loopback, set up as a near and fast store, and the rate of wrk, for benchmarks."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_CONFIGURATION = """\
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    types {{ application/json json; }}
    open_file_cache max=40000 inactive=1h;
    open_file_cache_valid 1h;
    open_file_cache_errors on;
    keepalive_requests 100000000;
    keepalive_timeout 1h;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port} backlog=1024; root {root}; }}
}}
"""
_SCRIPT = """\
local paths = {{ {paths} }}
local nth = 0
request = function()
    nth = nth % #paths + 1
    return wrk.format("GET", "/{folder}/" .. paths[nth])
end
"""
_START_S = 10.0
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")


def program(name: str) -> str | None:
    """Where a program of the system is, None if it is not there."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


@contextmanager
def nginx(program: str, root: Path, folder: Path) -> Iterator[str]:
    """Serve a folder; the URL."""
    folder.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(folder=folder, root=root, port=port, user=user), encoding="utf-8"
    )
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(configuration)])
    try:
        _await_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _await_port(port: int) -> None:
    until = time.monotonic() + _START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, "nginx did not start"
            time.sleep(0.05)
        else:
            return


def rate_of_wrk(
    program: str, url: str, paths: Sequence[str], *, concurrency: int, script: Path
) -> float:
    """Requests a second of wrk, one thread, over the same documents for three seconds."""
    base, _, folder = url.rpartition("/")
    listed = ",".join(f'"{path}"' for path in paths)
    script.write_text(_SCRIPT.format(paths=listed, folder=folder), encoding="utf-8")
    command = [program, "-t1", f"-c{concurrency}", "-d3s", "-s", str(script), base]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    found = _RATE.search(said)
    assert found is not None, said
    return float(found[1])

import os
from pathlib import Path

import psutil

from catalog.local.folder import DataFolder
from catalog.local.processes import end, kill
from catalog.local.starters import dead_starters, running

GRACE_S = 10.0
SERVERS = {"postgres": "postgres", "broker": "valkey-server"}


def stop_orphans(folder: DataFolder) -> None:
    """Stop what dead starters left running here, and remove the files that it left.

    Only for those who hold the gate: nobody may be starting services meanwhile.
    """
    for path, starter in dead_starters(folder):
        for started in reversed(starter.started):
            end(started.mark, stop_signal=started.signal, grace_s=GRACE_S)
        path.unlink(missing_ok=True)
    alive = running(folder)
    for name, program in SERVERS.items():
        if name not in alive:
            kill(_working_in(folder.root / name, program))
            _remove_leftovers(folder, name)


def _working_in(place: Path, program: str) -> list[psutil.Process]:
    """Servers whose starter did not live long enough to note them: they work in this folder."""
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == program and process.info["cwd"] == str(place)
    ]


def _remove_leftovers(folder: DataFolder, name: str) -> None:
    """Remove pid files and sockets whose server is gone, lest its number is somebody else's now."""
    leftovers = {
        "postgres": (
            folder.cluster / "postmaster.pid",
            folder.postgres_socket,
            folder.sockets / f"{folder.postgres_socket.name}.lock",
        ),
        "broker": (folder.broker_socket,),
    }
    for path in leftovers[name]:
        if os.path.lexists(path):
            path.unlink()

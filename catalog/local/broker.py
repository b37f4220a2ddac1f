import os
import socket
from pathlib import Path

from catalog.local.folder import DataFolder
from catalog.local.programs import find_valkey
from catalog.local.service import Service

NAME = "broker"
TIMEOUT_S = 2.0


def broker(folder: DataFolder, *, program: Path | None = None) -> Service:
    """The Valkey of a data folder, on a socket that only its owner may open."""
    flags = {
        "--port": "0",
        "--unixsocket": str(folder.broker_socket),
        "--unixsocketperm": "700",
        "--dir": str(folder.broker),
        "--appendonly": "yes",
        "--save": "",
        "--maxmemory-policy": "noeviction",
    }
    return Service(
        name=NAME,
        command=(
            str(program or find_valkey()),
            *(part for flag in flags.items() for part in flag),
        ),
        answers=lambda: broker_answers(folder.broker_socket),
        prepare=lambda: folder.make_sockets(owner=None),
    )


def broker_answers(path: Path) -> bool:
    """Whether a Valkey that has read its data listens on a socket."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(TIMEOUT_S)
            connection.connect(os.fsencode(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False

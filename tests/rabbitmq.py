"""A real RabbitMQ on loopback, that leaves the machine's own and its files alone."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.servers import _free_ports

# The script of the package changes to the system's own user and folders; this one does not.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_S = 180.0


def is_installed() -> bool:
    """Whether this machine has the programs of RabbitMQ."""
    return SERVER.exists() and shutil.which("epmd") is not None


needs_rabbitmq = pytest.mark.skipif(
    not is_installed(),
    reason="RabbitMQ is not installed here (apt-get install rabbitmq-server), so BROKER_URL=amqp:// was not tried",
)


@contextmanager
def rabbitmq() -> Iterator[str]:
    """The URL of a RabbitMQ that runs meanwhile."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="rabbit-")))
        port, distribution, mapper = _free_ports(3)
        variables = environment(folder, port=port, distribution=distribution, mapper=mapper)
        # Else the server would start one that outlives it.
        stack.enter_context(running(["epmd", "-port", str(mapper)], variables, folder / "epmd"))
        await_port(mapper)
        server = stack.enter_context(running([str(SERVER)], variables, folder / "log"))
        await_port(port, process=server, log=folder / "log")
        yield f"amqp://guest:guest@127.0.0.1:{port}//"


def environment(folder: Path, *, port: int, distribution: int, mapper: int) -> dict[str, str]:
    """All that keeps a node to itself."""
    loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
    return {
        "PATH": os.environ["PATH"],
        # The cookie that its parts know each other by.
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"platecat-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback,
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
    }


@contextmanager
def running(
    command: list[str], variables: dict[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that runs meanwhile."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/"
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def await_port(
    port: int, *, process: "subprocess.Popen[bytes] | None" = None, log: Path | None = None
) -> None:
    """Return once somebody listens on a port of loopback."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and (process is None or process.poll() is None):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    said = log.read_text(errors="replace")[-3000:] if log else ""
    raise AssertionError(f"nobody listens on port {port}: {said}")

import hashlib
import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from urllib.parse import quote, urlencode

from catalog.local.refusals import DataFolderRefused, SocketFolderTaken

POSTGRES_PORT = 5432
DATABASE = "platecat"
OWNER_ONLY = 0o700
# A socket's path holds at most 107 bytes on Linux and 103 on macOS; some are left in reserve.
LONGEST_SOCKET_PATH = 90
# Postgres and libpq split lists of folders at commas, URLs know %, ? and #: only plain paths.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")
_SHORT_FOLDERS = Path("/tmp")  # noqa: S108 - owner and mode are checked before use


@dataclass(frozen=True, init=False)
class DataFolder:
    """Where everything of one embedded Platecat lies, the same for every process that asks."""

    root: Path

    def __init__(self, root: Path | str) -> None:
        object.__setattr__(self, "root", Path(root).expanduser().resolve())

    @property
    def cluster(self) -> Path:
        """The Postgres data directory."""
        return self.root / "postgres"

    @property
    def broker(self) -> Path:
        """Where the broker keeps its append-only file."""
        return self.root / "broker"

    @property
    def logs(self) -> Path:
        """One log file for each service."""
        return self.root / "logs"

    @property
    def starters(self) -> Path:
        """One record for each process that started services here."""
        return self.root / "starters"

    @property
    def demo(self) -> Path:
        """The sample plates of `up --demo`."""
        return self.root / "demo"

    @property
    def secret_key_file(self) -> Path:
        """The key that signs sessions, made once."""
        return self.root / "secret-key"

    @property
    def gate(self) -> Path:
        """Lock that is held while services are started or stopped."""
        return self.root / "gate.lock"

    @property
    def users(self) -> Path:
        """Lock that everyone who uses running services shares."""
        return self.root / "users.lock"

    @property
    def schedule(self) -> Path:
        """What beat remembers of its schedule."""
        return self.root / "beat-schedule"

    @property
    def meters(self) -> Path:
        """Where the web processes count requests together."""
        return self.root / "meters"

    @property
    def sockets(self) -> Path:
        """The folder of the sockets: inside the data folder unless its path is too long."""
        inside = self.root / "run"
        longest = inside / f".s.PGSQL.{POSTGRES_PORT}"
        short = len(os.fsencode(longest)) <= LONGEST_SOCKET_PATH
        if short and _PLAIN_PATH.fullmatch(str(inside)):
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return _SHORT_FOLDERS / f"platecat-{digest}"

    @property
    def postgres_socket(self) -> Path:
        """The socket that Postgres listens on."""
        return self.sockets / f".s.PGSQL.{POSTGRES_PORT}"

    @property
    def broker_socket(self) -> Path:
        """The socket that the broker listens on."""
        return self.sockets / "broker.sock"

    @property
    def database_url(self) -> str:
        """`DATABASE_URL` of the embedded Postgres."""
        return self.url_of(DATABASE)

    @property
    def broker_url(self) -> str:
        """`BROKER_URL` of the embedded broker."""
        return f"redis+socket://{quote(str(self.broker_socket))}"

    def url_of(self, database: str) -> str:
        """The URL of one database of the embedded Postgres."""
        where = {"host": str(self.sockets), "port": str(POSTGRES_PORT), "user": DATABASE}
        return f"postgresql:///{database}?{urlencode(where, safe='/')}"

    def make(self) -> None:
        """Make the folder and those parts of it that are nobody else's business."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for part in (self.broker, self.logs, self.starters):
                part.mkdir(mode=OWNER_ONLY, exist_ok=True)
        except OSError as error:
            raise DataFolderRefused(
                f"The data folder {self.root} cannot be written: {error.strerror}. "
                "Name another one with --data or PLATECAT_DATA."
            ) from error

    def make_sockets(self, *, owner: int | None) -> None:
        """Make the folder of the sockets so that only its owner gets in; none: whoever has it."""
        folder = self.sockets
        folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
        there = folder.lstat()
        if not stat.S_ISDIR(there.st_mode) or there.st_uid not in {owner, *self._owners()}:
            raise SocketFolderTaken(
                f"{folder}, where the sockets of {self.root} go, belongs to user {there.st_uid}. "
                "Remove it, or choose a data folder with a shorter path."
            )
        if owner is not None and there.st_uid != owner:
            os.chown(folder, owner, -1)
        folder.chmod(OWNER_ONLY)

    def empty_meters(self) -> None:
        """Begin to count anew: what processes that are gone have counted is no more told."""
        rmtree(self.meters, ignore_errors=True)

    def remove_sockets(self) -> None:
        """Remove the folder of the sockets once no server uses it."""
        with suppress(FileNotFoundError):
            if not any(self.sockets.iterdir()):
                self.sockets.rmdir()

    def _owners(self) -> set[int]:
        """Ourselves, and the user whom we let Postgres run as."""
        ours = {os.geteuid()}
        return ours | {self.cluster.stat().st_uid} if self.cluster.exists() else ours

    def secret_key(self) -> str:
        """The key of this data folder, made at the first call and readable by its owner only."""
        try:
            handle = os.open(self.secret_key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self.secret_key_file.read_text().strip()
        key = secrets.token_urlsafe(50)
        with os.fdopen(handle, "w") as file:
            file.write(key)
        return key

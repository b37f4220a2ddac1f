import os
import pwd
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from catalog.local.refusals import NoUserForPostgres

ROOT = 0
# Bits of /proc/self/status. Containers often keep back the first and grant the second.
_READING_CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}


@dataclass(frozen=True)
class Identity:
    """Whom a program runs as instead of root, and the capability it needs to see its files."""

    uid: int
    gid: int
    capability: str | None

    def options(self) -> tuple[str, ...]:
        """What setpriv is told."""
        user = ("--reuid", str(self.uid), "--regid", str(self.gid), "--clear-groups")
        if self.capability is None:
            return user
        # access(2) ignores the capabilities of a user who is not root unless this bit is set,
        # and Postgres asks access(2) about its own programs.
        seeing = ("--securebits", "+no_setuid_fixup")
        wish = f"+{self.capability}"
        return (*user, *seeing, "--inh-caps", wish, "--ambient-caps", wish)


def wrapped(
    command: Iterable[str], *, identity: Identity | None = None, dies_by: str | None = None
) -> list[str]:
    """The command under setpriv: as that user, and signalled when its parent dies."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return list(command)
    death = ("--pdeathsig", dies_by) if dies_by else ()
    options = (*death, *(identity.options() if identity else ()))
    return [setpriv, *options, "--", *command] if options else list(command)


def identity_for(*, cluster: Path, programs: Path) -> Identity | None:
    """Whom Postgres runs as: ourselves, or if we are root the cluster's owner or a system user."""
    if os.geteuid() != ROOT:
        return None
    if shutil.which("setpriv") is None:
        raise NoUserForPostgres(
            "Postgres does not run as root, and setpriv, which runs it as another user, "
            "is missing. Install util-linux, or start Platecat as an ordinary user."
        )
    user = _system_user(cluster)
    seen = all(_reachable(path, user) for path in (cluster.parent, programs))
    return Identity(user.pw_uid, user.pw_gid, None if seen else _reading_capability(user, cluster))


def _system_user(cluster: Path) -> pwd.struct_passwd:
    if cluster.exists() and (owner := cluster.stat().st_uid) != ROOT:
        return pwd.getpwuid(owner)
    known = {user.pw_name: user for user in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return known[name]
    raise NoUserForPostgres(
        "Postgres does not run as root, and this machine has neither a user postgres nor nobody. "
        "Add one (useradd --system postgres), or start Platecat as an ordinary user."
    )


def _reachable(path: Path, user: pwd.struct_passwd) -> bool:
    return all(_enters(folder.stat(), user) for folder in (path, *path.parents))


def _enters(there: os.stat_result, user: pwd.struct_passwd) -> bool:
    if there.st_uid == user.pw_uid:
        return bool(there.st_mode & 0o100)
    if there.st_gid == user.pw_gid:
        return bool(there.st_mode & 0o010)
    return bool(there.st_mode & 0o001)


def _reading_capability(user: pwd.struct_passwd, cluster: Path) -> str:
    permitted = _permitted_capabilities()
    for name, bit in _READING_CAPABILITIES.items():
        if permitted >> bit & 1:
            return name
    raise NoUserForPostgres(
        f"Postgres runs as user {user.pw_name}, who cannot reach {cluster.parent} or Platecat's "
        "own programs, and this container lets root grant no reading. "
        "Move both to a folder that everybody may enter, or start Platecat as an ordinary user."
    )


def _permitted_capabilities() -> int:
    status = Path("/proc/self/status").read_text()
    line = next((line for line in status.splitlines() if line.startswith("CapPrm:")), "CapPrm: 0")
    return int(line.split()[1], 16)

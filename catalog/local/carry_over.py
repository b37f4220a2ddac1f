import shlex

from catalog.local.folder import DATABASE, DataFolder
from catalog.local.identity import Identity, wrapped
from catalog.local.programs import SYSTEM_POSTGRES, PostgresPrograms


def carry_over(
    folder: DataFolder, programs: PostgresPrograms, *, old: int, identity: Identity | None
) -> str:
    """How to bring a cluster of another Postgres version over, as commands to be typed."""
    dump = folder.root / f"platecat-{old}.dump"
    aside = folder.cluster.with_name(f"postgres-{old}")
    server = ("-h", str(folder.sockets), "-U", DATABASE)
    sockets = shlex.quote(str(folder.sockets))
    options = f"-c listen_addresses='' -c unix_socket_directories={sockets}"
    pg_ctl = str(SYSTEM_POSTGRES / str(old) / "bin" / "pg_ctl")
    as_owner = wrapped((pg_ctl, "-D", str(folder.cluster), "-w"), identity=identity)
    lines = (
        ("mkdir", "-p", "-m", "700", str(folder.sockets)),
        *((("chown", str(identity.uid), str(folder.sockets)),) if identity else ()),
        (*as_owner, "-o", options, "start"),
        (programs["pg_dump"], *server, "-Fc", "-f", str(dump), DATABASE),
        (*as_owner, "-m", "fast", "stop"),
        ("mv", str(folder.cluster), str(aside)),
    )
    restore = (programs["pg_restore"], *server, "--clean", "--if-exists", "-d", DATABASE, str(dump))
    up = f"python manage.py up --data {shlex.quote(str(folder.root))}"
    commands = "\n".join(f"  {shlex.join(line)}" for line in lines)
    return (
        f"{folder.cluster} was made by Postgres {old}, and this Platecat runs Postgres "
        f"{programs.major} ({programs.folder}). Nothing was changed. To carry it over, with the "
        f"programs of Postgres {old} at hand:\n{commands}\n"
        f"  {up} --no-worker\n"
        f"then, while that runs, in another terminal:\n  {shlex.join(restore)}\n"
        f"and start again with `{up}`. When all is there, {aside} and {dump} may be deleted."
    )

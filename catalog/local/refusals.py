class LocalRefusal(Exception):
    """What the embedded mode will not do: the sentence says what, where, and what to do."""


class SocketFolderTaken(LocalRefusal):
    """The folder for the sockets belongs to somebody else."""


class ProgramsMissing(LocalRefusal):
    """No Postgres or Valkey that runs on this machine was found."""


class NoUserForPostgres(LocalRefusal):
    """Postgres refuses root, and no other user can be taken for it."""


class OtherPostgresVersion(LocalRefusal):
    """The data folder was made by another major version of Postgres."""


class AlreadyUp(LocalRefusal):
    """Platecat runs on this data folder already."""


class FolderInUse(LocalRefusal):
    """A command uses the data folder's services right now."""


class PortTaken(LocalRefusal):
    """Another program listens on the port."""


class ServiceFailed(LocalRefusal):
    """A service did not start, did not answer in time, or died."""


class DataFolderRefused(LocalRefusal):
    """The data folder cannot be made or written."""

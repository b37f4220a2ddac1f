from pathlib import Path
from types import TracebackType
from typing import Self

MOST_BYTES = 5_000_000


class BoundedLog:
    """A log file that keeps its newest part: at the bound it becomes `NAME.log.1`."""

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self.path = path
        self.most_bytes = most_bytes
        self.file = path.open("ab")
        self.size = self.file.tell()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.close()

    def write(self, line: bytes) -> None:
        """Append a line, to a new file if this one is full."""
        if self.size + len(line) > self.most_bytes:
            self._start_anew()
        self.file.write(line)
        self.file.flush()
        self.size += len(line)

    def _start_anew(self) -> None:
        self.file.close()
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self.file = self.path.open("wb")
        self.size = 0

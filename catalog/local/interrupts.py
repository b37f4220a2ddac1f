import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Counts Ctrl-C and its like instead of ending the process at once."""

    def __init__(self) -> None:
        self.count = 0
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        # Only the main thread may set handlers; others are not interrupted anyway.
        if threading.current_thread() is threading.main_thread():
            for one in SIGNALS:
                self._former[one] = signal.signal(one, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one, former in self._former.items():
            signal.signal(one, former)

    def once(self) -> bool:
        """Whether we were asked to stop."""
        return self.count >= 1

    def twice(self) -> bool:
        """Whether we were asked to stop without further ado."""
        return self.count > 1

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.count += 1

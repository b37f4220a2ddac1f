import time
from collections.abc import Callable, Sequence

from catalog.local.child import Child, Say
from catalog.local.folder import DataFolder
from catalog.local.refusals import ServiceFailed
from catalog.local.service import Service
from catalog.local.starters import Record

PAUSE_S = 0.05


class StopAsked(Exception):
    """Somebody asked us to stop while services were starting."""


def never() -> bool:
    """For who is not interrupted."""
    return False


def nowhere(name: str, line: str) -> None:
    """For who shows no logs."""


class Supervisor:
    """Starts services one after another, watches them, and stops them in reverse."""

    def __init__(
        self,
        folder: DataFolder,
        *,
        kind: str,
        url: str = "",
        say: Say = nowhere,
        asked_to_stop: Callable[[], bool] = never,
    ) -> None:
        self.folder = folder
        self.children: list[Child] = []
        self._say = say
        self._asked_to_stop = asked_to_stop
        self._record = Record(folder, kind=kind, url=url)

    def start(self, service: Service) -> Child:
        """The service once it answers; a one-shot once it has ended well."""
        (child,) = self.start_together((service,))
        return child

    def start_together(self, services: Sequence[Service]) -> list[Child]:
        """Services that need not wait for each other, once all of them answer."""
        started = [self.spawn(service) for service in services]
        for child in started:
            self.wait_for(child)
        return started

    def spawn(self, service: Service) -> Child:
        """The service as it starts; nobody has waited for it yet."""
        service.prepare()
        child = Child(service, logs=self.folder.logs, say=self._say)
        self.children.append(child)
        self._record.add(service.name, child.mark, service.stop_signal)
        return child

    def refuse_the_dead(self) -> None:
        """Raise if a service ended that should run."""
        for child in self.children:
            if not child.runs() and not child.service.one_shot:
                raise _died(child, self.folder)

    def stop(self, *, hurry: Callable[[], bool] = never) -> None:
        """Stop all, the last started first, and leave nothing behind."""
        while self.children:
            self.children[-1].stop(hurry=hurry)
            self.children.pop()
        self.folder.remove_sockets()
        self._record.close()

    def wait_for(self, child: Child) -> None:
        """Return once a service answers, or a one-shot has ended well."""
        self._watch(child)
        if child.service.one_shot:
            child.drain()
            self.children.remove(child)

    def _watch(self, child: Child) -> None:
        deadline = time.monotonic() + child.service.patience_s
        while not child.ready():
            if self._asked_to_stop():
                raise StopAsked
            if not child.runs() and not child.ready():
                raise _died(child, self.folder)
            self.refuse_the_dead()
            if not child.service.one_shot and time.monotonic() > deadline:
                raise _silent(child, self.folder)
            time.sleep(PAUSE_S)


def _died(child: Child, folder: DataFolder) -> ServiceFailed:
    child.drain()
    return ServiceFailed(
        f"{child.service.name} ended with {child.how_it_ended()}. {_last_words(child, folder)}"
    )


def _silent(child: Child, folder: DataFolder) -> ServiceFailed:
    return ServiceFailed(
        f"{child.service.name} did not answer within {child.service.patience_s:.0f} seconds. "
        f"{_last_words(child, folder)}"
    )


def _last_words(child: Child, folder: DataFolder) -> str:
    log = folder.logs / f"{child.service.name}.log"
    lines = "".join(f"\n  {line}" for line in child.last_lines)
    return f"Its last lines, of {log}:{lines}" if lines else f"It said nothing ({log})."

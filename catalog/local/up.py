import time
from collections.abc import Callable

from catalog.local.child import Child, Say
from catalog.local.folder import DataFolder
from catalog.local.interrupts import Interrupts
from catalog.local.locks import gate
from catalog.local.orphans import stop_orphans
from catalog.local.plan import Plan
from catalog.local.refusals import AlreadyUp, FolderInUse, ServiceFailed
from catalog.local.starters import UP, living_starters
from catalog.local.supervisor import StopAsked, Supervisor

WATCH_S = 0.2
GATE_PATIENCE_S = 5.0


def up(
    folder: DataFolder, *, plan: Callable[[], Plan], say: Callable[[str], None], log: Say
) -> int:
    """The exit code, once all that the plan started has stopped again: 0 if we were asked to."""
    refuse_if_up(folder)
    folder.make()
    with Interrupts() as interrupts:
        try:
            supervisor = _start(folder, plan=plan, say=say, log=log, interrupts=interrupts)
        except StopAsked:
            return 0
        return _watch(folder, supervisor, say=say, interrupts=interrupts)


def refuse_if_up(folder: DataFolder) -> None:
    """Raise if an `up` runs on this folder."""
    for starter in living_starters(folder):
        if starter.kind == UP:
            where = f" at {starter.url}" if starter.url else ""
            raise AlreadyUp(
                f"Platecat already runs on {folder.root}{where} (process {starter.pid}). "
                "Stop it first, or choose another folder with --data."
            )


def _start(
    folder: DataFolder,
    *,
    plan: Callable[[], Plan],
    say: Callable[[str], None],
    log: Say,
    interrupts: Interrupts,
) -> Supervisor:
    with gate(folder):
        refuse_if_up(folder)
        _refuse_if_used(folder)
        stop_orphans(folder)
        made = plan()
        supervisor = Supervisor(
            folder, kind=UP, url=made.url, say=log, asked_to_stop=interrupts.once
        )
        try:
            last = _start_all(supervisor, made)
        except BaseException:
            supervisor.stop(hurry=interrupts.twice)
            raise
    say(f"Platecat is ready at {made.url}")
    for line in (line for child in last for line in child.output):
        say(line)
    return supervisor


def _start_all(supervisor: Supervisor, made: Plan) -> list[Child]:
    """What ran last, once everything of a plan has started."""
    meanwhile = [supervisor.spawn(service) for service in made.meanwhile]
    for stage in made.stages:
        supervisor.start_together(stage)
    for child in meanwhile:
        supervisor.wait_for(child)
    return [supervisor.start(service) for service in made.last]


def _watch(
    folder: DataFolder,
    supervisor: Supervisor,
    *,
    say: Callable[[str], None],
    interrupts: Interrupts,
) -> int:
    code = 0
    try:
        while not interrupts.once():
            supervisor.refuse_the_dead()
            time.sleep(WATCH_S)
        say("Stopping (once more Ctrl-C kills at once).")
    except ServiceFailed as failure:
        say(f"{failure}\nStopping the rest.")
        code = 1
    finally:
        with gate(folder, patience_s=GATE_PATIENCE_S, insist=False):
            supervisor.stop(hurry=interrupts.twice)
    return code


def _refuse_if_used(folder: DataFolder) -> None:
    for starter in living_starters(folder):
        raise FolderInUse(
            f"A command (process {starter.pid}) uses the services of {folder.root} right now. "
            "Wait until it has ended, then try again."
        )

from pathlib import Path

from catalog.local.logs import BoundedLog
from catalog.local.screen import Screen


def test_a_full_log_starts_anew_and_keeps_the_former(tmp_path: Path) -> None:
    with BoundedLog(tmp_path / "web.log", most_bytes=10) as log:
        for line in (b"first\n", b"second\n", b"third\n"):
            log.write(line)
    assert (tmp_path / "web.log").read_bytes() == b"third\n"
    assert (tmp_path / "web.log.1").read_bytes() == b"second\n"


def test_a_log_goes_on_where_the_last_run_ended(tmp_path: Path) -> None:
    for line in (b"one\n", b"two\n"):
        with BoundedLog(tmp_path / "web.log") as log:
            log.write(line)
    assert (tmp_path / "web.log").read_bytes() == b"one\ntwo\n"


def test_lines_stand_behind_the_name_of_their_service() -> None:
    shown: list[str] = []
    screen = Screen(shown.append, coloured=False)
    screen.log("web", "hello")
    screen.log("postgres", "ready")
    assert shown == ["web      | hello", "postgres | ready"]


def test_names_have_colours_on_a_terminal() -> None:
    shown: list[str] = []
    screen = Screen(shown.append, coloured=True)
    for name in ("web", "postgres", "web"):
        screen.log(name, "x")
    assert shown[0] == shown[2] != shown[1]
    assert shown[0].startswith("\x1b[36mweb")


def test_a_terminal_that_is_gone_does_not_stop_the_logs() -> None:
    def gone(_: str) -> None:
        raise BrokenPipeError

    screen = Screen(gone, coloured=False)
    screen.say("one")
    screen.log("web", "two")

from workers.celery import app
from workers.schedule import BEAT, CLOCK


def test_tending_never_waits_behind_the_work_it_watches_over() -> None:
    assert {entry["options"]["queue"] for entry in BEAT.values()} == {CLOCK}  # type: ignore[index]


def test_all_that_the_clock_asks_for_is_registered() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in BEAT.values()} <= set(app.tasks)

from workers.schedule import BEAT, CLOCK


def test_tending_never_waits_behind_the_work_it_watches_over() -> None:
    (entry,) = BEAT.values()
    assert entry["options"]["queue"] == CLOCK  # type: ignore[index]

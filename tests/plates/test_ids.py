import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from plates import ids
from plates.ids import uuid7


def test_an_id_is_a_uuid_of_version_7_and_variant_rfc() -> None:
    made = uuid7()
    assert made.version == 7
    assert made.variant == uuid.RFC_4122


def test_an_id_tells_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    stamp = uuid7().int >> 80
    # Counting past a full counter, or a clock set back, may run ahead by very little.
    assert before - 1 <= stamp <= time.time_ns() // 1_000_000 + 1_000


def test_ids_sort_in_the_order_in_which_they_were_made() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(8) as threads:
        batches = list(threads.map(lambda _: [uuid7() for _ in range(2_000)], range(8)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({made for batch in batches for made in batch}) == 16_000


def test_a_clock_that_is_set_back_does_not_disturb_the_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 1)
    assert uuid7() > first


def test_a_full_counter_moves_on_to_the_next_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ids._Clock()
    monkeypatch.setattr(time, "time_ns", lambda: 5_000_000)
    clock.tick()
    clock.counter = 2**42 - 1
    assert clock.tick()[0] == 6


@pytest.mark.skipif(not hasattr(os, "register_at_fork"), reason="nothing forks here")
def test_a_forked_worker_starts_counting_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_clock", ids._Clock())
    uuid7()
    ids._restart_clock()
    assert ids._clock.millisecond == 0

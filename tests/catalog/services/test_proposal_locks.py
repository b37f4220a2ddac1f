"""Who decides on a proposal and who harvests a store with the same content wait, and never block."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from catalog.models import Dataset, Proposal
from catalog.services.proposals import (
    accept_proposal,
    propose_what_it_is,
    refuse_proposal,
    wait_for_others,
)
from catalog.services.sources import create_source
from tests.catalog.services.proposed import copy, one_plate
from tests.catalog.services.scanned import scan
from tests.catalog.services.test_changes import PATIENCE_S, in_thread

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def proposal(tmp_path: Path, open_dataset: Dataset, allowed: None) -> Proposal:
    """That a store is a copy of a known one."""
    one_plate(tmp_path / "in")
    source = create_source(
        by=None, name="lab", url=str(tmp_path / "in"), default_dataset=open_dataset
    )
    scan(source)
    copy(tmp_path / "in")
    scan(source)
    return Proposal.objects.get()


def somebody_waits() -> bool:
    """Whether a connection waits for a lock, soon."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("decide", [refuse_proposal, accept_proposal])
def test_a_harvest_of_the_same_content_and_a_decision_do_not_wait_for_each_other(
    proposal: Proposal, decide: Callable[..., object]
) -> None:
    new = proposal.store
    assert new is not None
    looking, failures = threading.Event(), list[Exception]()

    def harvest() -> None:
        with transaction.atomic():
            wait_for_others(new)
            looking.set()
            assert somebody_waits()
            # The proposal is written anew, as when another chunk of the store was seen.
            Proposal.objects.filter(pk=proposal.pk).update(evidence={})
            propose_what_it_is(new)

    def person() -> None:
        assert looking.wait(PATIENCE_S)
        decide(proposal=proposal, by=None)

    def tried(work: Callable[[], None]) -> Callable[[], None]:
        def trying() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - a thread tells nobody else
                failures.append(error)

        return trying

    threads = [in_thread(tried(harvest)), in_thread(tried(person))]
    for thread in threads:
        thread.join(PATIENCE_S)
    assert failures == []
    proposal.refresh_from_db()
    assert proposal.state in {"refused", "accepted"}

from pathlib import Path

from catalog.local.folder import DataFolder
from catalog.local.plan import worker_services
from workers.schedule import CLOCK


def test_the_worker_of_one_machine_serves_every_queue_and_the_tender_its_own(
    tmp_path: Path,
) -> None:
    services = worker_services(DataFolder(tmp_path), schedule=tmp_path / "schedule")
    worker, tender, beat = (service.command for service in services)
    # A worker that is told no queues takes from all that the configuration names.
    assert not {"-Q", "--queues"} & set(worker)
    assert tender[tender.index("--queues") + 1] == CLOCK
    assert "beat" in beat

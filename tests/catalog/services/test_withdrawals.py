"""What is withdrawn says why, and stays where it lies."""

import pytest

from catalog.errors import NotUnderstood, VersionStays
from catalog.models import Change, Dataset
from catalog.services.version_files import faults_of_files
from catalog.services.withdrawals import withdraw, withdraw_version
from tests.catalog.services.mapped import LAYOUT, applied
from tests.catalog.services.published import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("versions")]


def test_what_is_withdrawn_says_why_and_keeps_its_files(small: Dataset) -> None:
    version = published(small)
    with pytest.raises(NotUnderstood, match="Say in 'reason'"):
        withdraw(dataset=small, reason="", by=None)
    gone = withdraw(dataset=small, reason="The cell line was another.", by=None)
    assert (gone.state, gone.withdrawn_reason) == ("withdrawn", "The cell line was another.")
    assert list(faults_of_files(version)) == []
    change = Change.objects.latest("serial")
    assert change.verb == "withdrawn"
    assert change.differences == {"reason": "The cell line was another."}


def test_one_version_of_several_can_be_withdrawn(small: Dataset) -> None:
    first = published(small)
    with pytest.raises(VersionStays, match="only one left"):
        withdraw_version(version=first, reason="x", by=None)
    applied(small, LAYOUT)
    published(small)
    assert withdraw_version(version=first, reason="Doses.", by=None).withdrawn_reason == "Doses."
    with pytest.raises(VersionStays, match="already"):
        withdraw_version(version=first, reason="x", by=None)
    small.refresh_from_db()
    assert small.state == "published"

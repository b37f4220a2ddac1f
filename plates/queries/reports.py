"""The whole report of a store's newest validation."""

import gzip

import msgspec

from plates.models import ReportFile, Store
from plates.omezarr.report import Report


def report_of(store: Store) -> Report | None:
    """The newest report on a store; None if it was never validated."""
    file = ReportFile.objects.filter(validation=store.pk).first()
    if file is None:
        return None
    return msgspec.json.decode(gzip.decompress(bytes(file.content)), type=Report)

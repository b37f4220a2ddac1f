"""What tests of plate maps share: files as people send them, and jobs worked on as workers do."""

import io

from django.contrib.auth.models import User

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job
from catalog.services.plate_map_jobs import (
    apply_plate_map,
    check_plate_map,
    match_plate_map,
    undo_plate_map,
)
from catalog.services.plate_map_uploads import Upload, upload_plate_map
from catalog.services.plate_maps import request_apply, request_undo
from plates.models import PlateMap
from plates.services.plate_map_files import SentFile
from workers.tasks import work_on

WORKS = {
    Kind.CHECK_PLATE_MAP: check_plate_map,
    Kind.APPLY_PLATE_MAP: apply_plate_map,
    Kind.UNDO_PLATE_MAP: undo_plate_map,
    Kind.MATCH_PLATE_MAP: match_plate_map,
}
LAYOUT = """\
Plate,Well,Compound,Concentration (uM),Control type
small,A1,DMSO,,negative control
small,A2,Nutlin-3a,10,
small,B3,Etoposide,2.5,
"""


def sent(text: str | bytes, name: str = "layout.csv") -> SentFile:
    """A file as somebody hands it over."""
    return SentFile(name, io.BytesIO(text.encode() if isinstance(text, str) else text))


def uploaded(
    dataset: Dataset,
    *files: SentFile | str,
    by: User | None = None,
    plate: str = "",
) -> Upload:
    """An upload whose dry run waits."""
    kept = [sent(file) if isinstance(file, str) else file for file in files or (LAYOUT,)]
    return upload_plate_map(dataset=dataset, by=by, files=kept, plate=plate)


def worked(job: Job | None) -> Job:
    """A job after a worker took its turn."""
    assert job is not None
    kind = Kind(job.kind)
    work_on(kind, WORKS[kind])
    job.refresh_from_db()
    return job


def checked(dataset: Dataset, *files: SentFile | str, plate: str = "") -> PlateMap:
    """A plate map after its dry run."""
    upload = uploaded(dataset, *files, plate=plate)
    if upload.job is not None:
        worked(upload.job)
    return PlateMap.objects.get(pk=upload.plate_map.pk)


def applied(dataset: Dataset, *files: SentFile | str, plate: str = "") -> PlateMap:
    """A plate map whose rows stand at the wells."""
    plate_map = checked(dataset, *files, plate=plate)
    job = worked(request_apply(plate_map=plate_map, by=None))
    assert job.state == "done", job.error
    return PlateMap.objects.get(pk=plate_map.pk)


def undone(plate_map: PlateMap) -> PlateMap:
    """An import after it was taken back."""
    assert worked(request_undo(plate_map=plate_map, by=None)).state == "done"
    return PlateMap.objects.get(pk=plate_map.pk)

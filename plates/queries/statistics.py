from plates.models import Preview, StatisticsFile
from plates.pixels.statistics_table import StatisticsTable


def statistics_of(preview: Preview) -> StatisticsTable | None:
    """The statistics of what was drawn; None if there are none."""
    file = StatisticsFile.objects.filter(preview=preview).first()
    return None if file is None else StatisticsTable(bytes(file.content))

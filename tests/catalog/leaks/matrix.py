"""The leak matrix whole: the rows of every noun."""

from tests.catalog.leaks import accounts, datasets, pages, plate_maps, plates, stores, versions
from tests.catalog.leaks.rows import Row

NOUNS = (accounts, datasets, pages, plate_maps, plates, stores, versions)
ROWS: dict[str, Row] = {name: row for noun in NOUNS for name, row in noun.ROWS.items()}
FILTERED = [path for noun in NOUNS for path in noun.FILTERED]
MORE = [*pages.MORE, *plates.MORE, *stores.MORE]

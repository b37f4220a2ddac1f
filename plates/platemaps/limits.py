"""How large anything of a plate map may be: nobody means more, and more is somebody's harm."""

from typing import Final

MAX_FILES: Final = 100
"""Files of one import."""
MAX_FILE_BYTES: Final = 1 << 30
"""Of a file as it lies."""
MAX_TEXT_BYTES: Final = 2 << 30
"""Of a text file, or of the cells of a sheet, once unpacked."""
MAX_RATIO: Final = 250
"""Unpacked bytes for each packed one, of what is larger than SMALL_BYTES unpacked."""
SMALL_BYTES: Final = 64 << 20
MAX_LINE: Final = 4 << 20
"""Characters of a line of text, or of all cells of a row of a sheet."""
MAX_CELL: Final = 131_072
"""Characters of a cell: the csv module's own limit. Excel allows 32,767."""
MAX_COLUMNS: Final = 2_000
MAX_ROWS: Final = 5_000_000
"""Rows of a table, blank ones counted."""
MAX_SHEETS: Final = 100
MAX_DIRECTORY_BYTES: Final = 1 << 20
"""Of the table of contents of a workbook: Excel itself writes some kilobytes."""
MAX_PART_BYTES: Final = 16 << 20
"""Of the parts of a workbook that say what sheets and styles there are, unpacked."""
MAX_STRINGS_BYTES: Final = 128 << 20
"""Of the texts that the cells of a workbook share, unpacked: they are held in memory."""
MAX_TOKEN_BYTES: Final = 1 << 20
"""Of one tag of XML."""
MAX_MATRIX_ROWS: Final = 10_000
MAX_MATRIX_CELLS: Final = 1_000_000
"""Cells of a file that is drawn as the plate is: it is held in memory."""
MAX_SYNONYMS: Final = 20_000_000
"""Names in a table of synonyms: ChEBI and Cellosaurus have some hundred thousand each."""
MAX_STUDY_ROWS: Final = 20_000
"""Rows that describe a study: IDR's longest has some hundred for each screen."""

"""The page of the documentation that lists operators and fields, as Markdown."""

import sys
from collections.abc import Iterator
from typing import Final

from catalog.search.fields import FIELDS, About, Field

_INTRODUCTION: Final = """\
# Query language

<!-- Made by `python -m catalog.search.fields_page`; do not edit. -->

What `q=` takes at `wells/`, `plates/`, `images/` and `datasets/`, and `manage.py search`. [How to search
wells](../how-to/search-wells.md) begins with examples.

Terms that stand side by side all have to hold. A term is `field:value`, or a word that is looked for everywhere.

| write | finds |
|---|---|
| `gene:TP53` | this value, whatever its case |
| `compound:"okadaic acid"` | this value, with blanks |
| `compound:tax*` | values that begin so |
| `gene:*` | any value |
| `gene:none` | no value |
| `concentration:>=1uM`, also `>`, `<`, `<=` | numbers on one side of another, units converted |
| `concentration:100nM..10uM`, `row:B..D` | from one to another, both included |
| `gene:(TP53 OR MDM2)` | one of several values |
| `cell_line:U2OS channel:DAPI`, also `AND` | all of several |
| `cell_line:U2OS OR cell_line:HeLa` | one of several |
| `-edge:yes`, `NOT edge:yes` | what is not so |
| `row:A (column:1 OR column:12)` | parts in parentheses first |
| `kinase`, `kinas*`, `"death receptor"` | words anywhere: in values, names of plates and stores, titles of datasets |
| `"siRNA Identifier":s1234` | a field whose name has blanks |

Case, blanks, hyphens and underscores of a field's name do not count. A field that is not among these is a key of
annotation: [those that are known](keys.md), and every other column of a plate map under its own header. `keys/` lists what
you may search, `terms/?key=` its values.

Conditions on one treatment, such as `compound:` with `concentration:`, hold for one group of one row of a plate map. A
negation is asked of the well as a whole. Where a table of synonyms was loaded, a value is found by its other names too, and
the answer says so.
"""
_ABOUT: Final = {
    About.DATASET: "Of the dataset",
    About.PLATE: "Of the plate",
    About.STORE: "Of the store",
    About.WELL: "Of the well",
    About.IMAGE: "Of its images",
}


def fields_page() -> Iterator[str]:
    """The lines of the page, each with its end."""
    yield _INTRODUCTION
    for about, title in _ABOUT.items():
        yield f"\n## {title}\n\n| field | is | what it says | example | also called |\n|---|---|---|---|---|\n"
        yield from (_line(field) for field in FIELDS if field.about is about)


def _line(field: Field) -> str:
    spellings = ", ".join(f"`{text}`" for text in field.spellings)
    kind = f"{field.kind.value}, in {field.unit}" if field.unit else field.kind.value
    choices = f" {', '.join(f'`{choice}`' for choice in field.choices)}." if field.choices else ""
    cells = (f"`{field.name}`", kind, f"{field.help}{choices}", f"`{field.example}`", spellings)
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    """Print the page."""
    sys.stdout.writelines(fields_page())


if __name__ == "__main__":
    main()

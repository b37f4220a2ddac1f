"""The page of the documentation that lists the keys and controls, as Markdown."""

import sys
from collections.abc import Iterator
from typing import Final

from plates.platemaps.controls import CONTROL_WORDS
from plates.platemaps.keys import Family, Key, KeyKind
from plates.platemaps.known_keys import KNOWN_KEYS
from plates.platemaps.units import DIMENSIONS

_INTRODUCTION: Final = """\
# Keys

<!-- Made by `python -m plates.platemaps.keys_page`; do not edit. -->

The keys under which what plate maps say is found, whatever the header in the file. A header means a key if it is its
name, its title or one of its spellings; case, accents, blanks, hyphens and underscores do not count. An institute adds
spellings of its own at the desk, under *key aliases*. A column that means none of these keeps its header as its key.
[Plate maps](../explanation/plate-maps.md) says what becomes of cells.

*treatment*: keys of this family belong together, so `compound:` and `concentration:` have to hold in one and the same
treatment of a well. *In*: the unit in which numbers are kept; the text stays as it was written.
"""

_CONTROLS: Final = """\

## Words for controls

The values of `control_type`. A word that is replaced is kept as `control_as_written`; a word that nobody knows stays as
it is. `empty` alone can be *no treatment* or *no cells*: which one, the format or a comment beside it says.

| value | is also called |
|---|---|
"""


def keys_page() -> Iterator[str]:
    """The lines of the page, each with its end."""
    yield _INTRODUCTION
    yield "\n| key | title | is | in | also called |\n|---|---|---|---|---|\n"
    for key in KNOWN_KEYS:
        cells = (f"`{key.name}`", key.title, _is(key), _kept_in(key), ", ".join(key.spellings))
        yield f"| {' | '.join(cells)} |\n"
    yield _CONTROLS
    for control, words in CONTROL_WORDS.items():
        yield f"| {control.value} | {', '.join(word for word in words if word != control)} |\n"


def _is(key: Key) -> str:
    family = ", treatment" if key.family is Family.TREATMENT else ""
    kind = "quantity" if key.kind is KeyKind.QUANTITY else key.kind.value
    return f"{kind}{family}"


def _kept_in(key: Key) -> str:
    bases = dict.fromkeys(DIMENSIONS[name].base for name in key.dimensions)
    return ", ".join(bases)


def main() -> None:
    """Print the page."""
    sys.stdout.writelines(keys_page())


if __name__ == "__main__":
    main()

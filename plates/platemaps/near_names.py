"""Which of many names was perhaps meant by one that is not among them."""

from collections.abc import Iterable, Iterator
from typing import Final

_MOST_NAMES: Final = 20_000
_LONGEST: Final = 60
"""Of longer names, and beyond so many, only lost zeros are looked for: memory is bounded."""
_SHOWN: Final = 3


class NearNames:
    """Names by what is left of them with leading zeros, or any one letter, taken away."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(names))
        self._without_zeros: dict[str, list[str]] = {}
        self._cut: dict[str, list[str]] | None = None
        for name in self._names:
            self._without_zeros.setdefault(_without_zeros(name), []).append(name)

    def near(self, spelling: str) -> tuple[str, ...]:
        """The names that differ from a spelling by leading zeros or by one letter; at most three.

        One letter wrong, too many, missing, or two neighbours that have changed places.
        """
        found = dict.fromkeys(self._without_zeros.get(_without_zeros(spelling), ()))
        if len(self._names) <= _MOST_NAMES and len(spelling) <= _LONGEST:
            cut = self._by_cuts()
            for variant in _cuts(spelling.casefold()):
                found.update(dict.fromkeys(cut.get(variant, ())))
        return tuple(found)[:_SHOWN]

    def _by_cuts(self) -> dict[str, list[str]]:
        if self._cut is None:
            self._cut = {}
            for name in self._names:
                if len(name) <= _LONGEST:
                    for variant in _cuts(name.casefold()):
                        self._cut.setdefault(variant, []).append(name)
        return self._cut


def _without_zeros(name: str) -> str:
    """A name as a spreadsheet leaves it: `000123` and `123.0` are 123."""
    return name.strip().casefold().removesuffix(".0").lstrip("0")


def _cuts(name: str) -> Iterator[str]:
    yield name
    for index in range(len(name)):
        yield name[:index] + name[index + 1 :]

"""What plate maps say of a well, as a page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from plates.models import Key
from plates.platemaps.known_keys import KNOWN_KEYS
from plates.queries.annotation import AnnotatedValue

_FIRST: Final = {key.name: number for number, key in enumerate(KNOWN_KEYS)}
"""Known keys in the order in which people think of them: what was done, to what, what was seen."""
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Said:
    """A key with its values of one well."""

    key: str
    title: str
    values: Sequence[AnnotatedValue]

    @property
    def text(self) -> str:
        """The values in a line."""
        return ", ".join(dict.fromkeys(value.value for value in self.values))


def said_of(
    annotation: Mapping[str, Sequence[AnnotatedValue]], titles: Mapping[str, str]
) -> list[Said]:
    """What is said of one well, the known keys first."""
    ordered = sorted(annotation, key=lambda key: (_FIRST.get(key, len(_FIRST)), key))
    return [Said(key, titles.get(key, key), annotation[key]) for key in ordered]


def titles_of(keys: Sequence[str]) -> dict[str, str]:
    """How keys are called."""
    return dict(Key.objects.filter(name__in=keys).values_list("name", "title"))

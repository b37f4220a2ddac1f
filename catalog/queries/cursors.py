"""Where a page of a list starts, as it stands in a URL: signed, and good for that list alone."""

from dataclasses import dataclass
from typing import Final

from django.core import signing

from catalog.errors import NotUnderstood

SALT: Final = "platecat.page"
CURSOR_REFUSAL: Final = (
    "This cursor is not one of this list's. Take it unchanged from 'next' or 'previous' of an "
    "answer, or leave it out to start at the beginning."
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: after (or before) the row with these values of the order."""

    values: tuple[object, ...]
    backwards: bool

    def signed(self, place: str) -> str:
        """The cursor as it stands in a URL of the list at a place."""
        return signing.dumps([self.backwards, *self.values], salt=SALT + place, compress=False)

    @classmethod
    def read(cls, text: str, place: str, *, length: int) -> "Cursor":
        """The cursor of a URL; refused if it was made for another list."""
        try:
            backwards, *values = signing.loads(text, salt=SALT + place)
        except (signing.BadSignature, ValueError, TypeError):
            raise NotUnderstood("cursor", CURSOR_REFUSAL) from None
        if len(values) != length or not isinstance(backwards, bool):
            raise NotUnderstood("cursor", CURSOR_REFUSAL)
        return cls(tuple(values), backwards)

"""When two spellings of a name are taken as one."""

import re
import unicodedata

_SEPARATORS = re.compile(r"[^\w]+|_+")


def folded(text: str) -> str:
    """A name without case, accents and separators: `Plate_Name` and `plate  name` meet.

    Letters and digits are kept in their order; runs of anything else are one blank.
    """
    if text.isascii():
        return " ".join(_SEPARATORS.sub(" ", text.casefold()).split())
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_SEPARATORS.sub(" ", kept).split())

"""Texts as COPY reads them: a line for a row, tabs between."""

from typing import Final

# Twice: a text in an array escapes quotes and backslashes, COPY escapes backslashes again.
_IN_ARRAYS: Final = str.maketrans(
    {
        "\\": "\\\\\\\\",
        '"': '\\\\"',
        "\t": "\\t",
        "\n": "\\n",
        "\r": "\\r",
        "\0": "\ufffd",
    }
)
_ALONE: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\ufffd"})


def copied(text: str) -> str:
    """A text that stands in a column."""
    return text if text.isalnum() else text.translate(_ALONE)


def copied_in_array(text: str) -> str:
    """A text that stands in an array, between quotes."""
    return text if text.isalnum() else text.translate(_IN_ARRAYS)

"""What a check has to say: faults, where they lie, and how grave they are."""

from enum import StrEnum

import msgspec


class Level(StrEnum):
    """How grave a finding is: an error breaks the specification, a warning only disappoints."""

    ERROR = "error"
    WARNING = "warning"


class Fault(msgspec.Struct, frozen=True, gc=False):
    """One breach of a rule, as the rule's own function tells it.

    `pointer` is a JSON pointer (RFC 6901) below the part that the rule looked at, `message` one
    plain sentence; `expected` and `found` are short texts, empty where the sentence says it all.
    `node` is a path below the node that was looked at, for what lies deeper.
    """

    pointer: str
    message: str
    expected: str = ""
    found: str = ""
    node: str = ""


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One fault in one store.

    `node` is the path of the group or array as a person says it (`B/03/0`, `B/03/0/1`; empty for
    the root), `document` the path of the document in the store, `pointer` a JSON pointer in it.
    """

    rule: str
    level: Level
    node: str
    document: str
    pointer: str
    message: str
    expected: str = ""
    found: str = ""


def pointer_of(*steps: str | int) -> str:
    """The JSON pointer of some steps: `/plate/wells/3`. RFC 6901."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


MAX_SHOWN = 80


def shown(value: object) -> str:
    """A JSON value as a finding shows it: as JSON, short, and never with control characters."""
    if isinstance(value, list) and len(value) > MAX_SHOWN:
        return f"a list of {len(value):,}"
    if isinstance(value, dict) and len(value) > MAX_SHOWN:
        return f"an object of {len(value):,} keys"
    if isinstance(value, str):
        value = value[: MAX_SHOWN + 1]
    try:
        text = msgspec.json.encode(value).decode()
    except (OverflowError, ValueError, RecursionError, TypeError):
        text = type(value).__name__
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."

"""SQL that is put together: its text, and its values under names."""

from dataclasses import dataclass, field

from plates.arrays import array_of

SqlValue = int | float | str | list[int] | list[str] | None


@dataclass
class Values:
    """The values of a statement; none of them ever becomes part of its text."""

    named: dict[str, SqlValue] = field(default_factory=dict)

    def add(self, value: SqlValue) -> str:
        """Where a value stands in the text."""
        name = f"v{len(self.named)}"
        if isinstance(value, list) and value and isinstance(value[0], int):
            value = array_of(value)
        self.named[name] = value
        return f"%({name})s"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that can be run."""

    text: str
    values: dict[str, SqlValue]

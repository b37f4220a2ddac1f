"""The shapes of lists: their members, how many, of what kind, and whether all differ."""

from collections.abc import Callable

import msgspec

from plates.omezarr.jsonvalues import JsonValue
from plates.omezarr.shapes import Anything, Looking, Place, Shape, canonical, name_of


class Series(msgspec.Struct, frozen=True):
    """A list whose members have a shape.

    `whole` are shapes of the list as one, looked at where each member fits; `by` names a key whose
    text usually tells the members apart, so that those of a large plate are compared quickly.
    """

    of: Shape = Anything()
    least: int = 0
    most: int | None = None
    unique: bool = False
    by: str = ""
    whole: tuple[Shape, ...] = ()

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell what is wrong with the list and with each of its members."""
        if not isinstance(value, list):
            looking.tell(at, f"{name_of(at)} has to be a list.", expected="a list", found=value)
            return
        before = looking.told
        if len(value) < self.least or (self.most is not None and len(value) > self.most):
            self._tell_length(len(value), at, looking)
        look = self.of.look
        for number, member in enumerate(value):
            look(member, (at, number), looking)
        if self.unique and len(value) > 1:
            look_for_twins(value, at, looking, by=self.by)
        if self.whole and looking.told == before:
            for shape in self.whole:
                shape.look(value, at, looking)

    def _tell_length(self, length: int, at: Place, looking: Looking) -> None:
        if self.least == self.most:
            expected, bound = f"{self.least}", self.least
        elif length < self.least:
            expected, bound = f"at least {self.least}", self.least
        else:
            expected, bound = f"at most {self.most}", self.most or 0
        members = "member" if bound == 1 else "members"
        message = f"{name_of(at)} has to have {expected} {members}, but has {length}."
        looking.tell(at, message, expected=f"{expected} {members}", found=length)


class Contains(msgspec.Struct, frozen=True):
    """How many members of a list have to be of a kind; each of them fits the list's own shape."""

    counts: Callable[[JsonValue], bool]
    one: str
    several: str
    least: int = 1
    most: int | None = None

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell if too few or too many are."""
        number = sum(map(self.counts, value)) if isinstance(value, list) else 0
        if number < self.least:
            expected = f"at least {self.least} {self.one if self.least == 1 else self.several}"
        elif self.most is not None and number > self.most:
            expected = f"at most {self.most} {self.one if self.most == 1 else self.several}"
        else:
            return
        message = f"{name_of(at)} has to hold {expected}, but holds {number}."
        looking.tell(at, message, expected=expected, found=number)


class Different(msgspec.Struct, frozen=True):
    """A list whose members are all different."""

    by: str = ""

    def look(self, value: JsonValue, at: Place, looking: Looking) -> None:
        """Tell which members are there twice."""
        if isinstance(value, list):
            look_for_twins(value, at, looking, by=self.by)


def look_for_twins(members: list[JsonValue], at: Place, looking: Looking, *, by: str = "") -> None:
    """Tell which members of a list equal an earlier one."""
    if len(members) < 2 or (by and _differ_in(members, by)):  # noqa: PLR2004 - twins are two
        return
    met: set[bytes] = set()
    for number, member in enumerate(members):
        known = canonical(member)
        if known in met:
            message = f"{name_of(at)} may not hold the same member twice."
            looking.tell((at, number), message, expected="members that differ", found=member)
        met.add(known)


def _differ_in(members: list[JsonValue], key: str) -> bool:
    """Whether all members are objects with a text under a key, and no two with the same."""
    texts = {
        text
        for member in members
        if isinstance(member, dict) and isinstance(text := member.get(key), str)
    }
    return len(texts) == len(members)

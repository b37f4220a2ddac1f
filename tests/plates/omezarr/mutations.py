"""Whole plates broken at random, the same way for the same seed."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

Way: TypeAlias = Callable[[Path, random.Random], str]
Place: TypeAlias = tuple[Any, Any]
"""A list or an object, and the index or the key of one of its members."""

DOCUMENTS: Final = frozenset({"zarr.json", ".zattrs", ".zarray", ".zgroup"})
ODD_VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    0.5,
    10**30,
    float("nan"),
    "",
    "x",
    "../../..",
    "/etc",
    "é\u0000\u202e",
    [],
    [[]],
    {},
    {"name": {"path": []}},
)
POINTER: Final = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n"


def mutate(folder: Path, seed: int) -> str:
    """Break one document of a store in one way, and say which and how."""
    chance = random.Random(seed)
    documents = sorted(path for path in folder.rglob("*") if path.name in DOCUMENTS)
    document = chance.choice(documents)
    way = chance.choice(WAYS)
    return f"{document.relative_to(folder)}: {way(document, chance)}"


def _truncate(document: Path, chance: random.Random) -> str:
    content = document.read_bytes()
    length = chance.randrange(len(content))
    document.write_bytes(content[:length])
    return f"cut to {length} bytes"


def _garbage(document: Path, chance: random.Random) -> str:
    document.write_bytes(chance.randbytes(chance.randrange(1, 200)))
    return "random bytes"


def _pointer(document: Path, chance: random.Random) -> str:
    document.write_bytes(POINTER)
    return "a Git LFS pointer"


def _delete(document: Path, chance: random.Random) -> str:
    document.unlink()
    return "deleted"


def _rename_folder(document: Path, chance: random.Random) -> str:
    if document.parent.parent.joinpath("zarr.json").exists() or (
        document.parent.parent.joinpath(".zgroup").exists()
    ):
        document.parent.rename(document.parent.with_name("elsewhere"))
        return "its folder renamed"
    return _delete(document, chance)


def _change_type(document: Path, chance: random.Random) -> str:
    def change(holder: Any, key: Any) -> str:
        value = holder[key] = chance.choice(ODD_VALUES)
        return f"{key} became {value!r}"

    return _edit(document, chance, change)


def _drop(document: Path, chance: random.Random) -> str:
    def change(holder: Any, key: Any) -> str:
        del holder[key]
        return f"{key} dropped"

    return _edit(document, chance, change)


def _duplicate(document: Path, chance: random.Random) -> str:
    def change(holder: Any, key: Any) -> str:
        if isinstance(holder, list):
            holder.append(holder[key])
        else:
            holder[f"{key}2"] = holder[key]
        return f"{key} doubled"

    return _edit(document, chance, change)


def _swap(document: Path, chance: random.Random) -> str:
    def change(holder: Any, key: Any) -> str:
        other = chance.choice(_keys(holder))
        holder[key], holder[other] = holder[other], holder[key]
        return f"{key} and {other} swapped"

    return _edit(document, chance, change)


def _replace_number(document: Path, chance: random.Random) -> str:
    def change(holder: Any, key: Any) -> str:
        value = holder[key] = chance.choice((-1, 0, 1, 2, 3, 7, 2.5, 10**6, 10**19))
        return f"the number {key} became {value}"

    return _edit(document, chance, change, of=(int, float))


def _edit(
    document: Path,
    chance: random.Random,
    change: Callable[[Any, Any], str],
    of: tuple[type, ...] = (object,),
) -> str:
    content = json.loads(document.read_bytes())
    places = [place for place in _places(content) if isinstance(place[0][place[1]], of)]
    if not places:
        return _truncate(document, chance)
    said = change(*chance.choice(places))
    document.write_text(json.dumps(content))
    return said


def _places(value: Any) -> list[Place]:
    found: list[Place] = [(value, key) for key in _keys(value)]
    for key in _keys(value):
        found += _places(value[key])
    return found


def _keys(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value)
    return list(range(len(value))) if isinstance(value, list) else []


WAYS: Final[tuple[Way, ...]] = (
    _truncate,
    _garbage,
    _pointer,
    _delete,
    _rename_folder,
    # Most documents are broken by what they say.
    *(_change_type, _drop, _duplicate, _swap, _replace_number) * 3,
)

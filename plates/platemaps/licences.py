"""Licences by their SPDX identifiers, whichever way people write them."""

import re
from typing import Final

_WORDS: Final = re.compile(
    r"(?:creative\s+commons|cc)[\s-]*(?P<kind>by(?:[\s-](?:nc|nd|sa))*)[\s-]*v?(?P<version>\d\.\d)"
    r"(?:\s+(?:unported|international))?",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/licenses/(?P<kind>by(?:-(?:nc|nd|sa))*)/"
    r"(?P<version>\d\.\d)(?:/.*)?",
    re.IGNORECASE,
)
_ZERO: Final = re.compile(
    r"(?:cc[\s-]*0|cc[\s-]*zero)[\s-]*(?:v?1\.0)?(?:\s+universal)?"
    r"|https?://(?:www\.)?creativecommons\.org/publicdomain/zero/1\.0(?:/.*)?",
    re.IGNORECASE,
)
_OTHERS: Final = {
    "mit": "MIT",
    "apache 2.0": "Apache-2.0",
    "apache-2.0": "Apache-2.0",
    "bsd-3-clause": "BSD-3-Clause",
    "bsd-2-clause": "BSD-2-Clause",
    "odbl 1.0": "ODbL-1.0",
    "odbl-1.0": "ODbL-1.0",
}
_VERSIONS: Final = ("1.0", "2.0", "2.5", "3.0", "4.0")
_LONGEST: Final = 200


def spdx_of(text: str) -> str:
    """The SPDX identifier of a licence, `CC-BY-4.0`; empty if the text does not tell it surely.

    Understood are the names and addresses of Creative Commons, and a few names of others.
    """
    text = " ".join(text.split()) if len(text) <= _LONGEST else ""
    if _ZERO.fullmatch(text) is not None:
        return "CC0-1.0"
    match = _WORDS.fullmatch(text) or _ADDRESS.fullmatch(text)
    if match is None or match["version"] not in _VERSIONS:
        return _OTHERS.get(text.casefold(), "")
    first, *others = re.split(r"[\s-]", match["kind"].upper())
    # SPDX names the parts in one order: BY, NC, then ND or SA.
    ordered = [part for part in ("NC", "ND", "SA") if part in others]
    return "-".join(("CC", first, *ordered, match["version"]))

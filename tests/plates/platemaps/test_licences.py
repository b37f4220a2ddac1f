"""Licences by their SPDX identifiers."""

import pytest

from plates.platemaps.licences import spdx_of


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("CC BY-NC-SA 3.0", "CC-BY-NC-SA-3.0"),
        ("CC BY ND NC 4.0", "CC-BY-NC-ND-4.0"),
        ("Creative Commons  BY 4.0 International", "CC-BY-4.0"),
        ("CC0 1.0", "CC0-1.0"),
        ("CC0", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by-nc/4.0/legalcode", "CC-BY-NC-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("MIT", "MIT"),
        ("CC BY", ""),
        ("CC BY 9.9", ""),
        ("free for all", ""),
        ("x" * 1000, ""),
        ("", ""),
    ],
)
def test_a_licence_is_named_only_where_it_is_sure(text: str, spdx: str) -> None:
    assert spdx_of(text) == spdx

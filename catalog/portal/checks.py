"""What is wrong with the institute's look and its checklist, told when Platecat starts."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

from catalog.checklist.policy import PolicyUnfit
from catalog.checklist.rules import policy_in

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_MOST: Final = 2


def look_of_the_institute(app_configs: object, **_: object) -> Sequence[CheckMessage]:
    """Refuse a logo that is not there, and colours that are none."""
    found: list[CheckMessage] = []
    if settings.LOGO and not Path(settings.LOGO).is_file():
        found.append(
            Error(
                f"PLATECAT_LOGO names {settings.LOGO}, and there is no such file.",
                hint="Name an SVG or PNG file that the web process can read, or leave it out.",
                id="catalog.E001",
            )
        )
    accents = settings.ACCENT
    if len(accents) > _MOST or not all(_COLOUR.fullmatch(accent) for accent in accents):
        found.append(
            Error(
                f"PLATECAT_ACCENT is {','.join(accents)!r}, which is not one or two colours.",
                hint="Write them as #rrggbb, for light and dark: #0b6660,#62cabf.",
                id="catalog.E002",
            )
        )
    return found


def checklist_of_the_institute(app_configs: object, **_: object) -> Sequence[CheckMessage]:
    """Refuse a policy of the checklist that says nothing."""
    try:
        policy_in(settings.CHECKLIST)
    except PolicyUnfit as unfit:
        return [Error(f"PLATECAT_CHECKLIST: {unfit}", id="catalog.E005")]
    return []


def sign_in_of_the_institute(app_configs: object, **_: object) -> Sequence[CheckMessage]:
    """Refuse half an institute, and one whose secrets would travel in the open."""
    if not settings.OIDC:
        return []
    lacking = [
        f"PLATECAT_OIDC_{name.upper()}"
        for name in ("client_id", "secret")
        if not settings.OIDC[name]
    ]
    if lacking:
        sentence = f"PLATECAT_OIDC_URL is set, and {' and '.join(lacking)} is not."
        hint = "Register Platecat with the issuer, which tells both."
        return [Error(sentence, hint=hint, id="catalog.E003")]
    address = urlsplit(settings.OIDC["url"])
    if address.scheme != "https" and address.hostname not in {"127.0.0.1", "localhost", "::1"}:
        sentence = f"PLATECAT_OIDC_URL is {settings.OIDC['url']}, which is not https."
        hint = "Whoever listens on the way could sign in as anybody. Name the issuer by https."
        return [Error(sentence, hint=hint, id="catalog.E004")]
    return []

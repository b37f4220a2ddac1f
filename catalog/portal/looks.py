"""The institute's own logo and colour, where it has set them."""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from catalog.portal.errors import nothing_here

_TYPES: Final = {".svg": "image/svg+xml", ".png": "image/png"}
_LARGEST: Final = 1024 * 1024
_THEME: Final = """:root,
html[data-theme] {{
  --accent: light-dark({light}, {dark});
  --accent-strong: light-dark(
    color-mix(in oklab, {light}, black 25%), color-mix(in oklab, {dark}, white 25%)
  );
  --accent-wash: light-dark(
    color-mix(in srgb, {light} 8%, transparent), color-mix(in srgb, {dark} 12%, transparent)
  );
}}
"""


@cache_control(max_age=3600)
def logo(request: HttpRequest) -> HttpResponse:
    """The file of the logo; no page leads here where none is set."""
    file = Path(settings.LOGO or "none")
    kind = _TYPES.get(file.suffix.casefold())
    if kind is None or not file.is_file() or file.stat().st_size > _LARGEST:
        return nothing_here(request)
    # An SVG may hold scripts, which must not run if somebody opens it by itself.
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HttpResponse(file.read_bytes(), content_type=kind, headers=headers)


@cache_control(max_age=3600)
def theme(request: HttpRequest) -> HttpResponse:
    """The accent in place of ours; empty where none is set."""
    accents = settings.ACCENT
    if not accents:
        return HttpResponse(content_type="text/css")
    css = _THEME.format(light=accents[0], dark=accents[-1])
    return HttpResponse(css, content_type="text/css")

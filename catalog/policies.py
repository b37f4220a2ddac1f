"""What browsers are told that they may do with our answers: no more than the pages need."""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

CONTENT: Final[Mapping[str, str]] = {
    "default-src": "'none'",
    # Scripts and styles are files of ours: nothing within a page runs or paints.
    "script-src": "'self'",
    "style-src": "'self'",
    # Swagger UI and the admin draw their signs from data: addresses in their style sheets.
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CONTENT.items()),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def guarded(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware that says so with every answer that does not say something stricter itself."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    return answered

"""Answers that pages of other sites may read: what everybody may see, asked for by nobody."""

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.views import ReadView

HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, Content-Length, ETag",
}
PREFLIGHT: Final = HEADERS | {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, Range",
    "Access-Control-Allow-Private-Network": "true",
    "Access-Control-Max-Age": "86400",
}
_ASKS: Final = "Access-Control-Request-Method"


class OpenToPages(ReadView):
    """A route whose anonymous answers any page may read.

    Whoever signs in is answered without leave for other sites, as their answers may hold more.
    """

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # noqa: ANN401 - of the route
        """Leave for a browser that asks first; else what Django REST framework tells."""
        if _ASKS in request.headers:
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
        answer: Response = super().options(request, *args, **kwargs)
        return answer

    def finalize_response(  # type: ignore[override]
        self,
        request: Request,
        response: HttpResponseBase,
        *args: Any,  # noqa: ANN401 - of the route
        **kwargs: Any,  # noqa: ANN401
    ) -> HttpResponseBase:
        """The answer, with leave for pages of other sites if nobody is behind the request."""
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        patch_vary_headers(answer, ["Cookie", "Authorization"])
        is_somebody = request.user.is_authenticated or "Authorization" in request.headers
        if not is_somebody:
            for name, value in HEADERS.items():
                answer.setdefault(name, value)
        return answer

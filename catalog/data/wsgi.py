"""The process of bytes, for any WSGI server: it sends what stores hold, and nothing else.

A process of its own, so that viewers never wait for the API, nor the API for them.
"""

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connections
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from catalog.secret_key import require_secret_key

require_secret_key()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
django.setup(set_prefix=False)
# Asking the database whether it is there would double what each chunk asks of it.
connections.settings["default"]["CONN_HEALTH_CHECKS"] = False
serve = import_string("catalog.data.serving.serve")
watch = import_string("catalog.watching.watch")


class BytesHandler(WSGIHandler):
    """Answers past the middleware of pages and of the API: nothing of it is of use here."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's
        """None."""

    def get_response(self, request: WSGIRequest) -> HttpResponseBase:  # type: ignore[override]
        """The answer to a request."""
        answer: HttpResponseBase = watch(request, serve, route="data")
        return answer


application = BytesHandler()

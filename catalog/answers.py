"""Answers that a client need not be sent twice, and text that travels compressed."""

from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware

_COMPRESSED: Final = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/x-ndjson",
)


class Conditional(ConditionalGetMiddleware):
    """304 for an answer that the client has, by its ETag alone.

    Last-Modified is told and not relied on: an answer names a dataset, counts and places besides
    the thing itself, and each of them may change without it.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer with its ETag, or 304."""
        request.META.pop("HTTP_IF_MODIFIED_SINCE", None)
        if request.method == "GET" and isinstance(response, HttpResponse):
            self.tag(response)
        return super().process_response(request, response)

    def tag(self, response: HttpResponse) -> None:
        """Give an answer an ETag, unless it has one or is not to be kept."""
        # Processors have instructions for SHA-256, and none for Django's MD5, which takes twice as long.
        if response.content and not response.has_header("ETag") and self.needs_etag(response):
            response.headers["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'


class Compressed(GZipMiddleware):
    """Text for those who take gzip; Parquet, archives and pictures are compressed as they are."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer, compressed if it is text."""
        if not str(response.get("Content-Type", "")).startswith(_COMPRESSED):
            return response
        return super().process_response(request, response)

"""Which routes are counted together when somebody asks too often; those that no row names as `rest`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from catalog.models import Token
from catalog.services.pacing import refuse_if_too_often
from catalog.words import Pace

if TYPE_CHECKING:
    # Views import what the settings name, this file among it.
    from rest_framework.views import APIView

_ROUTES: Final[Mapping[Pace, tuple[str, ...]]] = {
    Pace.SEARCH: ("wells", "facets", "terms", "keys", "schema"),
    Pace.EXPORT: (
        *("export-wells-csv", "export-wells-parquet", "export-wells-ndjson"),
        *("download-json", "download-sh", "dataset-platemap", "plate-platemap"),
        *("dataset-history-csv", "dataset-version-diff-csv"),
    ),
    Pace.PICTURES: (
        *("store-field-thumbnail", "store-field-picture", "image-thumbnail", "image-picture"),
        *("plate-contact-sheet", "plate-contact-sheet-json"),
    ),
}
PACES: Final = {f"api:{name}": pace for pace, names in _ROUTES.items() for name in names}


class ByRoute(BaseThrottle):
    """Counts each request of a token, person or address, by the pace of its route."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """True; TooOften beyond the rate."""
        found = request.resolver_match
        # What the operator asks at the command line comes by no route.
        if found is not None:
            token = request.auth if isinstance(request.auth, Token) else None
            pace = PACES.get(found.view_name, Pace.REST)
            refuse_if_too_often(request, pace, token=token)
        return True

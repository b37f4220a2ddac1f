"""What a token has to be for, route by route: the one table, asked by REST and by the process of bytes."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from catalog.errors import NotAllowed
from catalog.models import Token
from catalog.words import TokenScope


class Without(Enum):
    """Routes that no scope opens."""

    OPEN = "open"
    """It tells everybody the same, so that a token makes no difference."""
    PERSON = "person"
    """Only for a person who signs in: a token makes no tokens."""


Need = TokenScope | Without

_OPEN: Final = ("root", "schema", "docs", "shared")
_READ: Final = (
    *("datasets", "dataset", "dataset-platemap"),
    *("dataset-reconciliation", "dataset-reconciliation-csv"),
    *("dataset-checklist", "dataset-versions", "dataset-version", "dataset-version-file"),
    *("dataset-version-diff", "dataset-version-diff-csv"),
    *("dataset-history", "dataset-history-csv"),
    *("stores", "store", "store-fields", "store-field", "store-findings", "store-report"),
    *("store-field-thumbnail", "store-field-picture", "store-previews", "store-completeness"),
    *("store-links", "field-links", "plate-links", "well-links", "image-links"),
    *("ledger", "ledger-csv", "findings", "changes", "jobs", "job"),
    *("plates", "plate", "plate-grid", "plate-platemap", "plate-statistics", "plate-wells"),
    *("plate-contact-sheet", "plate-contact-sheet-json"),
    *("plate-reconciliation", "plate-reconciliation-csv"),
    *("well", "well-fields", "wells", "facets", "keys", "terms"),
    *("export-wells-csv", "export-wells-parquet", "export-wells-ndjson"),
    *("download-json", "download-sh", "queries", "query", "shares", "share"),
    *("images", "image", "image-thumbnail", "image-picture"),
    *("platemaps", "platemap", "platemap-rows", "platemap-rows-csv", "platemap-plates"),
    *("platemap-file", "proposals", "proposal"),
)
_HARVEST: Final = (
    *("store-harvest", "store-validate", "store-count", "store-preview", "store-test-links"),
    *("source-scan", "job-cancel", "job-retry"),
)
_CURATE: Final = (
    *("store-separate", "store-move", "proposal-accept", "proposal-refuse"),
    *("platemaps", "platemap-check", "platemap-apply", "platemap-undo", "queries", "shares"),
)
_PUBLISH: Final = (
    *("dataset-review", "dataset-send-back", "dataset-publish", "dataset-withdraw"),
    *("dataset-embargo", "dataset-version-withdraw"),
)
_OPERATE: Final = (
    *("sources", "source", "source-reconciliation", "source-reconciliation-csv"),
    *("dataset-access", "dataset-access-one"),
)

NEEDS: Final[Mapping[tuple[str, str], Need]] = {
    **{(f"api:{name}", "GET"): Without.OPEN for name in _OPEN},
    **{(f"api:{name}", "GET"): TokenScope.READ for name in _READ},
    **{(f"api:{name}", "GET"): TokenScope.OPERATE for name in _OPERATE},
    **{(f"api:{name}", "POST"): TokenScope.HARVEST for name in _HARVEST},
    **{(f"api:{name}", "POST"): TokenScope.CURATE for name in _CURATE},
    **{(f"api:{name}", "POST"): TokenScope.PUBLISH for name in _PUBLISH},
    ("api:platemap", "PATCH"): TokenScope.CURATE,
    ("api:query", "DELETE"): TokenScope.CURATE,
    ("api:share", "DELETE"): TokenScope.CURATE,
    ("api:sources", "POST"): TokenScope.OPERATE,
    ("api:source", "PATCH"): TokenScope.OPERATE,
    ("api:dataset-access", "POST"): TokenScope.OPERATE,
    ("api:dataset-access-one", "DELETE"): TokenScope.OPERATE,
    ("api:tokens", "GET"): Without.PERSON,
    ("api:tokens", "POST"): Without.PERSON,
    ("api:token", "GET"): Without.PERSON,
    ("api:token", "DELETE"): Without.PERSON,
    ("data", "GET"): TokenScope.READ,
}


def refuse_beyond_scopes(token: Token, route: str, method: str) -> None:
    """NotAllowed for a token that is not for what a route does; one that no row names refuses all."""
    need = NEEDS.get((route, "GET" if method == "HEAD" else method), Without.PERSON)
    if need is Without.OPEN:
        return
    if isinstance(need, Without):
        raise NotAllowed(
            "This is not done with a token. Sign in on the portal, or with name and password."
        )
    if not token.is_for(need):
        raise NotAllowed(
            f"This token is not for that: it would have to have the scope '{need.value}'. "
            "Make another token that has it."
        )

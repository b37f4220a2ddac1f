"""The leak matrix of plate maps: none but those who curate see them."""

from tests.catalog.leaks.rows import MAY_SEE_JOBS, Asking, Listing, One, Row

ROWS: dict[str, Row] = {
    "api:platemaps": Listing("/api/v1/platemaps/", "{0.plate_map.id}", who=MAY_SEE_JOBS),
    "api:platemap": One("/api/v1/platemaps/{0.plate_map.id}/", who=MAY_SEE_JOBS),
    "api:platemap-rows": One("/api/v1/platemaps/{0.plate_map.id}/rows/", who=MAY_SEE_JOBS),
    "api:platemap-rows-csv": One("/api/v1/platemaps/{0.plate_map.id}/rows.csv", who=MAY_SEE_JOBS),
    "api:platemap-plates": One("/api/v1/platemaps/{0.plate_map.id}/plates/", who=MAY_SEE_JOBS),
    "api:platemap-file": One("/api/v1/platemaps/{0.plate_map.id}/files/0/", who=MAY_SEE_JOBS),
    # It is undone already, so that who may is answered 409 each time.
    "api:platemap-check": Asking(
        "/api/v1/platemaps/{0.plate_map.id}/check/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:platemap-apply": Asking(
        "/api/v1/platemaps/{0.plate_map.id}/apply/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:platemap-undo": Asking(
        "/api/v1/platemaps/{0.plate_map.id}/undo/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
}

FILTERED: tuple[str, ...] = (
    "/api/v1/platemaps/?dataset={0.dataset.slug}",
    "/api/v1/platemaps/?state=undone",
)
"""Filters that name a secret, which must be as silent as lists without them."""

"""The leak matrix of stores, fields and images: pictures, links, shares, bytes, jobs."""

from tests.catalog.leaks.rows import MAY_SEE_JOBS, Asking, Bytes, Listing, One, Row

ROWS: dict[str, Row] = {
    "api:field-links": One("/api/v1/stores/{0.store.id}/fields/B/03/0/links/"),
    "api:store-count": Asking("/api/v1/stores/{0.store.id}/count/", MAY_SEE_JOBS),
    "api:store-completeness": One("/api/v1/stores/{0.store.id}/completeness/"),
    "api:job-cancel": Asking(
        "/api/v1/jobs/{0.job.id}/cancel/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:job-retry": Asking(
        "/api/v1/jobs/{0.job.id}/retry/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:findings": Listing("/api/v1/findings/", "{0.store.id}"),
    "api:images": Listing("/api/v1/images/", "{0.image.id}"),
    "api:image": One("/api/v1/images/{0.image.id}/"),
    "api:image-thumbnail": One("/api/v1/images/{0.image.id}/thumbnail"),
    "api:image-picture": One("/api/v1/images/{0.image.id}/picture"),
    "api:jobs": Listing("/api/v1/jobs/", "{0.job.id}", who=MAY_SEE_JOBS),
    "api:job": One("/api/v1/jobs/{0.job.id}/", who=MAY_SEE_JOBS),
    "data": Bytes(),
    "api:shared": Bytes(),
    "api:shares": Listing("/api/v1/shares/", "{0.share.id}", who=frozenset({"owner"})),
    "api:share": One("/api/v1/shares/{0.share.id}/", who=MAY_SEE_JOBS),
    "api:store-links": One("/api/v1/stores/{0.store.id}/links/"),
    "api:store-test-links": Asking("/api/v1/stores/{0.store.id}/test-links/", MAY_SEE_JOBS),
    "api:image-links": One("/api/v1/images/{0.image.id}/links/"),
    "api:stores": Listing("/api/v1/stores/", "{0.store.id}"),
    "api:store": One("/api/v1/stores/{0.store.id}/"),
    "api:store-fields": One("/api/v1/stores/{0.store.id}/fields/"),
    "api:store-field": One("/api/v1/stores/{0.store.id}/fields/B/03/0/"),
    "api:store-field-thumbnail": One("/api/v1/stores/{0.store.id}/fields/B/03/0/thumbnail"),
    "api:store-field-picture": One("/api/v1/stores/{0.store.id}/fields/B/03/0/picture"),
    "api:store-previews": One("/api/v1/stores/{0.store.id}/previews/"),
    "api:store-preview": Asking("/api/v1/stores/{0.store.id}/preview/", MAY_SEE_JOBS),
    "api:store-findings": One("/api/v1/stores/{0.store.id}/findings/"),
    "api:store-report": One("/api/v1/stores/{0.store.id}/report.json"),
    "api:store-harvest": Asking("/api/v1/stores/{0.store.id}/harvest/", MAY_SEE_JOBS),
    "api:store-validate": Asking("/api/v1/stores/{0.store.id}/validate/", MAY_SEE_JOBS),
    "api:store-separate": Asking(
        "/api/v1/stores/{0.store.id}/separate/", MAY_SEE_JOBS, answers=400
    ),
    "api:store-move": Asking("/api/v1/stores/{0.store.id}/move/", MAY_SEE_JOBS, answers=400),
}

MORE = (
    One("/api/v1/stores/{0.store.id}/fields/B/03/0/picture?channels=0:FF0000:0-9&width=64"),
    One("/api/v1/images/{0.image.id}/picture?z=max&width=64"),
    One("/api/v1/stores/{0.store.id}/report.csv"),
)
"""The same routes by their parameters."""

FILTERED: tuple[str, ...] = (
    "/api/v1/stores/?dataset={0.dataset.slug}",
    "/api/v1/stores/?plate={0.plate.id}",
    "/api/v1/images/?store={0.image_store.id}",
    "/api/v1/jobs/?dataset={0.dataset.slug}",
    "/api/v1/jobs/?platemap={0.plate_map.id}",
    "/api/v1/findings/?dataset={0.dataset.slug}",
    "/api/v1/findings/?store={0.store.id}",
    "/api/v1/findings/?plate={0.plate.id}",
    "/api/v1/stores/?completeness=lacking",
    "/api/v1/findings/?q=manhattan",
    "/api/v1/images/?q=manhattan",
    "/api/v1/images/?q=-z:>1",
)
"""Filters that name a secret, which must be as silent as lists without them."""

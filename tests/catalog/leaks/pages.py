"""The leak matrix of pages, and of what the web tells to everybody."""

from tests.catalog.leaks.rows import MAY_SEE_JOBS, Asking, Bytes, Listing, One, Open, Row

ROWS: dict[str, Row] = {
    "portal:shared": Bytes(),
    "portal:shares": Listing("/shares/", "{0.share.id}", who=MAY_SEE_JOBS),
    "portal:share-revoke": Asking(
        "/shares/{0.share.id}/revoke/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=302
    ),
    "portal:home": Listing("/", "{0.dataset.title}"),
    "portal:logo": Open("/logo"),
    "portal:theme": Open("/theme.css"),
    "portal:search": Listing("/search/?of=plates", "{0.plate.id}"),
    "portal:search-facets": Listing("/search/facets/", "{0.dataset.slug}"),
    "portal:datasets": Listing("/datasets/", "{0.dataset.title}"),
    "portal:dataset": One("/datasets/{0.dataset.slug}/"),
    "portal:plate": One("/plates/{0.plate.id}/"),
    "portal:well": One("/plates/{0.plate.id}/wells/B03/"),
    "portal:field": One("/stores/{0.store.id}/fields/B/03/0/"),
    "portal:image": One("/images/{0.image.id}/"),
    "portal:term": One("/terms/plate/{0.plate.name}/"),
    "portal:changes": Listing("/changes/", "{0.plate.id}"),
    "robots": Open("/robots.txt"),
    "sitemap": Open("/sitemap.xml"),
    "django.contrib.sitemaps.views.sitemap": Open("/sitemap-plates.xml"),
    "healthz": Open("/healthz"),
    "readyz": Open("/readyz"),
    # It names nothing: tests in test_metrics.py.
    "metrics": Open("/metrics"),
}

MORE = (
    One("/plates/{0.plate.id}/?color=pixels:mean:0"),
    One("/plates/{0.plate.id}/?color=fields"),
    One("/terms/plate/{0.plate.name}/?by=pixels:mean:0"),
    One("/datasets/{0.dataset.slug}/?after=01900000-0000-7000-8000-000000000000"),
)
"""The same routes by their parameters."""

FILTERED: tuple[str, ...] = (
    "/search/?q=manhattan",
    "/search/?of=datasets&q=dataset:{0.dataset.slug}",
    "/search/?of=images",
    "/changes/",
    "/shares/?plate={0.plate.id}",
    "/shares/?plate={0.plate.id}&well=B03",
    "/shares/?store={0.store.id}",
    "/shares/?store={0.store.id}&field=B/03/0",
    "/shares/?image={0.image.id}",
)
"""Filters that name a secret, which must be as silent as lists without them."""

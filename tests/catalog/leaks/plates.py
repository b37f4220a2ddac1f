"""The leak matrix of plates and wells: pictures, links, tables and what is found among them."""

from tests.catalog.leaks.rows import Listing, One, Row

ROWS: dict[str, Row] = {
    "api:plate-links": One("/api/v1/plates/{0.plate.id}/links/"),
    "api:well-links": One("/api/v1/plates/{0.plate.id}/wells/B03/links/"),
    "api:plates": Listing("/api/v1/plates/", "{0.plate.id}"),
    "api:plate": One("/api/v1/plates/{0.plate.id}/"),
    "api:plate-contact-sheet": One("/api/v1/plates/{0.plate.id}/contact-sheet"),
    "api:plate-contact-sheet-json": One("/api/v1/plates/{0.plate.id}/contact-sheet.json"),
    "api:plate-statistics": One("/api/v1/plates/{0.plate.id}/statistics/"),
    "api:plate-grid": One("/api/v1/plates/{0.plate.id}/grid/"),
    "api:plate-wells": One("/api/v1/plates/{0.plate.id}/wells/"),
    "api:well": One("/api/v1/plates/{0.plate.id}/wells/B03/"),
    "api:well-fields": One("/api/v1/plates/{0.plate.id}/wells/B03/fields/"),
    "api:plate-reconciliation": One("/api/v1/plates/{0.plate.id}/reconciliation/"),
    "api:plate-reconciliation-csv": One("/api/v1/plates/{0.plate.id}/reconciliation.csv"),
    "api:plate-platemap": One("/api/v1/plates/{0.plate.id}/platemap.csv"),
    "api:wells": Listing("/api/v1/wells/", "{0.plate.id}"),
    "api:facets": Listing("/api/v1/facets/?keys=dataset,plate,compound", "{0.dataset.slug}"),
    "api:export-wells-csv": Listing("/api/v1/export/wells.csv", "{0.plate.id}"),
    "api:export-wells-parquet": Listing("/api/v1/export/wells.parquet?rows=fields", "{0.plate.id}"),
    "api:export-wells-ndjson": Listing("/api/v1/export/wells.ndjson?rows=fields", "{0.plate.id}"),
    "api:download-json": Listing("/api/v1/export/download.json", "{0.plate.id}"),
    "api:download-sh": Listing("/api/v1/export/download.sh", "manhattan"),
}

MORE = (
    One("/api/v1/plates/{0.plate.id}/grid/?color=pixels:mean:0"),
    One("/api/v1/plates/{0.plate.id}/contact-sheet?channel=0"),
    One("/api/v1/plates/{0.plate.id}/statistics/?channel=1&statistic=focus"),
    One("/api/v1/plates/{0.plate.id}/links/?store={0.store.id}"),
    One("/api/v1/plates/{0.plate.id}/wells/B03/links/?store={0.store.id}"),
)
"""The same routes by their parameters."""

FILTERED: tuple[str, ...] = (
    "/api/v1/plates/{0.plate.id}/links/?store={0.store.id}",
    "/api/v1/plates/?dataset={0.dataset.id}",
    "/api/v1/plates/?name=manhattan%20plate",
    "/api/v1/wells/?group=replicates&q=manhattan",
    "/api/v1/wells/?sort=plate",
    "/api/v1/wells/?q=plate:manhattan*",
    "/api/v1/wells/?q=manhattan",
    "/api/v1/wells/?q=edge:no&controls=true",
    "/api/v1/export/wells.csv?q=manhattan&keys=compound",
    "/api/v1/export/wells.ndjson?q=dataset:{0.dataset.slug}",
    "/api/v1/facets/",
    "/api/v1/facets/?of=images",
    "/api/v1/facets/?q=manhattan",
    "/api/v1/facets/?q=-edge:yes&keys=compound,cell_line,verdict,channel,plate",
    "/api/v1/facets/?q=dataset:{0.dataset.slug}&keys=dataset,finding,completion",
    "/api/v1/plates/?q=manhattan",
    "/api/v1/plates/?q=dataset:{0.dataset.slug}",
    "/api/v1/wells/?q=dataset:{0.dataset.slug}",
    "/api/v1/wells/?q=-dataset:{0.dataset.slug}%20OR%20edge:no",
)
"""Filters that name a secret, which must be as silent as lists without them."""

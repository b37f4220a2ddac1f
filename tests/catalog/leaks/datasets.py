"""The leak matrix of datasets and sources: what is told of them, and what happened to them."""

from tests.catalog.leaks.rows import MAY_SEE_JOBS, OPERATORS, Asking, Listing, One, Open, Row

ROWS: dict[str, Row] = {
    "api:proposals": Listing("/api/v1/proposals/", "{0.proposal.id}", who=MAY_SEE_JOBS),
    "api:proposal": One("/api/v1/proposals/{0.proposal.id}/", who=MAY_SEE_JOBS),
    "api:proposal-accept": Asking(
        "/api/v1/proposals/{0.proposal.id}/accept/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:proposal-refuse": Asking(
        "/api/v1/proposals/{0.proposal.id}/refuse/", MAY_SEE_JOBS, who=MAY_SEE_JOBS, answers=409
    ),
    "api:ledger": Listing("/api/v1/ledger/", "{0.dataset.slug}"),
    "api:ledger-csv": Listing("/api/v1/ledger.csv", "{0.dataset.slug}"),
    "api:sources": Listing("/api/v1/sources/", "{0.source.id}", who=OPERATORS),
    "api:source": One("/api/v1/sources/{0.source.id}/", who=OPERATORS),
    "api:source-scan": Asking("/api/v1/sources/{0.source.id}/scan/", OPERATORS, who=OPERATORS),
    "api:changes": Listing("/api/v1/changes/", "{0.store.id}"),
    "api:dataset-reconciliation": One("/api/v1/datasets/{0.dataset.id}/reconciliation/"),
    "api:dataset-reconciliation-csv": One("/api/v1/datasets/{0.dataset.id}/reconciliation.csv"),
    "api:source-reconciliation": One(
        "/api/v1/sources/{0.source.id}/reconciliation/", who=OPERATORS
    ),
    "api:source-reconciliation-csv": One(
        "/api/v1/sources/{0.source.id}/reconciliation.csv", who=OPERATORS
    ),
    "api:dataset-history": One("/api/v1/datasets/{0.dataset.id}/history/", who=MAY_SEE_JOBS),
    "api:dataset-history-csv": One("/api/v1/datasets/{0.dataset.id}/history.csv", who=MAY_SEE_JOBS),
    "api:dataset-platemap": One("/api/v1/datasets/{0.dataset.id}/platemap.csv"),
    "api:queries": Open("/api/v1/queries/"),
    # Of nothing that is secret; who has a token may read it.
    "api:query": Open("/api/v1/queries/{token}/"),
    "portal:saved": Open("/q/{token}"),
    "api:keys": Open("/api/v1/keys/"),
    "api:terms": Listing("/api/v1/terms/?key=dataset", "{0.dataset.slug}"),
    "api:root": Open("/api/v1/"),
    "api:schema": Open("/api/v1/schema/"),
    "api:docs": Open("/api/v1/docs/"),
    "api:datasets": Listing("/api/v1/datasets/", "{0.dataset.id}"),
    "api:dataset": One("/api/v1/datasets/{0.dataset.id}/"),
}

FILTERED: tuple[str, ...] = (
    "/api/v1/datasets/?slug={0.dataset.slug}",
    "/api/v1/datasets/{0.dataset.slug}/",
    "/api/v1/datasets/?parent={0.dataset.id}",
    "/api/v1/datasets/?parent={0.dataset.slug}",
    "/api/v1/proposals/?dataset={0.dataset.slug}",
    "/api/v1/proposals/?store={0.store.id}",
    "/api/v1/changes/?dataset={0.dataset.slug}",
    "/api/v1/changes/?dataset={0.dataset.id}",
    "/api/v1/changes/?store={0.store.id}",
    "/api/v1/changes/?verb=verdict",
    "/api/v1/changes/?since=2020-01-01T00:00:00Z",
    "/api/v1/ledger/?by=codec",
    "/api/v1/ledger/?by=dtype&dataset={0.dataset.slug}",
    "/api/v1/ledger/?by=storage_class",
    "/api/v1/ledger/?by=person",
    "/api/v1/ledger/?by=source",
    "/api/v1/ledger.csv?dataset={0.dataset.id}",
    "/api/v1/terms/?key=dataset&prefix=manhattan",
    "/api/v1/terms/?key=plate",
    "/api/v1/terms/?key=compound",
    "/api/v1/keys/",
    "/api/v1/datasets/?q=manhattan",
    "/api/v1/datasets/?q=-edge:yes",
)
"""Filters that name a secret, which must be as silent as lists without them."""

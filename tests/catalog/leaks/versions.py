"""The leak matrix of the life of a dataset: its steps, its versions, who was let in."""

from tests.catalog.leaks.rows import ALWAYS, MAY_SEE_JOBS, PUBLISHERS, Asking, One, Open, Row

ROWS: dict[str, Row] = {
    "api:dataset-checklist": One("/api/v1/datasets/{0.dataset.id}/checklist/", who=MAY_SEE_JOBS),
    "api:dataset-review": Asking(
        "/api/v1/datasets/{0.dataset.id}/review/", MAY_SEE_JOBS, answers=200
    ),
    "api:dataset-send-back": Asking(
        "/api/v1/datasets/{0.dataset.id}/send-back/", MAY_SEE_JOBS, answers=400
    ),
    # It has no licence, so that who may is held back each time.
    "api:dataset-publish": Asking(
        "/api/v1/datasets/{0.dataset.id}/publish/", PUBLISHERS, answers=409
    ),
    "api:dataset-withdraw": Asking(
        "/api/v1/datasets/{0.dataset.id}/withdraw/", PUBLISHERS, answers=400
    ),
    "api:dataset-embargo": Asking(
        "/api/v1/datasets/{0.dataset.id}/embargo/", PUBLISHERS, answers=400
    ),
    "api:dataset-versions": One("/api/v1/datasets/{0.dataset.id}/versions/"),
    "api:dataset-version": One("/api/v1/datasets/{0.dataset.id}/versions/1/"),
    "api:dataset-version-file": One(
        "/api/v1/datasets/{0.dataset.id}/versions/1/files/manifest.json"
    ),
    "api:dataset-version-diff": One("/api/v1/datasets/{0.dataset.id}/versions/1/diff/?from=1"),
    "api:dataset-version-diff-csv": One(
        "/api/v1/datasets/{0.dataset.id}/versions/1/diff.csv?from=1"
    ),
    "portal:dataset-step": One("/datasets/{0.dataset.slug}/steps/review/", who=MAY_SEE_JOBS),
    "portal:version": One("/datasets/{0.dataset.slug}/versions/1/"),
    "portal:version-withdrawal": One(
        "/datasets/{0.dataset.slug}/versions/1/withdraw/", who=PUBLISHERS
    ),
    "portal:version-diff": One("/datasets/{0.dataset.slug}/versions/1/diff/?from=1"),
    "api:dataset-version-withdraw": Asking(
        "/api/v1/datasets/{0.dataset.id}/versions/1/withdraw/", PUBLISHERS, answers=400
    ),
    "api:dataset-access": One("/api/v1/datasets/{0.dataset.id}/access/", who=frozenset(ALWAYS)),
    # The first row that was ever given is nothing any more: tests in api/test_access.py.
    "api:dataset-access-one": Open("/api/v1/datasets/none/access/0/"),
}

FILTERED: tuple[str, ...] = (
    "/api/v1/datasets/?state=published",
    "/api/v1/datasets/{0.dataset.slug}/versions/1/files/wells.parquet",
    "/api/v1/changes/?verb=published",
)
"""Filters that name a secret, which must be as silent as lists without them."""

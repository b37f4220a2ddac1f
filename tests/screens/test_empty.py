"""Pages of a catalog in which nothing is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.catalog.portal.browsing import Judge, chromium, needs_chromium, pictures_in
from tests.running import platecat

pytestmark = [pytest.mark.processes, needs_chromium]
PAGES = {
    "empty-home": "/",
    "empty-search": "/search/",
    "empty-search-plates": "/search/?of=plates",
    "empty-datasets": "/datasets/",
    "empty-changes": "/changes/",
    "empty-shares": "/shares/",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_an_empty_catalog_looks_finished(browser: Browser, tmp_path: Path) -> None:
    with platecat(tmp_path / "data") as running:
        judge = Judge(browser, running.url.rstrip("/"), pictures_in(tmp_path))
        judge.look(PAGES)
    assert judge.faults == {}

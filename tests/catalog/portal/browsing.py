"""A real browser for the tests of pages: Debian's Chromium, or a skip that says so."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: pages are NOT tested in a browser"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page did that it should not: errors, and requests to other hosts."""

    host: str
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    bytes_received: int = 0

    def over(self, page: Page) -> Page:
        """The page, watched from now on."""
        page.on(
            "console", lambda said: self.errors.append(said.text) if said.type == "error" else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self.asked)
        page.on("requestfinished", self.answered)
        return page

    def asked(self, request: Request) -> None:
        """Keep what was asked for."""
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)

    def answered(self, request: Request) -> None:
        """Add up what came."""
        sizes = request.sizes()
        self.bytes_received += sizes["responseBodySize"] + sizes["responseHeadersSize"]

    def elsewhere(self) -> list[str]:
        """Requests that left the host."""
        return [url for url in self.requests if not url.startswith(self.host)]

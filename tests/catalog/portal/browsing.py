"""A real browser for the tests of pages: Debian's Chromium, or a skip that says so."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.running import platecat, wait_until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCREENS: Final[Mapping[str, Any]] = {
    "wide": {"width": 1440, "height": 900},
    "narrow": {"width": 390, "height": 844},
}
SCHEMES: Final = ("light", "dark")
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


@dataclass(frozen=True)
class Demo:
    """The demo while it is up."""

    url: str
    dose: dict[str, Any]
    well: str
    field: dict[str, Any]
    image: dict[str, Any]
    password: str
    """Of the user `demo`, who may do everything."""

    def get(self, path: str) -> Any:
        return httpx.get(self.url + path).json()

    def count(self, query: str) -> int:
        """How many wells a query finds."""
        answer = httpx.get(f"{self.url}/api/v1/wells/", params={"q": query})
        return int(answer.json()["count"])

    @property
    def pages(self) -> dict[str, str]:
        """One of each page."""
        plate = f"/plates/{self.dose['id']}/"
        return {
            "home": "/",
            "search": "/search/?q=compound:*",
            "search-nothing": "/search/?q=gene:nothing",
            "search-mistake": "/search/?q=compoun:x",
            "search-pictures": "/search/?q=compound:*&as=pictures",
            "search-plates": "/search/?of=plates",
            "datasets": "/datasets/",
            "dataset": "/datasets/demo/",
            "plate": plate,
            "plate-chosen": f"{plate}?color=concentration#C05",
            "plate-pixels": f"{plate}?color=pixels:mean:1#C05",
            "well": f"{plate}wells/{self.well}/",
            "field": f"/stores/{self.field['store']}/fields/{self.field['path']}/",
            "image": f"/images/{self.image['id']}/",
            "term": "/terms/compound/Doxorubicin/",
            "changes": "/changes/",
            "nothing-here": "/nowhere/",
            "sign-in": "/sign-in/?next=/account/",
        }


def is_drawn(url: str, plates: list[Any]) -> bool:
    """Whether all plates have pictures."""
    sheets = [f"{url}/api/v1/plates/{plate['id']}/contact-sheet.json" for plate in plates]
    return all(httpx.get(sheet).is_success for sheet in sheets)


@contextmanager
def demo_up(folder: Path) -> Iterator[Demo]:
    """The demo, up, annotated and drawn."""
    with platecat(folder / "data", "--demo") as running:
        url = running.url.rstrip("/")

        def found(path: str) -> Any:
            return httpx.get(url + path).json()["results"]

        wait_until(
            lambda: len(found("/api/v1/wells/?q=concentration:*")) > 50,
            within_s=90,
            what="the demo is annotated",
        )
        wait_until(lambda: is_drawn(url, found("/api/v1/plates/")), within_s=90, what="it is drawn")
        (dose,) = (plate for plate in found("/api/v1/plates/") if "Dose" in plate["name"])
        wells = found(f"/api/v1/wells/?q=plate:{dose['id']} concentration:>1uM&limit=1")
        fields = found(f"/api/v1/plates/{dose['id']}/wells/{wells[0]['label']}/fields/")
        (image,) = found("/api/v1/images/")
        password = (running.data / "demo-password").read_text(encoding="utf-8").strip()
        yield Demo(url, dose, wells[0]["label"], fields[0], image, password)


@dataclass
class Judge:
    """Looks at pages in both schemes and on both screens, keeps pictures, and says what is wrong."""

    browser: Browser
    url: str
    folder: Path
    cookies: list[Any] = field(default_factory=list)
    faults: dict[str, object] = field(default_factory=dict)

    def look(self, pages: Mapping[str, str], *, then: Mapping[str, str] | None = None) -> None:
        """Each page by name and path; `then` is what some do before they are looked at."""
        for scheme in SCHEMES:
            for screen, size in SCREENS.items():
                context = self.browser.new_context(viewport=size, color_scheme=scheme)
                context.add_cookies(self.cookies)
                for name, path in pages.items():
                    script = (then or {}).get(name, "")
                    self.look_at(context, f"{name}-{scheme}-{screen}", path, script)
                context.close()

    def look_at(self, context: BrowserContext, name: str, path: str, script: str) -> None:
        """One page: its picture is kept, and what axe, the console and its width say against it."""
        watch = Watch(self.url)
        page = watch.over(context.new_page())
        page.goto(self.url + path)
        page.wait_for_load_state("networkidle")
        if script:
            page.evaluate(script)
            page.wait_for_load_state("networkidle")
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        grave = [
            (one["id"], one["nodes"][0]["html"][:200])
            for one in Axe().run(page).response["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
        is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        errors = [error for error in watch.errors if not _is_of_nothing(error)]
        if grave or is_wider or errors or watch.elsewhere():
            self.faults[name] = (grave, is_wider, errors, watch.elsewhere())
        page.close()


def _is_of_nothing(error: str) -> bool:
    """Whether a browser only says that a page, or a picture of what is broken, is not there."""
    return "404" in error or "422" in error


def pictures_in(tmp_path: Path) -> Path:
    """Where pictures of pages are kept: PLATECAT_SCREENSHOTS, or with what the test leaves."""
    folder = Path(os.environ.get("PLATECAT_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def shot(page: Page, folder: Path, name: str) -> None:
    """A page in light and dark, wide and narrow, without grave faults of access."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for screen, width in (("wide", 1440), ("narrow", 390)):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=folder / f"{name}-{scheme}-{screen}.png", full_page=True)
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), name
        grave = [
            (one["id"], one["nodes"][0]["html"][:200])
            for one in Axe().run(page).response["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
        assert grave == [], name
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})

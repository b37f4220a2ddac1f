"""The portal as people meet it: the demo, in a real browser."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect
from pyarrow import parquet

from tests.catalog.portal.browsing import Watch, chromium, needs_chromium
from tests.running import platecat, wait_until

pytestmark = [pytest.mark.processes, needs_chromium]
SCREENS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}


@dataclass(frozen=True)
class Demo:
    """The demo while it is up."""

    url: str
    dose: dict[str, Any]
    well: str
    field: dict[str, Any]
    image: dict[str, Any]

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
            "search-plates": "/search/?of=plates",
            "datasets": "/datasets/",
            "dataset": "/datasets/demo/",
            "plate": plate,
            "well": f"{plate}wells/{self.well}/",
            "field": f"/stores/{self.field['store']}/fields/{self.field['path']}/",
            "image": f"/images/{self.image['id']}/",
            "term": "/terms/compound/Doxorubicin/",
            "changes": "/changes/",
            "nothing-here": "/nowhere/",
        }


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with platecat(tmp_path_factory.mktemp("demo") / "data", "--demo") as running:
        url = running.url.rstrip("/")

        def found(path: str) -> Any:
            return httpx.get(url + path).json()["results"]

        wait_until(
            lambda: len(found("/api/v1/wells/?q=concentration:*")) > 50,
            within_s=90,
            what="the demo is annotated",
        )
        (dose,) = (plate for plate in found("/api/v1/plates/") if "Dose" in plate["name"])
        wells = found(f"/api/v1/wells/?q=plate:{dose['id']} concentration:>1uM&limit=1")
        fields = found(f"/api/v1/plates/{dose['id']}/wells/{wells[0]['label']}/fields/")
        (image,) = found("/api/v1/images/")
        yield Demo(url, dose, wells[0]["label"], fields[0], image)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SCREENS["wide"])  # type: ignore[arg-type]
    yield context
    context.close()


def test_from_a_search_to_a_picture(demo: Demo, context: BrowserContext) -> None:
    watch = Watch(demo.url)
    page = watch.over(context.new_page())
    page.goto(demo.url)
    box = page.get_by_role("combobox").first
    box.press_sequentially("compound:doxo", delay=20)
    page.get_by_role("option").first.click()
    expect(box).to_have_value("compound:Doxorubicin ")
    box.press("Enter")
    expect(page.locator(".reading")).to_contain_text("Wells with compound Doxorubicin")

    page.locator(".facets a", has_text="U-2 OS").first.click()
    expect(page.locator(".reading")).to_contain_text("in U-2 OS")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Parquet").first.click()
    wells = parquet.read_table(taken.value.path())
    assert wells.num_rows == demo.count('compound:Doxorubicin cell_line:"U-2 OS"')

    page.locator("table.rows a", has_text=demo.dose["name"]).first.click()
    expect(page.locator("svg.plate-svg")).to_be_visible()
    page.get_by_label("Colour by").first.select_option("concentration")
    expect(page.locator(".plate-legend")).to_contain_text("uM")
    page.locator("svg.plate-svg").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".well-card strong")).to_have_text("A04")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".plate-chosen a")).to_have_text("Search A4 to B4")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/plates/{demo.dose['id']}/wells/B04/")
    page.locator("ul.fields a").first.click()
    expect(page.locator("h1")).to_contain_text("B04")
    assert watch.errors == []
    assert watch.elsewhere() == []


def test_a_legend_filters_and_replicates_light_up(demo: Demo, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{demo.url}/plates/{demo.dose['id']}/?color=control_type")
    page.get_by_role("button", name="negative control").click()
    dim = page.locator(".well-shape.is-dim")
    assert dim.count() > 80
    page.get_by_role("button", name="negative control").click()
    expect(dim).to_have_count(0)
    page.locator(".well-shape").first.hover()
    assert page.locator(".is-replicate").count() > 1


def test_a_plate_page_is_light(demo: Demo, context: BrowserContext) -> None:
    watch = Watch(demo.url)
    page = watch.over(context.new_page())
    (plate,) = (plate for plate in demo.get("/api/v1/plates/")["results"] if plate["wells"] == 384)
    page.goto(f"{demo.url}/plates/{plate['id']}/")
    expect(page.locator("svg.plate-svg")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(watch.requests) <= 15, watch.requests
    assert watch.bytes_received < 1_000_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_sound_for_everybody(
    demo: Demo, browser: Browser, scheme: Any, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("PLATECAT_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    faults: dict[str, object] = {}
    for screen, size in SCREENS.items():
        context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        for name, path in demo.pages.items():
            watch = Watch(demo.url)
            page = watch.over(context.new_page())
            page.goto(demo.url + path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{name}-{scheme}-{screen}.png", full_page=True)
            grave = [
                (one["id"], one["nodes"][0]["html"][:200])
                for one in Axe().run(page).response["violations"]
                if one["impact"] in {"serious", "critical"}
            ]
            is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            errors = [error for error in watch.errors if "404" not in error]
            if grave or is_wider or errors or watch.elsewhere():
                faults[f"{name} {screen}"] = (grave, is_wider, errors, watch.elsewhere())
            page.close()
        context.close()
    assert faults == {}

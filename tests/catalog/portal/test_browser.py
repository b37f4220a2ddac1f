"""The portal as people meet it: the demo, in a real browser."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
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
    password: str

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
            "sign-in": "/sign-in/?next=/account/",
        }


def is_drawn(url: str, plates: list[Any]) -> bool:
    """Whether all plates have pictures."""
    sheets = [f"{url}/api/v1/plates/{plate['id']}/contact-sheet.json" for plate in plates]
    return all(httpx.get(sheet).is_success for sheet in sheets)


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
        wait_until(lambda: is_drawn(url, found("/api/v1/plates/")), within_s=90, what="it is drawn")
        (dose,) = (plate for plate in found("/api/v1/plates/") if "Dose" in plate["name"])
        wells = found(f"/api/v1/wells/?q=plate:{dose['id']} concentration:>1uM&limit=1")
        fields = found(f"/api/v1/plates/{dose['id']}/wells/{wells[0]['label']}/fields/")
        (image,) = found("/api/v1/images/")
        password = (running.data / "demo-password").read_text().strip()
        yield Demo(url, dose, wells[0]["label"], fields[0], image, password)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SCREENS["wide"])  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
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
    with page.expect_response(lambda answer: "/picture?" in answer.url and answer.ok) as drawn:
        page.locator(".channel [type=checkbox]").first.uncheck()
    assert "channels=1" in drawn.value.url
    with page.expect_response(lambda answer: "region=" in answer.url and answer.ok):
        page.get_by_role("button", name="Closer").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert httpx.get(f"{page.evaluate('navigator.clipboard.readText()')}/zarr.json").is_success
    assert watch.errors == []
    assert watch.elsewhere() == []


def test_a_plate_shows_its_pictures_and_what_they_measure(
    demo: Demo, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{demo.url}/plates/{demo.dose['id']}/")
    page.get_by_role("button", name="Pictures").click()
    expect(page.locator(".pictures image")).to_be_visible()
    page.get_by_label("Colour by").first.select_option("Pixels ...")
    expect(page.locator(".plate-pixels")).to_contain_text("Z'")
    page.get_by_label("Statistic").select_option("focus")
    expect(page.locator(".plate-legend .scale")).to_be_visible()


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


def test_people_sign_in_make_a_token_and_sign_out(
    demo: Demo, context: BrowserContext, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("PLATECAT_SCREENSHOTS") or tmp_path)
    watch = Watch(demo.url)
    page = watch.over(context.new_page())
    page.goto(f"{demo.url}/account/")
    page.get_by_label("Name").fill("demo")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.screenshot(path=folder / "sign-in-refused.png")
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("Your tokens")
    page.get_by_label("Name").fill("notebook")
    page.get_by_role("button", name="Make the token").click()
    secret = page.locator("#secret").inner_text()
    page.screenshot(path=folder / "account-made.png", full_page=True)
    asked = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(f"{demo.url}/api/v1/datasets/", headers=asked).is_success
    assert not Axe().run(page).response["violations"]
    page.get_by_role("button", name="Revoke notebook").click()
    expect(page.locator(".tokens")).to_contain_text("revoked")
    page.screenshot(path=folder / "account.png", full_page=True)
    assert httpx.get(f"{demo.url}/api/v1/datasets/", headers=asked).status_code == 401
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert watch.errors == []


def admin_pages(page: Page, url: str) -> Iterator[str]:
    """Every list of the desk, the page of its first row, and what a new row is typed into."""
    page.goto(f"{url}/admin/")
    lists = page.locator("th[scope=row] a").evaluate_all("all => all.map(one => one.href)")
    yield from lists
    for one in lists:
        page.goto(one)
        yield from page.locator("#result_list th a").evaluate_all(
            "a => a.slice(0, 1).map(b => b.href)"
        )
        yield from page.locator(".addlink").evaluate_all("a => a.map(b => b.href)")


def test_no_page_of_the_desk_and_of_the_api_is_refused_anything_by_its_policy(
    demo: Demo, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{demo.url}/sign-in/?next=/admin/")
    page.get_by_label("Name").fill("demo")
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#site-name")).to_contain_text("desk")
    paths = ["/admin/password_change/", "/admin/jsi18n/", "/api/v1/docs/"]
    every = {*admin_pages(page, demo.url), *(demo.url + path for path in paths)}
    assert len(every) > 60
    faults: dict[str, list[str]] = {}
    watched = context.new_page()
    watch = Watch(demo.url)
    watch.over(watched)
    for url in sorted(every):
        answer = watched.goto(url)
        assert answer is not None
        assert "unsafe" not in answer.headers["content-security-policy"]
        if url.endswith("/docs/"):
            expect(watched.locator(".opblock").first).to_be_visible()
        if watch.errors or watch.elsewhere():
            faults[url] = [*watch.errors, *watch.elsewhere()]
        watch.errors.clear()
    assert faults == {}

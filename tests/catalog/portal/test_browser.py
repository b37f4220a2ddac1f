"""The portal as people meet it: the demo, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pyarrow import parquet

from tests.catalog.portal.browsing import (
    SCREENS,
    Demo,
    Judge,
    Watch,
    chromium,
    demo_up,
    needs_chromium,
    pictures_in,
)
from tests.screens.measuring import ready_ms, report, watch_ready

pytestmark = [pytest.mark.processes, needs_chromium]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo_up(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SCREENS["wide"])
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


def test_choices_of_a_key_go_as_soon_as_its_value_is_typed(
    demo: Demo, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(demo.url)
    # What is asked for the value is never answered.
    page.route("**/terms/**", lambda _: None)
    box = page.get_by_role("combobox").first
    box.press_sequentially("co")
    expect(page.get_by_role("option", name="column:")).to_be_visible()
    box.press_sequentially("mpound:doxo")
    assert page.get_by_role("option").count() == 0
    page.unroute_all(behavior="ignoreErrors")


def test_choices_that_come_after_the_list_was_closed_stay_away(
    demo: Demo, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(demo.url)
    box = page.get_by_role("combobox").first
    box.press_sequentially("compound:do")
    expect(page.get_by_role("option", name="Doxorubicin")).to_be_visible()
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/terms/**", hold)
    with page.expect_request("**/terms/**"):
        box.press("x")
    box.press("Escape")
    with page.expect_response("**/terms/**"):
        asked[0].continue_()
    page.wait_for_timeout(200)
    assert len(asked) == 1
    assert page.get_by_role("option").count() == 0


def test_from_a_search_to_a_picture(demo: Demo, context: BrowserContext) -> None:
    watch = Watch(demo.url)
    page = watch.over(context.new_page())
    page.goto(demo.url)
    box = page.get_by_role("combobox").first
    box.press_sequentially("compound:doxo", delay=20)
    page.get_by_role("option", name="Doxorubicin").first.click()
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
    expect(page.locator(".chosen h3")).to_have_text("B04")
    # Pictures are there as soon as the one picture of all wells is.
    expect(page.locator(".chosen-tiles .crop").nth(4)).to_be_visible()
    # Pictures are there as soon as the one picture of all wells is.
    expect(page.locator(".chosen-tiles .crop").nth(4)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/plates/{demo.dose['id']}/wells/B04/")
    page.locator("ul.fields a").first.click()
    expect(page.locator("h1")).to_contain_text("B04")
    with page.expect_response(lambda answer: "channels=1" in answer.url and answer.ok):
        page.locator(".channel [type=checkbox]").first.uncheck()
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
    expect(page).to_have_url(re.compile("color=pixels%3Afocus%3A0"))
    drawn = page.locator(".pictures image").get_attribute("href")
    with page.expect_response(lambda answer: "acquisition=2" in answer.url and answer.ok):
        page.get_by_label("Pictures of").select_option("acquisition 2 48 h")
    expect(page.locator(".pictures image")).not_to_have_attribute("href", str(drawn))
    page.reload()
    expect(page.get_by_label("Statistic")).to_have_value("focus")


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


def test_a_well_is_shared_by_a_link_that_is_copied_and_shut(
    demo: Demo, browser: Browser, context: BrowserContext, tmp_path: Path
) -> None:
    page = context.new_page()
    page.goto(f"{demo.url}/sign-in/?next=/plates/{demo.dose['id']}/wells/C05/")
    page.get_by_label("Name").fill("demo")
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Share it with others").click()
    page.get_by_label("Good for").select_option("1 day")
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy link").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    data = str(page.locator("#given-data").text_content())
    assert httpx.get(f"{data}/zarr.json").is_success

    judge = Judge(browser, demo.url, pictures_in(tmp_path))
    judge.look({"shared": link.removeprefix(demo.url)})
    judge.cookies = context.cookies()
    place = page.url.removeprefix(demo.url)
    judge.look({"shares": "/shares/", "shares-of-well": place})
    assert judge.faults == {}
    page.screenshot(path=pictures_in(tmp_path) / "shares-made.png", full_page=True)

    page.get_by_role("button", name="Revoke").first.click()
    expect(page.locator("table")).to_contain_text("revoked")
    assert httpx.get(link).status_code == 404
    assert httpx.get(f"{data}/zarr.json").status_code == 404


def test_a_plate_page_is_light(
    demo: Demo, browser: Browser, request: pytest.FixtureRequest
) -> None:
    (plate,) = (plate for plate in demo.get("/api/v1/plates/")["results"] if plate["wells"] == 384)
    figures = []
    for turn in ("first", "second", "third"):
        # A browser that was never here, each time.
        context = browser.new_context(viewport=SCREENS["wide"])
        watch = Watch(demo.url)
        page = watch_ready(watch.over(context.new_page()))
        page.goto(f"{demo.url}/plates/{plate['id']}/")
        ready = ready_ms(page)
        page.wait_for_load_state("networkidle")
        count, size = len(watch.requests), watch.bytes_received
        assert count <= 15, watch.requests
        assert size <= 1_000_000
        with page.expect_event("requestfinished", lambda one: "/contact-sheet?" in one.url):
            page.get_by_role("button", name="Pictures").click()
        page.wait_for_load_state("networkidle")
        assert len(watch.requests) <= 15, watch.requests
        assert watch.bytes_received <= 1_000_000
        figures.append(
            f"{turn} visit ready in {ready:.0f} ms, {count} requests, {size / 1000:.0f} kB, "
            f"with all pictures {len(watch.requests)} and {watch.bytes_received / 1000:.0f} kB"
        )
        context.close()
    report(request, "; ".join(figures))


def test_every_page_is_sound_for_everybody(demo: Demo, browser: Browser, tmp_path: Path) -> None:
    judge = Judge(browser, demo.url, pictures_in(tmp_path))
    judge.look(demo.pages)
    assert judge.faults == {}


def test_people_sign_in_make_a_token_and_sign_out(
    demo: Demo, context: BrowserContext, tmp_path: Path
) -> None:
    folder = pictures_in(tmp_path)
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
    # The board's own links lead to parts of these lists.
    lists = page.locator("[class^=app-] th[scope=row] a").evaluate_all(
        "all => all.map(one => one.href)"
    )
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
    # Opened as a page a script has no icon, for which the browser asks in vain.
    paths = ["/admin/password_change/", "/api/v1/docs/"]
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

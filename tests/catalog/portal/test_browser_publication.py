"""A steward publishes, works on, publishes again and withdraws a dataset, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.catalog.portal.browsing import Watch, chromium, needs_chromium, pictures_in, shot
from tests.running import Running, platecat, wait_until

pytestmark = [pytest.mark.processes, needs_chromium]
PAGE = "/datasets/demo/"
API = "/api/v1/datasets/demo/"
# The demo has stores with faults on purpose, and nobody who made it.
POLICY = "validity=warns,people=warns"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("demo") / "data"
    with platecat(folder, "--demo", PLATECAT_CHECKLIST=POLICY) as running:
        url = running.url.rstrip("/")
        wait_until(
            lambda: httpx.get(f"{url}/api/v1/wells/?q=concentration:*").json()["count"] > 50,
            within_s=120,
            what="the demo is annotated",
        )
        yield running


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        yield context
        context.close()


def sign_in(page: Page, demo: Running) -> None:
    page.goto(f"{demo.url}/sign-in/?next={PAGE}")
    page.get_by_label("Name").fill("demo")
    page.get_by_label("Password").fill((demo.data / "demo-password").read_text().strip())
    page.get_by_role("button", name="Sign in").click()


def publish(page: Page, demo: Running, number: int) -> None:
    """Send it for review and publish it, with the buttons of its page."""
    page.goto(demo.url + PAGE)
    page.get_by_role("link", name="Send for review").click()
    page.get_by_role("button", name="Send for review").click()
    expect(page.locator(".life .tag")).to_have_text("in review")
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("A version is being made")
    wait_until(
        lambda: httpx.get(f"{demo.url}{API}").json().get("latest_version") == number,
        within_s=60,
        what="the version is made",
    )


def file_of(demo: Running, number: int) -> httpx.Response:
    return httpx.get(f"{demo.url}{API}versions/{number}/files/wells.parquet")


def test_a_steward_publishes_twice_and_withdraws(
    demo: Running, context: BrowserContext, tmp_path: Path
) -> None:
    folder = pictures_in(tmp_path)
    watch = Watch(demo.url)
    page = watch.over(context.new_page())
    sign_in(page, demo)
    expect(page.locator("#life-title")).to_have_text("Publication")
    shot(page, folder, "life-draft")
    publish(page, demo, 1)
    first = file_of(demo, 1).content
    page.goto(demo.url + PAGE)
    shot(page, folder, "life-published")
    page.goto(f"{demo.url}{PAGE}versions/1/")
    shot(page, folder, "version")

    page.goto(f"{demo.url}/admin/catalog/dataset/?q=demo")
    page.locator("#result_list th.field-slug a").click()
    page.locator("#id_title").fill("Sample plates, as they were seen again")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{demo.url}{PAGE}steps/review/")
    shot(page, folder, "step-review")
    publish(page, demo, 2)
    page.goto(f"{demo.url}{PAGE}versions/2/diff/")
    expect(page.locator("#content")).to_contain_text("as they were seen again")
    shot(page, folder, "diff")
    assert file_of(demo, 1).content == first

    page.goto(f"{demo.url}{PAGE}steps/withdraw/")
    shot(page, folder, "step-withdraw")
    page.get_by_label("Why it is withdrawn").fill("The cell line was another one than we thought.")
    page.get_by_role("button", name="Withdraw for good").click()
    expect(page.get_by_role("status")).to_contain_text("It is withdrawn.")
    assert watch.errors == []
    assert watch.elsewhere() == []
    assert file_of(demo, 1).status_code == 410
    stranger = context.browser.new_context().new_page()  # type: ignore[union-attr]
    stranger.goto(demo.url + PAGE)
    expect(stranger.locator("#content")).to_contain_text("another one than we thought")
    shot(stranger, folder, "tombstone")

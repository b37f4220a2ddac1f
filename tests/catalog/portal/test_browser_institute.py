"""Signing in with the institute, in a real browser, through a provider that runs for real."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.catalog.portal.browsing import Watch, chromium, needs_chromium
from tests.oidc_provider import CLIENT, SECRET, oidc_provider
from tests.running import platecat

pytestmark = [pytest.mark.processes, needs_chromium]


def test_somebody_of_the_institute_comes_in_by_one_button(tmp_path: Path) -> None:
    folder = Path(os.environ.get("PLATECAT_SCREENSHOTS") or tmp_path)
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    with oidc_provider() as provider:
        told = {
            "PLATECAT_OIDC_URL": provider.url,
            "PLATECAT_OIDC_CLIENT_ID": CLIENT,
            "PLATECAT_OIDC_SECRET_FILE": str(tmp_path / "secret"),
            "PLATECAT_OIDC_NAME": "Example Institute",
            "PLATECAT_OIDC_GROUPS": "hcs-staff=screening",
        }
        provider.person = {"sub": "1", "preferred_username": "ada", "groups": ["hcs-staff"]}
        with platecat(tmp_path / "data", "--no-worker", **told) as running, chromium() as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            watch = Watch(running.url)
            watch.over(page)
            page.goto(f"{running.url.rstrip('/')}/account/")
            page.screenshot(path=folder / "sign-in-institute.png")
            page.get_by_role("link", name="Sign in with Example Institute").click()
            expect(page.locator("h1")).to_have_text("Your tokens")
            expect(page.locator("main")).to_contain_text("Signed in as ada, of screening.")
            expect(page.get_by_role("link", name="Change your password")).to_have_count(0)
            page.screenshot(path=folder / "account-institute.png")
            assert watch.errors == []

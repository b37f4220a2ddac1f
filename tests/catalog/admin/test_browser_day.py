"""A steward's day at the desk, in a real browser: from a new source to a version withdrawn.

The history tells all of it in the end, and what can be undone is undone.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import stores
from tests.catalog.portal.browsing import Watch, chromium, needs_chromium, pictures_in, shot
from tests.running import Running, manage, platecat, wait_until

pytestmark = [pytest.mark.processes, needs_chromium]
NAME, PASSWORD = "steward", "a long walk by the sea"
SLUG = "nutlin-in-u2os"
WELLS = ["A/1", "A/2", "B/1", "B/2"]
LAYOUT = """\
Plate,Well,Compound,Concentration (uM),Cell line
first,A1,DMSO,,U2OS
first,A2,Nutlin-3a,10,U2OS
first,B1,Nutlin3a,2.5,U2OS
first,B2,Etoposide,2.5,U2OS
second,A1,DMSO,,U2OS
second,A2,Nutlin-3a,10,U2OS
second,B1,Etoposide,1,U2OS
second,B2,Etoposide,0.1,U2OS
"""


@pytest.fixture
def screen(tmp_path: Path) -> Path:
    """Two plates of which the second has a well listed that is not there."""
    folder = tmp_path / "screen"
    for name, missing in (("first", ()), ("second", ("B/2",))):
        stores.plate(folder / f"{name}.zarr", wells=WELLS, name=name, missing=missing, chunks=True)
    return folder


@pytest.fixture
def up(tmp_path: Path, screen: Path) -> Iterator[Running]:
    # A test that waits asks more often than a person does.
    more = {"PLATECAT_ALLOWED_ROOTS": f"file://{screen}", "PLATECAT_RATE_SEARCH": "off"}
    with platecat(tmp_path / "data", **more) as running:
        who = ("--username", NAME, "--email", "", "--noinput")
        made = manage(running.data, "createsuperuser", *who, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        assert made.returncode == 0, made.stderr
        yield running


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(20_000)
        yield context
        context.close()


class Desk:
    """The steward before a screen; of some pages pictures are kept."""

    def __init__(self, page: Page, url: str, pictures: Path) -> None:
        self.page = page
        self.url = url
        self.pictures = pictures

    def look(self, name: str) -> None:
        shot(self.page, self.pictures, f"desk-{name}")

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def fill(self, **fields: str) -> None:
        """Type into fields of a form of the desk."""
        for name, text in fields.items():
            self.page.locator(f"#id_{name}").fill(text)

    def run_action(self, label: str) -> None:
        """Choose all rows of a list, and an action."""
        self.page.locator("#action-toggle").check()
        self.page.locator("select[name=action]").select_option(label=label)
        self.press("Go")

    def get(self, path: str) -> Any:
        """What the REST API says to who is signed in here."""
        answer = self.page.request.get(f"{self.url}/api/v1/{path}")
        assert answer.ok, answer.text()
        return answer.json()

    def count(self, query: str) -> int:
        return int(self.get(f"wells/?{urlencode({'q': query})}")["count"])

    def wait_for(self, number: int, query: str) -> None:
        wait_until(lambda: self.count(query) == number, within_s=60, what=query)


def signs_in(desk: Desk) -> None:
    page = desk.open("/sign-in/?next=/admin/")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    desk.press("Sign in")
    expect(page.locator("#content")).to_contain_text("There is no dataset yet.")


def makes_a_dataset(desk: Desk) -> None:
    desk.open("/admin/catalog/dataset/add/")
    desk.fill(
        title="Nutlin in U2OS",
        summary="Two plates.",
        licence="CC-BY-4.0",
        organisms="NCBITaxon:9606",
    )
    desk.page.locator("#id_visibility").select_option("public")
    desk.page.get_by_text("Add another Person").click()
    desk.page.locator("#id_people-0-name").fill("Ada Marsh")
    desk.page.locator("#id_people-0-email").fill("ada@example.org")
    desk.press("Save")
    expect(desk.page.locator(".success")).to_be_visible()


def has_a_source_scanned(desk: Desk, screen: Path) -> None:
    desk.open("/admin/catalog/source/add/")
    desk.fill(name="screen", url=f"file://{screen}")
    desk.page.locator(".field-default_dataset .select2-selection").click()
    desk.page.locator(".select2-search__field").fill("nutl")
    desk.page.locator(".select2-results__option", has_text=SLUG).click()
    desk.press("Save and continue editing")
    desk.press("Scan now")
    expect(desk.page.locator(".success")).to_contain_text("queued")
    desk.wait_for(8, "")
    desk.open("/admin/")
    expect(desk.page.get_by_role("region", name="Plates by source")).to_contain_text("screen")


def imports_a_plate_map(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "layout.csv"
    file.write_text(LAYOUT, encoding="utf-8")
    desk.open("/admin/plates/platemap/")
    desk.follow("Import a plate map")
    desk.page.get_by_label("Dataset").select_option(label=SLUG)
    desk.page.locator("input[type=file]").set_input_files(file)
    desk.press("Upload and try")
    desk.follow("Apply")
    expect(desk.page.locator("#content")).to_contain_text("matched")
    desk.press("Apply")
    desk.wait_for(8, "cell_line:U2OS")


def merges_two_values(desk: Desk) -> None:
    desk.open("/admin/plates/key/?q=compound")
    desk.follow("near duplicates")
    desk.look("alike")
    desk.press("Look at a merge")
    desk.page.get_by_label("Nutlin-3a").check()
    desk.press("Show what would change")
    expect(desk.page.locator("#content")).to_contain_text("1 well or image would be told")
    desk.look("merge")
    desk.press("Merge")
    desk.wait_for(3, "compound:Nutlin-3a")


def works_down_a_finding(desk: Desk, screen: Path) -> None:
    desk.open("/admin/")
    desk.page.locator("ul.rules a", has_text="HCS-WELL-EXISTS").click()
    desk.page.locator("#result_list td.field-store_link a").click()
    expect(desk.page.locator("#content")).to_contain_text("B/02")
    shutil.rmtree(screen / "second.zarr")
    stores.plate(screen / "second.zarr", wells=WELLS, name="second", chunks=True)
    scans_again(desk)
    wait_until(
        lambda: (
            desk.open("/admin/plates/finding/?rule=HCS-WELL-EXISTS")
            .locator("#result_list tbody tr")
            .count()
            == 0
        ),
        within_s=60,
        what="the finding is gone",
    )


def scans_again(desk: Desk) -> None:
    desk.open("/admin/catalog/source/")
    desk.run_action("Scan now")
    expect(desk.page.locator(".success")).to_contain_text("queued")


def has_it_reviewed_and_published(desk: Desk, number: int) -> bytes:
    desk.open("/admin/catalog/dataset/1/change/")
    desk.follow("checklist, review, publication")
    desk.follow("Send for review")
    desk.press("Send for review")
    page = desk.open("/admin/")
    page.locator("a.card", has_text="Waiting for review").click()
    page.locator("#result_list tbody th a").click()
    desk.follow("checklist, review, publication")
    desk.follow("Publish")
    desk.press("Publish")
    wait_until(
        lambda: desk.get(f"datasets/{SLUG}/").get("latest_version") == number,
        within_s=60,
        what=f"version {number} is made",
    )
    return file_of(desk, number).content


def file_of(desk: Desk, number: int) -> httpx.Response:
    """What a stranger gets."""
    return httpx.get(f"{desk.url}/api/v1/datasets/{SLUG}/versions/{number}/files/wells.parquet")


def harvests_a_change(desk: Desk, screen: Path) -> None:
    shutil.rmtree(screen / "second.zarr")
    stores.plate(
        screen / "second.zarr", wells=[*WELLS, "C/1"], fields=2, name="second", chunks=True
    )
    scans_again(desk)
    desk.wait_for(9, "")
    expect(desk.open("/admin/catalog/change/").locator("#result_list")).to_contain_text("changed")


def edits_both_plates_and_undoes_it(desk: Desk) -> None:
    desk.open("/admin/plates/plate/")
    desk.run_action("Edit several: show what would change")
    desk.page.locator("#id_how_batch").select_option("set")
    desk.page.locator("#id_batch").fill("B7")
    desk.press("Show what would change")
    desk.press("Change 2")
    desk.run_action("Undo: make the fields what they were before")
    expect(desk.page.locator(".success")).to_contain_text("2 changes are undone")


def undoes_the_merge_and_the_import(desk: Desk) -> None:
    desk.open("/admin/plates/termmerge/")
    desk.run_action("Undo: tell them as themselves again")
    desk.wait_for(2, "compound:Nutlin-3a")
    desk.open("/admin/plates/platemap/")
    desk.page.locator("#result_list tbody th a").click()
    desk.follow("Undo")
    desk.press("Undo")
    desk.wait_for(0, "cell_line:U2OS")


def withdraws_it(desk: Desk) -> None:
    desk.open(f"/datasets/{SLUG}/")
    desk.follow("Withdraw for good")
    desk.page.get_by_label("Why it is withdrawn").fill("The cells were others.")
    desk.press("Withdraw for good")
    expect(desk.page.get_by_role("status")).to_contain_text("It is withdrawn.")


def finds_all_of_it_in_the_history(desk: Desk) -> None:
    told = desk.open("/admin/catalog/dataset/1/history/").locator("table.history").inner_text()
    for what in (
        "create dataset",
        "create source",
        "scan source",
        "upload platemap",
        "apply platemap",
        "harvest store",
        "send for review dataset",
        "publish dataset",
        "change plate",
        "undo plate",
        "undo platemap",
        "withdraw dataset",
    ):
        assert what in " ".join(told.split()), what
    everything = desk.open("/admin/catalog/history/").locator("#result_list").inner_text()
    assert "merge" in everything
    assert "separate" in everything


def test_a_stewards_day(up: Running, context: BrowserContext, screen: Path, tmp_path: Path) -> None:
    watch = Watch(up.url.rstrip("/"))
    desk = Desk(watch.over(context.new_page()), watch.host, pictures_in(tmp_path))
    signs_in(desk)
    makes_a_dataset(desk)
    has_a_source_scanned(desk, screen)
    imports_a_plate_map(desk, tmp_path)
    merges_two_values(desk)
    works_down_a_finding(desk, screen)
    first = has_it_reviewed_and_published(desk, 1)
    harvests_a_change(desk, screen)
    second = has_it_reviewed_and_published(desk, 2)
    assert second != first
    edits_both_plates_and_undoes_it(desk)
    undoes_the_merge_and_the_import(desk)
    assert file_of(desk, 1).content == first
    assert file_of(desk, 2).content == second
    withdraws_it(desk)
    assert file_of(desk, 1).status_code == 410
    finds_all_of_it_in_the_history(desk)
    assert watch.errors == []
    assert watch.elsewhere() == []

"""Pages of what is strange: a plate of 1536 wells, names of 120 characters, nothing that is right."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.catalog.portal.browsing import (
    SCREENS,
    Judge,
    Watch,
    chromium,
    is_drawn,
    needs_chromium,
    pictures_in,
)
from tests.running import Running, manage, platecat, wait_until
from tests.screens import strange
from tests.screens.measuring import lags_of, ready_ms, report, watch_ready

pytestmark = [pytest.mark.processes, needs_chromium]
PICTURES = """[...document.querySelectorAll(".plate-modes button")].at(-1).click()"""
OPEN_ALL = "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"


@dataclass(frozen=True)
class Strange:
    """A catalog of strange plates while it is up."""

    url: str
    large: dict[str, Any]
    long: dict[str, Any]
    broken: Sequence[dict[str, Any]]

    def get(self, path: str) -> Any:
        return httpx.get(f"{self.url}/api/v1/{path}").json()


TITLED = """
from catalog.models import Dataset
Dataset.objects.filter(slug="long").update(title={0!r}, summary={0!r})
"""


def fill(running: Running, root: Path) -> None:
    """Harvest all that is strange, and say what is in it."""
    root.mkdir()
    for slug, folders, text in (
        ("large", [strange.write_large(root / "large.zarr")], strange.map_of_large()),
        ("long", [strange.write_long(root / "long.zarr")], strange.map_of_long()),
        ("broken", strange.write_broken(root), ""),
    ):
        places = [str(folder) for folder in folders]
        done = manage(running.data, "harvest", *places, "--dataset", slug, "--public", "--wait")
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        if text:
            file = root / f"{slug}.csv"
            file.write_text(text, encoding="utf-8")
            done = manage(
                running.data, "platemap", str(file), "--dataset", slug, "--format", "json"
            )
            assert json.loads(done.stdout)["applied"], done.stdout + done.stderr
    done = manage(running.data, "shell", "-c", TITLED.format(strange.long_name("Dataset")))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strange]:
    root = tmp_path_factory.mktemp("strange")
    with platecat(root / "data") as running:
        fill(running, root / "stores")
        url = running.url.rstrip("/")
        plates = {slug: running.every(f"plates/?dataset={slug}") for slug in ("large", "long")}
        (large,), (long,) = plates["large"], plates["long"]
        wait_until(lambda: is_drawn(url, [large, long]), within_s=180, what="it is drawn")
        yield Strange(url, large, long, running.every("plates/?dataset=broken"))


def test_a_plate_of_1536_wells_looks_finished(
    world: Strange, browser: Browser, tmp_path: Path
) -> None:
    plate = f"/plates/{world.large['id']}/"
    judge = Judge(browser, world.url, pictures_in(tmp_path))
    judge.look(
        {
            "large-plate": f"{plate}?color=concentration#H12",
            "large-plate-readout": f"{plate}?color=Cell%20count#P24",
            "large-plate-pictures": f"{plate}?color=control_type#Z30",
            "large-plate-table": plate,
            "large-well": f"{plate}wells/H12/",
            "large-term": "/terms/compound/Etoposide/",
            "large-search-pictures": "/search/?q=compound:Etoposide&as=pictures",
        },
        then={"large-plate-pictures": PICTURES, "large-plate-table": OPEN_ALL},
    )
    assert judge.faults == {}


def test_a_plate_of_1536_wells_answers_pointer_and_keys_at_once(
    world: Strange, browser: Browser, request: pytest.FixtureRequest
) -> None:
    watch = Watch(world.url)
    context = browser.new_context(viewport=SCREENS["wide"])
    page = watch_ready(watch.over(context.new_page()))
    page.goto(f"{world.url}/plates/{world.large['id']}/?color=concentration")
    ready = ready_ms(page)
    page.wait_for_load_state("networkidle")
    count, size = len(watch.requests), watch.bytes_received
    # The picture of all wells is there from the first choice on.
    page.locator(".well-shape").first.click()
    expect(page.locator(".chosen > .crop")).to_be_visible()
    page.wait_for_load_state("networkidle")
    hover, keys = lags_of(page, "pointer"), lags_of(page, "keys")
    context.close()
    report(
        request,
        f"ready in {ready:.0f} ms, {count} requests, {size / 1000:.0f} kB; "
        f"with pictures {watch.bytes_received / 1000:.0f} kB; pointer: {hover}; keys: {keys}",
    )
    assert count <= 15, watch.requests
    assert size <= 1_000_000


def test_long_names_leave_pages_in_order(world: Strange, browser: Browser, tmp_path: Path) -> None:
    plate = f"/plates/{world.long['id']}/"
    (well, *_) = world.get(f"wells/?q=plate:{world.long['id']}&limit=1")["results"]
    (field, *_) = world.get(f"plates/{world.long['id']}/wells/A01/fields/")["results"]
    value = well["annotation"]["compound"][0]["value"]
    judge = Judge(browser, world.url, pictures_in(tmp_path))
    judge.look(
        {
            "long-home": "/",
            "long-datasets": "/datasets/",
            "long-dataset": "/datasets/long/",
            "long-search": "/search/?q=dataset:long",
            "long-search-pictures": "/search/?q=dataset:long&as=pictures",
            "long-search-plates": "/search/?of=plates",
            "long-plate": f"{plate}?color=compound#B03",
            "long-well": f"{plate}wells/B03/",
            "long-field": f"/stores/{field['store']}/fields/{field['path']}/",
            "long-term": f"/terms/compound/{quote(value)}/",
            "long-changes": "/changes/",
        },
    )
    assert judge.faults == {}


def test_what_is_broken_is_said_in_order(world: Strange, browser: Browser, tmp_path: Path) -> None:
    pages = {
        "broken-dataset": "/datasets/broken/",
        "broken-search-plates": "/search/?of=plates&q=dataset:broken",
        "broken-search": "/search/?q=dataset:broken",
        "broken-search-pictures": "/search/?q=dataset:broken&as=pictures",
    }
    for number, plate in enumerate(world.broken):
        pages[f"broken-plate-{number}"] = f"/plates/{plate['id']}/#B02"
        pages[f"broken-well-{number}"] = f"/plates/{plate['id']}/wells/A02/"
    judge = Judge(browser, world.url, pictures_in(tmp_path))
    judge.look(pages)
    assert judge.faults == {}

"""Snippets are run as they stand, in the environments that they say how to install."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from pytest_django import Settings

from catalog.links.libraries import LIBRARIES
from catalog.links.opened import Opened
from catalog.links.snippets import snippet
from catalog.links.targets import Address, Target
from catalog.words import Answer, Visibility
from plates.models import Store
from tests import factories, stores
from tests.catalog.data.bytes_server import bytes_server
from tests.catalog.links.throwaway import python_with, run
from tests.store_styles import Version

HERE: Final = Address("http://127.0.0.1:1/data/it's", is_ours=True)
# Shows windows: what it reads with is run instead.
WITHOUT_WINDOWS: Final = "napari"
READS_LIKE_NAPARI: Final = (
    "from napari_ome_zarr import napari_get_reader\n"
    "layers = napari_get_reader({url!r})({url!r})\n"
    "assert layers\n"
    "for pixels, told, kind in layers:\n"
    "    level = pixels[-1] if isinstance(pixels, list) else pixels\n"
    "    print(kind, level.shape, level[..., :8, :8].mean().compute())\n"
)
READS_FOR_NAPARI: Final = "pip install napari-ome-zarr"
APART: Final = "iohub"
"""Wants another zarr than the rest, which go into one environment."""


@dataclass(frozen=True)
class Served:
    """A private plate that is sent under a signed link, and who may see it."""

    store: Store
    client: Client
    version: Version

    @property
    def paths(self) -> dict[str, str]:
        """Where the links of what lies in it are told."""
        store, plate = self.store, self.store.plate
        assert plate is not None
        return {
            "plate": f"plates/{plate.id}",
            "well": f"plates/{plate.id}/wells/B03",
            "field": f"stores/{store.id}/fields/B/03/0",
        }


@pytest.fixture(params=["0.4", "0.5"])
def served(
    request: pytest.FixtureRequest,
    transactional_db: None,
    tmp_path: Path,
    settings: Settings,
) -> Iterator[Served]:
    folder = stores.plate(
        tmp_path / "p.zarr", version=request.param, wells=["A/1", "B/03"], fields=2, chunks=True
    )
    owner = factories.user()
    dataset = factories.dataset(visibility=Visibility.OWNER, owner=owner)
    store = factories.harvested(str(folder), into=dataset)
    client = Client()
    client.force_login(owner)
    with bytes_server() as url:
        settings.DATA_URL = url
        yield Served(store, client, request.param)


def python_for(name: str) -> Path:
    """The Python of a snippet's library, with the others that go with it."""
    lines = {one.name: one.install for one in LIBRARIES} | {"napari": READS_FOR_NAPARI}
    if name == APART:
        return python_with(lines[name])
    return python_with(*(line for one, line in lines.items() if one != APART))


@pytest.mark.processes
@pytest.mark.parametrize("name", [one.name for one in LIBRARIES])
def test_a_snippet_runs_as_it_stands_against_what_is_private(served: Served, name: str) -> None:
    ran = 0
    for noun, path in served.paths.items():
        told = served.client.get(f"/api/v1/{path}/links/").json()
        (found,) = (one for one in told["snippets"] if one["name"] == name)
        if found["answer"] == "no":
            assert found["code"] is None
            continue
        code = found["code"]
        if name == WITHOUT_WINDOWS:
            code = READS_LIKE_NAPARI.format(url=told["address"]["url"])
        python = (
            python_with("pip install napari-ome-zarr") if name == "napari" else python_for(name)
        )
        done = run(str(python), "-c", code)
        assert done.returncode == 0, (noun, code, done.stderr[-2000:])
        assert done.stdout.strip(), (noun, code)
        ran += 1
    assert ran or (name == "iohub" and served.version == "0.5")


@pytest.mark.parametrize("opened", Opened)
@pytest.mark.parametrize("version", ["", "0.3", "0.4", "0.5", "0.6"])
def test_every_snippet_is_python_or_says_why_there_is_none(opened: Opened, version: str) -> None:
    store = Store(version=version, zarr_format=3 if version >= "0.5" else 2)
    for one in LIBRARIES:
        found = snippet(one, Target(store, opened, "B/03/0", None), HERE)
        assert found.reason.endswith(".")
        if found.answer is Answer.NO:
            assert found.code == ""
            continue
        compile(found.code, one.name, "exec")
        assert repr(HERE.url) in found.code


def test_nothing_is_opened_where_a_store_lies_nowhere() -> None:
    nowhere = Address("", is_ours=False)
    for one in LIBRARIES:
        found = snippet(one, Target(Store(version="0.4"), Opened.IMAGE, "", None), nowhere)
        assert (found.answer, found.code) == (Answer.NO, "")

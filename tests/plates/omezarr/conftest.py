import os
from pathlib import Path

import pytest

from tests import stores
from tests.plates.omezarr.planting import ome_of


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were opened for reading since the test began."""
    paths: list[str] = []
    real = os.open

    def noted(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        handle = real(path, flags, mode, dir_fd=dir_fd)
        paths.append(path)
        return handle

    monkeypatch.setattr(os, "open", noted)
    return paths


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A plate that breaks no rule."""
    return stores.plate(tmp_path / "sound.zarr", version="0.4", wells=["A/1", "A/2", "B/03"])


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A plate with a well off the plate, and without a name."""
    folder = stores.plate(tmp_path / "faulty.zarr", version="0.4", wells=["A/1", "A/2", "B/03"])
    with ome_of(folder, "") as ome:
        ome["plate"]["wells"][2]["path"] = "03/B"
        del ome["plate"]["name"]
    return folder

import os

import pytest


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

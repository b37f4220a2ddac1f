import os

import pytest


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were opened for reading since the test began."""
    paths: list[str] = []
    real = os.open

    def noted(path: str, flags: int) -> int:
        handle = real(path, flags)
        paths.append(path)
        return handle

    monkeypatch.setattr(os, "open", noted)
    return paths

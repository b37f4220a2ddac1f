"""Real services for the suite: Postgres and Valkey of its own, before Django reads its settings."""

import atexit
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from catalog.local.at_hand import services_at_hand

_services = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start them, unless the environment names others or another process of this run has them."""
    if os.environ.get("DATABASE_URL") and os.environ.get("BROKER_URL"):
        return
    folder = _services.enter_context(tempfile.TemporaryDirectory(prefix="platecat-tests-"))
    _services.enter_context(services_at_hand(Path(folder), fast=True, migrate=False))
    # Settings that cannot be imported end the run before pytest takes leave of its plugins.
    atexit.register(_services.close)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop them."""
    _services.close()

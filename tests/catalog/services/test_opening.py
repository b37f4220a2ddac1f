import os
import subprocess
import sys
from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from catalog import environment
from catalog.errors import NotUnderstood
from catalog.models import Source
from catalog.services.opening import checked_options, guard_from_settings, options_for
from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import AddressRefused
from plates.omezarr.guard import DEFAULT_SCHEMES, HOSTS, NETWORKS, ROOTS, SCHEMES


@pytest.mark.parametrize(
    "guard", [None, {}, {"roots": ["file:///"]}, {"_folders": ["/"]}, "", True, 1]
)
def test_no_source_sets_the_guard_under_which_it_is_read(guard: object) -> None:
    with pytest.raises(NotUnderstood, match="no option 'guard'") as refusal:
        checked_options({"region": "eu", "guard": guard})
    assert "guard," not in str(refusal.value)
    with pytest.raises(NotUnderstood):
        options_for(Source(name="s", options={"guard": guard}))


def test_options_stay_under_the_guard_that_code_puts_there() -> None:
    guard = guard_from_settings()
    assert options_for(None, guarded=False).guard is None
    assert options_for(None).guard is not None
    assert replace(options_for(Source(name="s", options={"region": "eu"})), guard=guard).guard


def test_the_guard_says_what_the_settings_say(settings: Settings) -> None:
    settings.ADDRESSES_ALLOWED = {
        "schemes": ["https"],
        "hosts": ["*.example.org"],
        "roots": ["s3://bucket/screens"],
        "networks": ["10.1.0.0/16"],
    }
    guard = guard_from_settings()
    guard.admit(RootUrl.parse("https://a.example.org/p.zarr"))
    guard.admit(RootUrl.parse("s3://bucket/screens/p.zarr"))
    for url in ("https://a.org/p.zarr", "s3://bucket/p.zarr", "/etc"):
        with pytest.raises(AddressRefused):
            guard.admit(RootUrl.parse(url))


def test_every_setting_that_a_refusal_names_can_be_set(settings: Settings) -> None:
    named = {"schemes": SCHEMES, "hosts": HOSTS, "roots": ROOTS, "networks": NETWORKS}
    assert set(named) == set(settings.ADDRESSES_ALLOWED)
    assert environment.VARIABLES[SCHEMES].default == ",".join(DEFAULT_SCHEMES)
    assert all(environment.names(name) == [] for name in (HOSTS, ROOTS, NETWORKS))


def test_a_setting_that_cannot_be_read_is_named(settings: Settings) -> None:
    settings.ADDRESSES_ALLOWED = {"networks": ["10.0.0.0/99"]}
    with pytest.raises(ImproperlyConfigured, match=f"{NETWORKS}: this is no network"):
        guard_from_settings()


@pytest.mark.processes
def test_nothing_starts_with_a_setting_that_cannot_be_read() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env={**os.environ, ROOTS: "data/screens", "DJANGO_SETTINGS_MODULE": "catalog.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode
    assert f"ImproperlyConfigured: {ROOTS}: 'data/screens' is neither a URL" in run.stderr


@pytest.mark.parametrize(
    "options",
    [
        {"concurrency": 0},
        {"concurrency": "-1"},
        {"retries": -1},
        {"retries": 10**9},
        {"timeout_s": 0},
        {"timeout_s": "nan"},
        {"connect_timeout_s": "inf"},
        {"stall_s": -1.0},
        {"max_document_bytes": 0},
    ],
)
def test_an_option_with_which_nothing_is_read_or_nothing_ends_is_refused(
    options: dict[str, object],
) -> None:
    with pytest.raises(NotUnderstood, match="An option cannot be read"):
        checked_options(options)

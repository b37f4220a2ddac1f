from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from obstore.store import S3Store

from plates.omezarr.guard import Guard
from plates.omezarr.options import OPTIONS, StoreOptions, obstore_options, s3fs_options

FULL = StoreOptions(
    endpoint="https://s3.example.org",
    region="eu",
    key="k",
    secret="s",
    token="t",
    timeout_s=7,
    retries=2,
)


def test_the_table_holds_every_option_once() -> None:
    # A guard is none of those that a source may set.
    assert sorted(carried.name for carried in OPTIONS) == sorted(
        {option.name for option in fields(StoreOptions)} - {"guard"}
    )


@pytest.mark.parametrize(
    "told",
    [
        {},
        [],
        True,
        "",
        "https",
        {"schemes": ["file"], "hosts": [], "roots": ["file:///"], "networks": ["0.0.0.0/0"]},
        {"_schemes": [], "_hosts": [], "_folders": ["/"], "_networks": [], "_places": []},
    ],
)
def test_no_json_makes_a_guard(told: object) -> None:
    with pytest.raises(msgspec.ValidationError, match="guard"):
        msgspec.convert({"guard": told}, StoreOptions, strict=False)
    with pytest.raises(msgspec.ValidationError, match="guard"):
        msgspec.json.decode(msgspec.json.encode({"guard": told}), type=StoreOptions, strict=False)


def test_a_guard_reaches_no_client_and_stays_when_options_change() -> None:
    guard = Guard()
    guarded = replace(FULL, guard=guard)
    assert replace(guarded, retries=9).guard is guard
    assert obstore_options(guarded) == obstore_options(FULL)
    assert s3fs_options(guarded) == s3fs_options(FULL)


def test_the_machine_is_asked_for_credentials_only_where_nothing_else_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    assert StoreOptions(anonymous=False).asks_the_machine
    assert not StoreOptions().asks_the_machine
    assert not StoreOptions(anonymous=True).asks_the_machine
    assert not StoreOptions(anonymous=False, key="k").asks_the_machine
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    assert not StoreOptions(anonymous=False).asks_the_machine


def test_options_reach_obstore() -> None:
    carried = obstore_options(FULL)
    assert carried["config"] == {
        "endpoint": "https://s3.example.org",
        "skip_signature": False,
        "region": "eu",
        "access_key_id": "k",
        "secret_access_key": "s",
        "token": "t",
    }
    assert carried["client_options"]["timeout"] == timedelta(seconds=7)
    assert carried["retry_config"] == {"max_retries": 2}
    S3Store("bucket", **carried)


def test_options_reach_s3fs() -> None:
    assert s3fs_options(FULL) == {
        "anon": False,
        "key": "k",
        "secret": "s",
        "token": "t",
        "client_kwargs": {"endpoint_url": "https://s3.example.org", "region_name": "eu"},
        "config_kwargs": {
            "read_timeout": 7,
            "connect_timeout": 10.0,
            "retries": {"max_attempts": 2},
            "max_pool_connections": 64,
        },
    }


def test_a_file_of_certificates_is_read_for_obstore(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----")
    options = StoreOptions(ca=str(authority))
    certificate = obstore_options(options)["client_options"]["root_certificate"]
    assert certificate == "-----BEGIN CERTIFICATE-----"


def test_nobody_signs_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    assert StoreOptions().is_anonymous
    assert not StoreOptions(key="k").is_anonymous
    assert not StoreOptions(anonymous=False).is_anonymous
    assert StoreOptions(key="k", anonymous=True).is_anonymous
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    assert not StoreOptions().is_anonymous


def test_secrets_never_get_into_a_log() -> None:
    shown = repr(StoreOptions(key="AKIA", secret="hush", token="tok"))
    assert not any(secret in shown for secret in ("AKIA", "hush", "tok"))

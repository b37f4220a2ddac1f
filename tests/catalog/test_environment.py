from pathlib import Path

import pytest

from catalog import environment
from catalog.settings import database


def test_an_empty_variable_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATECAT_LEASE_S", "")
    assert environment.number("PLATECAT_LEASE_S") == 20


def test_names_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " a.org, b.org ,")
    assert environment.names("ALLOWED_HOSTS") == ["a.org", "b.org"]


def test_a_variable_that_is_not_in_the_table_cannot_be_read() -> None:
    with pytest.raises(KeyError):
        environment.text("PLATECAT_UNKNOWN")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://me:pw@db:5433/cat", ("cat", "me", "pw", "db", "5433")),
        ("postgresql:///cat?host=/tmp/run&user=me", ("cat", "me", "", "/tmp/run", "")),
        ("postgres://me@[::1]/cat?sslmode=require", ("cat", "me", "", "::1", "")),
    ],
)
def test_a_database_is_named_by_its_url(url: str, expected: tuple[str, ...]) -> None:
    told = database(url)
    assert tuple(told[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected


def test_no_statement_of_a_request_runs_for_ever() -> None:
    options = database("postgresql:///cat")["OPTIONS"]
    assert "statement_timeout=30000" in str(options)


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file\n")
    for name in ("SECRET_KEY", "PLATECAT_CREDENTIALS_LAB_SECRET"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "key"))
    assert environment.text("SECRET_KEY") == "from the file"
    assert environment.secret("lab", "SECRET") == "from the file"
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    assert environment.text("SECRET_KEY") == "from the environment"


def test_only_secrets_are_looked_for_in_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("x")
    monkeypatch.setenv("PLATECAT_INSTITUTE_FILE", str(tmp_path / "key"))
    assert environment.text("PLATECAT_INSTITUTE") == ""


def test_a_secret_whose_file_is_away_is_no_empty_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", "/nowhere")
    with pytest.raises(FileNotFoundError):
        environment.text("SECRET_KEY")


def test_no_secret_has_a_default() -> None:
    secrets = [variable for variable in environment.VARIABLES.values() if variable.is_secret]
    assert {variable.name for variable in secrets} >= {"SECRET_KEY", "PLATECAT_OIDC_SECRET"}
    assert all(variable.default == "" for variable in secrets)


def test_pairs_say_what_is_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATECAT_OIDC_GROUPS", " hcs staff = screening , facility,")
    told = environment.pairs("PLATECAT_OIDC_GROUPS")
    assert told == {"hcs staff": "screening", "facility": "facility"}

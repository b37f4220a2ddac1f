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

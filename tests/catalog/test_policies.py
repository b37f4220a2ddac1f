"""What every answer tells browsers, and that nothing is left open where people come by https."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from catalog.policies import CONTENT
from tests import factories

ROOT = Path(__file__).parents[2]
PAGES = (
    "/",
    "/search/",
    "/sign-in/",
    "/nowhere",
    "/admin/",
    "/api/v1/",
    "/api/v1/docs/",
    "/healthz",
)
PRODUCTION = {
    "SECRET_KEY": secrets.token_hex(32),
    "ALLOWED_HOSTS": "platecat.example.org",
    "PLATECAT_HTTPS": "on",
    "DATABASE_URL": "postgresql://platecat@postgres/platecat",
    "BROKER_URL": "redis://valkey:6379/0",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_answer_lets_pages_run_our_files_alone(path: str) -> None:
    headers = Client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] in {"same-origin", "unsafe-none"}
    assert "camera=()" in headers["Permissions-Policy"]


def test_no_source_of_the_policy_is_wide() -> None:
    for name, sources in CONTENT.items():
        assert not {"*", "http:", "https:", "blob:"} & set(sources.split()), name
        assert "data:" not in sources or name == "img-src"


@pytest.mark.django_db
def test_a_stricter_policy_of_an_answer_stays(settings: object, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    settings.LOGO = str(logo)  # type: ignore[attr-defined]
    policy = Client().get("/logo").headers["Content-Security-Policy"]
    assert "script-src" not in policy


@pytest.mark.django_db
def test_cookies_are_kept_from_scripts_and_from_other_sites() -> None:
    factories.user("ada")
    client = Client()
    client.get("/sign-in/")
    answer = client.post("/sign-in/", {"login": "ada", "password": "secret"})
    session, csrf = answer.cookies["sessionid"], client.cookies["csrftoken"]
    assert session["httponly"]
    assert (session["samesite"], csrf["samesite"]) == ("Lax", "Lax")


@pytest.mark.django_db
def test_a_form_that_is_not_ours_is_refused_on_a_page_of_ours() -> None:
    for path in ("/sign-in/", "/account/", "/admin/auth/user/add/"):
        answer = Client(enforce_csrf_checks=True).post(path, {"login": "ada"})
        assert answer.status_code == 403, path
        page = answer.content.decode()
        assert "That was not done" in page
        assert "<style" not in page


def told(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """What manage.py says in an environment of its own."""
    ours = {"DATABASE_URL", "BROKER_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith("PLATECAT_")
    }
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_left_to_say_of_a_deployment() -> None:
    checked = told("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout + checked.stderr


def test_a_deployment_without_https_is_warned() -> None:
    checked = told("check", "--deploy", **(PRODUCTION | {"PLATECAT_HTTPS": "off"}))
    assert "security.W008" in checked.stdout + checked.stderr


SHOWN = (
    "from django.conf import settings as s; from django.test import Client; "
    "a = Client().get('/robots.txt', headers={'host': 'platecat.example.org'}); "
    "b = Client().get('/healthz', headers={'host': 'platecat.example.org'}); "
    "c = Client().get('/robots.txt', headers={'host': 'platecat.example.org'}, secure=True); "
    "print(a.status_code, a.headers['Location'], b.status_code, "
    "c.headers['Strict-Transport-Security'], s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
)


def test_with_https_nobody_goes_on_without() -> None:
    shown = told("shell", "--no-imports", "-c", SHOWN, **PRODUCTION)
    assert shown.stdout.split() == [
        "301",
        "https://platecat.example.org/robots.txt",
        "200",
        "max-age=31536000",
        "True",
        "True",
    ], shown.stderr


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PLATECAT_OIDC_URL": "https://id.example.org"}, "PLATECAT_OIDC_CLIENT_ID and"),
        (
            {
                "PLATECAT_OIDC_URL": "http://id.example.org",
                "PLATECAT_OIDC_CLIENT_ID": "x",
                "PLATECAT_OIDC_SECRET": "y",
            },
            "which is not https",
        ),
        ({"PLATECAT_RATE": "often"}, "no rate"),
    ],
)
def test_what_would_leave_a_door_open_does_not_start(
    variables: dict[str, str], sentence: str
) -> None:
    checked = told("check", **PRODUCTION, **variables)
    assert checked.returncode != 0
    assert sentence in checked.stderr

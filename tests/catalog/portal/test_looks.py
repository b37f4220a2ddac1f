from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.portal.checks import look_of_the_institute

pytestmark = pytest.mark.django_db


def test_an_institute_shows_its_own_logo_and_colour(
    client: Client, tmp_path: Path, settings: Any
) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    settings.LOGO, settings.ACCENT = str(logo), ["#112233", "#aabbcc"]
    page = client.get("/").content.decode()
    assert 'src="/logo"' in page
    assert "/theme.css" in page
    answer = client.get("/logo")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"light-dark(#112233, #aabbcc)" in client.get("/theme.css").content
    assert look_of_the_institute(None) == []


def test_without_one_pages_wear_ours(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "/theme.css" not in page
    assert client.get("/logo").status_code == 404


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LOGO", "/nowhere/logo.svg", "no such file"),
        ("ACCENT", ["red"], "not one or two colours"),
        ("ACCENT", ["#112233", "#112233;}", "#112233"], "not one or two colours"),
    ],
)
def test_a_look_that_cannot_be_is_told_at_the_start(
    settings: Any, name: str, value: object, said: str
) -> None:
    setattr(settings, name, value)
    (error,) = look_of_the_institute(None)
    assert said in error.msg

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.models import Token
from catalog.queries.tokens import token_with
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_secret_alone_goes_to_the_output() -> None:
    factories.user("ada")
    out, err = StringIO(), StringIO()
    told = ["--scopes", "read", "harvest", "--expires", "2999-01-31"]
    call_command("token", "ada", "nightly", *told, stdout=out, stderr=err)
    token = token_with(out.getvalue().strip())
    assert token is not None
    assert (token.name, token.scopes) == ("nightly", ["read", "harvest"])
    assert token.expires_at == datetime(2999, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert "of ada is for read, harvest" in err.getvalue()


@pytest.mark.parametrize(
    ("user", "expires", "sentence"),
    [
        ("nobody", "", "no active user"),
        ("ada", "soon", "--expires is a number of days or a date"),
        ("ada", "9999999999", "--expires is a number of days or a date"),
        ("ada", "2020-01-01", "at least a minute"),
    ],
)
def test_what_cannot_be_made_ends_in_a_sentence(user: str, expires: str, sentence: str) -> None:
    factories.user("ada")
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("token", user, "x", "--expires", expires)
    assert refused.value.returncode == 2
    assert not Token.objects.exists()

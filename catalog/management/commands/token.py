from argparse import ArgumentParser
from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.errors import CatalogError
from catalog.services.tokens import make_token
from catalog.words import TokenScope

REFUSED = 2
SCOPES = [scope.value for scope in TokenScope]


class Command(BaseCommand):
    """Make a token for a person."""

    help = (
        "Make a token with which a program works for a person, and print its secret, this once: "
        "'token ada nightly --scopes read harvest --expires 90'."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("user", metavar="USER")
        parser.add_argument("name", metavar="NAME", help="To know the token by.")
        parser.add_argument("--scopes", nargs="+", choices=SCOPES, default=[TokenScope.READ.value])
        parser.add_argument(
            "--expires",
            metavar="DAYS|DATE",
            default="",
            help="After so many days, or at the end of a day (2027-01-31, UTC); else when revoked.",
        )

    def handle(self, *, user: str, name: str, scopes: list[str], expires: str, **_: object) -> None:
        """Make it; the secret alone goes to the output, what it is to standard error."""
        owner = User.objects.filter(username=user).first()
        if owner is None or not owner.is_active:
            raise CommandError(f"There is no active user '{user}'.", returncode=REFUSED)
        try:
            made = make_token(
                owner=owner,
                by=None,
                name=name,
                scopes={TokenScope(scope) for scope in scopes},
                expires_at=moment_of(expires),
            )
        except CatalogError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        token = made.token
        until = f"until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else "always"
        self.stderr.write(f"{token} of {user} is for {', '.join(token.scopes)}; it counts {until}.")
        self.stdout.write(made.secret)


def moment_of(text: str) -> datetime | None:
    """When a token expires; None for never."""
    if not text:
        return None
    try:
        if text.isdecimal():
            return timezone.now() + timedelta(days=int(text))
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise CommandError(
            f"--expires is a number of days or a date such as 2027-01-31, not '{text}'.",
            returncode=REFUSED,
        ) from error
    return datetime.combine(day, time.max, tzinfo=UTC)

"""Who asks over REST: by a token, by name and password, or by the session of the portal."""

from typing import TYPE_CHECKING, Final

from django.contrib.auth.models import User
from django.utils import timezone
from drf_spectacular.authentication import BasicScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, BasicAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from catalog.callers import address_of
from catalog.errors import TooManyFailures
from catalog.models import Token
from catalog.queries.token_scopes import refuse_beyond_scopes
from catalog.queries.tokens import token_with
from catalog.services.uses import note_daily_use, note_use
from catalog.words import Door

if TYPE_CHECKING:
    # Views import what the settings name, this file among it.
    from rest_framework.views import APIView

BEARER: Final = "bearer "
COUNTS_NO_MORE: Final = (
    "This token is not known, has expired or was revoked. Make another one under 'Your tokens' on "
    "the portal."
)


class Bearer(BaseAuthentication):
    """A token with each request."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """The owner of the token that a request brings, and the token; None if it brings none."""
        told = request.headers.get("Authorization", "")
        if not told.lower().startswith(BEARER):
            return None
        token = token_with(told[len(BEARER) :].strip())
        if token is None:
            raise exceptions.AuthenticationFailed(COUNTS_NO_MORE)
        note_use(token=token, address=address_of(request))
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """How a request that was not let in is to come again: in the way it came."""
        if request.headers.get("Authorization", "").lower().startswith(BEARER):
            return 'Bearer realm="Platecat", error="invalid_token"'
        return 'Basic realm="Platecat"'


class Basic(BasicAuthentication):
    """User name and password with each request."""

    def authenticate_credentials(
        self, userid: str, password: str, request: Request | None = None
    ) -> tuple[User, None]:
        """Who has this name and password; a name that no database holds is nobody's."""
        if "\x00" in userid:
            raise exceptions.AuthenticationFailed
        try:
            found: tuple[User, None] = super().authenticate_credentials(userid, password, request)
        except exceptions.AuthenticationFailed:
            until = getattr(request, "locked_until", None)
            if until is None:
                raise
            raise TooManyFailures((until - timezone.now()).total_seconds()) from None
        address = address_of(request) if request is not None else None
        note_daily_use(user=found[0], door=Door.BASIC, address=address)
        return found


class WithinScopes(BasePermission):
    """Everybody may ask; who asks with a token for no more than what the token is for."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """True; NotAllowed beyond the scopes of the token. What a route cannot do it says itself."""
        token, method = request.auth, str(request.method)
        if isinstance(token, Token) and method in {*view.allowed_methods} - {"OPTIONS"}:
            found = request.resolver_match
            refuse_beyond_scopes(token, found.view_name if found else "", method)
        return True


class BasicInSchema(BasicScheme):  # type: ignore[no-untyped-call]
    """How OpenAPI tells it."""

    target_class = "catalog.api.signing_in.Basic"
    name = "basicAuth"


class BearerInSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How OpenAPI tells it."""

    target_class = "catalog.api.signing_in.Bearer"
    name = "tokenAuth"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """The scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "pc_..."}

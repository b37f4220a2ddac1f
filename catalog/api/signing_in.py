from django.contrib.auth.models import User
from drf_spectacular.authentication import BasicScheme
from rest_framework import exceptions
from rest_framework.authentication import BasicAuthentication
from rest_framework.request import Request


class Basic(BasicAuthentication):
    """User name and password with each request."""

    def authenticate_credentials(
        self, userid: str, password: str, request: Request | None = None
    ) -> tuple[User, None]:
        """Who has this name and password; a name that no database holds is nobody's."""
        if "\x00" in userid:
            raise exceptions.AuthenticationFailed
        found: tuple[User, None] = super().authenticate_credentials(userid, password, request)
        return found


class BasicInSchema(BasicScheme):  # type: ignore[no-untyped-call]
    """How OpenAPI tells it."""

    target_class = "catalog.api.signing_in.Basic"
    name = "basicAuth"

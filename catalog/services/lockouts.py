"""Names and passwords, of which no more than a few are tried."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from catalog.callers import address_of
from catalog.queries.lockouts import locked_until
from catalog.services.sign_ins import name_of


class Locking(ModelBackend):
    """Django's own backend behind a lock: on the page, with Basic and for bytes alike."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,  # noqa: ANN401 - Django's signature
    ) -> User | None:
        """Who has this name and password; while it is locked nobody, whatever the password.

        The request is told until when, for the door to say so.
        """
        if request is not None and username is not None:
            until = locked_until(name_of(username), address_of(request))
            if until is not None:
                request.locked_until = until  # type: ignore[attr-defined]
                raise PermissionDenied
        return super().authenticate(request, username=username, password=password, **kwargs)

"""Tokens and sign-ins, at the desk: looked at, and tokens revoked. A secret is nowhere to be seen."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.admin.desk import ReadDesk, person
from catalog.models import SignIn, Token
from catalog.services.tokens import revoke_token


@admin.register(Token)
class TokenDesk(ReadDesk[Token]):
    """Tokens of all people."""

    list_display = [
        "name",
        "start",
        "owner",
        "scopes",
        "made_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    list_select_related = ["owner"]
    search_fields = ["=id", "=start", "=owner__username", "name"]
    search_help_text = "Part of a name, the owner, or how the secret begins."
    fields = [
        "name",
        "start",
        "owner",
        "scopes",
        "made_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    actions = ["revoke"]

    @admin.action(description="Revoke: the token lets nobody in any more")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Shut out whoever has the chosen tokens."""
        by = person(request)
        revoked = [revoke_token(token=token, by=by) for token in queryset]
        messages.success(request, f"{len(revoked)} revoked.")


@admin.register(SignIn)
class SignInDesk(ReadDesk[SignIn]):
    """Who came in, went out, was not let in."""

    list_display = ["at", "kind", "door", "name", "user", "token", "address"]
    list_select_related = ["user", "token"]
    list_filter = ["kind", "door"]
    search_fields = ["=name", "=user__username", "=address"]
    search_help_text = "A whole name or address."

"""A person's own page: their tokens, made and revoked without any script."""

from datetime import timedelta
from typing import Final

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.errors import CatalogError, NotUnderstood
from catalog.portal.errors import or_nothing_here
from catalog.queries.single import only
from catalog.queries.tokens import tokens_of
from catalog.services.tokens import MadeToken, make_token, revoke_token
from catalog.words import TokenScope
from plates.ids import uuid_or_none

NEVER: Final = "0"
MEANINGS: Final = {
    TokenScope.READ: "see what you see: search, export, pictures, bytes of stores",
    TokenScope.HARVEST: "have stores read, validated, counted and drawn",
    TokenScope.CURATE: "work on plate maps, proposals, shares and saved queries",
    TokenScope.PUBLISH: "review, publish and withdraw",
    TokenScope.OPERATE: "see and work on sources, and give access",
}


class TokenForm(forms.Form):
    """What a person says of a new token."""

    name = forms.CharField(max_length=120, label="Name")
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope.value, meaning) for scope, meaning in MEANINGS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[TokenScope.READ.value],
        error_messages={"required": "Say what the token is for."},
    )
    days = forms.ChoiceField(
        label="It counts for",
        choices=[("30", "30 days"), ("90", "90 days"), ("365", "a year"), (NEVER, "always")],
        initial="90",
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Your tokens; a new one shows its secret on the answer that makes it, and nowhere again."""
    person = request.user
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = made_of(form, person) if form.is_bound and isinstance(person, User) else None
    told = {
        "form": TokenForm() if made else form,
        "made": made,
        "tokens": tokens_of(person),
        "meanings": [(scope.value, meaning) for scope, meaning in MEANINGS.items()],
        "groups": person.groups.order_by("name") if isinstance(person, User) else [],
    }
    return render(request, "portal/account.html", told)


@never_cache
@login_required
@require_POST
@or_nothing_here
def shut_token(request: HttpRequest, token_id: str) -> HttpResponse:
    """Back to your tokens, of which this one lets nobody in any more."""
    token = only(tokens_of(request.user), "token", id=uuid_or_none(token_id))
    revoke_token(token=token, by=request.user if isinstance(request.user, User) else None)
    return HttpResponseRedirect(reverse("portal:account"))


def made_of(form: TokenForm, person: User) -> MadeToken | None:
    """The token that a form asks for; None where the form says what is wrong instead."""
    if not form.is_valid():
        return None
    told = form.cleaned_data
    until = None if told["days"] == NEVER else timezone.now() + timedelta(days=int(told["days"]))
    try:
        return make_token(
            owner=person,
            by=person,
            name=told["name"],
            scopes={TokenScope(scope) for scope in told["scopes"]},
            expires_at=until,
        )
    except NotUnderstood as refusal:
        form.add_error(
            refusal.parameter if refusal.parameter in form.fields else None, str(refusal)
        )
    except CatalogError as refusal:
        form.add_error(None, str(refusal))
    return None

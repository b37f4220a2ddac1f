"""A person's own password, where they have one: who comes through the institute has none here."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy

from catalog.services.record import record


class NewPassword(PasswordChangeView):
    """The page to choose another password on; all other sessions of the person end with it."""

    template_name = "portal/password.html"
    success_url = reverse_lazy("portal:account")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - Django's signature
        """Back to the tokens for who has no password here."""
        person = request.user
        if isinstance(person, User) and not person.has_usable_password():
            return HttpResponseRedirect(reverse("portal:account"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Keep the password, and record that there is another one."""
        answer = super().form_valid(form)
        record("set password", form.user, by=form.user)
        messages.success(self.request, "Your password is another now. Your tokens go on counting.")
        return answer

"""People and groups at the desk: Django's own pages, which write down here who changed whose rights."""

from typing import Any

from allauth.account import admin as of_accounts
from allauth.account.models import EmailAddress
from allauth.socialaccount import admin as of_institutes
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth import admin as of_people
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpRequest

from catalog.admin.desk import person
from catalog.services.record import differences, record

RIGHTS = (
    "is_active",
    "is_staff",
    "is_superuser",
    "email",
    "username",
    "first_name",
    "last_name",
)

# Django's and allauth's pages are registered where their modules are first imported: here.
LOADED = (of_accounts, of_institutes)
for told in (User, Group, EmailAddress, SocialAccount, SocialApp, SocialToken):
    # The institute is told by the environment: its secret is no row, and people's tokens are not kept.
    if admin.site.is_registered(told):
        admin.site.unregister(told)


def rights_of(row: Model) -> dict[str, object]:
    """What a person or a group may do, as the record keeps it."""
    if isinstance(row, User):
        told: dict[str, object] = {name: getattr(row, name) for name in RIGHTS}
        return told | {"groups": sorted(row.groups.values_list("name", flat=True))}
    return {"name": str(row)}


class Recorded(admin.ModelAdmin[Any]):
    """A page that writes down who changed what, from what to what."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - Django's signature
        """Remember what was said before the form says otherwise."""
        row = self.get_object(request, object_id) if object_id else None
        request.rights_before = rights_of(row) if row else {}  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(
        self,
        request: HttpRequest,
        form: Any,  # noqa: ANN401 - Django's signature
        formsets: Any,  # noqa: ANN401
        change: bool,  # noqa: FBT001
    ) -> None:
        """Save, and record."""
        super().save_related(request, form, formsets, change)
        before = request.rights_before  # type: ignore[attr-defined]
        changes = differences(before, rights_of(form.instance))
        record("change" if change else "create", form.instance, by=person(request), changes=changes)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:  # noqa: ANN401
        """Record each that goes."""
        for row in queryset:
            changes = {"was": (str(row), None)}
            record("delete", row, by=person(request), changes=changes)
        return super().log_deletions(request, queryset)


@admin.register(User)
class UserDesk(Recorded, of_people.UserAdmin):  # type: ignore[type-arg]
    """People."""

    list_display = ["username", "email", "first_name", "last_name", "is_active", "is_superuser"]
    search_fields = ["username", "email", "first_name", "last_name"]

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django's signature
        form_url: str = "",
    ) -> Any:  # noqa: ANN401
        """Set a password, and record that it was set."""
        answer = super().user_change_password(request, id, form_url)
        row = self.get_object(request, id)
        if request.method == "POST" and answer.status_code == 302 and row is not None:  # noqa: PLR2004
            record("set password", row, by=person(request))
        return answer


@admin.register(Group)
class GroupDesk(Recorded, of_people.GroupAdmin):
    """Groups: what they may see is said where access is given."""


@admin.register(SocialAccount)
class SocialAccountDesk(Recorded, of_institutes.SocialAccountAdmin):  # type: ignore[misc]
    """Who is who at the institute: written as people come in; to look at, and to cut the tie."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The institute says who somebody is."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401
        """Nobody types who somebody is."""
        return False

"""Shares and tests of links, at the desk."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from catalog.admin.desk import ReadDesk, link_to, person
from catalog.models import LinkTest, Share
from catalog.services.shares import revoke_share

Link = SafeString | str


@admin.register(Share)
class ShareDesk(ReadDesk[Share]):
    """Links that were given away."""

    list_display = [
        "id",
        "kind",
        "dataset",
        "thing",
        "made_by",
        "expires_at",
        "used_at",
        "revoked_at",
    ]
    list_select_related = ["dataset", "plate", "well", "store", "made_by"]
    list_filter = ["kind"]
    search_fields = ["=id", "=dataset__slug", "=made_by__username"]
    fields = [
        "kind",
        "dataset",
        "thing",
        "path",
        "made_by",
        "made_at",
        "expires_at",
        "revoked_at",
        "used_at",
    ]
    readonly_fields = ["thing"]
    actions = ["revoke"]

    @admin.display(description="what it opens")
    def thing(self, share: Share) -> Link:
        """The plate, well or store that the link opens, or opens a part of."""
        return link_to(share.well or share.plate or share.store)

    @admin.action(description="Revoke: the link opens nothing any more")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Share]) -> None:
        """Shut the chosen links."""
        by = person(request)
        revoked = [revoke_share(share=share, by=by) for share in queryset if by is not None]
        messages.success(request, f"{len(revoked)} revoked.")


@admin.register(LinkTest)
class LinkTestDesk(ReadDesk[LinkTest]):
    """What came of asking for stores as viewers do."""

    list_display = ["store", "tested_at", "failed"]
    list_select_related = ["store"]
    search_fields = ["store__name", "=store__id"]

    @admin.display(description="failed")
    def failed(self, test: LinkTest) -> str:
        """The checks that did not come out well."""
        names = [str(check["name"]) for check in test.checks if not check["passed"]]
        return ", ".join(names) or "-"

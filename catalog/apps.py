from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import register

from catalog.portal.checks import checklist_of_the_institute, look_of_the_institute


class CatalogConfig(AppConfig):
    """What is published, who may see it, how it is found."""

    name = "catalog"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        """Refuse to start with a guard of addresses that cannot be made."""
        from catalog.services.opening import (  # noqa: PLC0415 - its models are only ready now
            guard_from_settings,
        )

        guard_from_settings()
        register(look_of_the_institute)
        register(checklist_of_the_institute)


class DeskConfig(AdminConfig):
    """Django's admin with our site in place of its own."""

    default_site = "catalog.desk_site.DeskSite"

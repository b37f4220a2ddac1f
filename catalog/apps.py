from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import register
from django.core.management import call_command
from django.db.models.signals import post_migrate

from catalog.portal.checks import (
    checklist_of_the_institute,
    look_of_the_institute,
    sign_in_of_the_institute,
)


class CatalogConfig(AppConfig):
    """What is published, who may see it, how it is found."""

    name = "catalog"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        """Refuse to start with a guard of addresses that cannot be made, and listen at the doors."""
        from catalog.services.opening import (  # noqa: PLC0415 - its models are only ready now
            guard_from_settings,
        )
        from catalog.services.sign_ins import listen  # noqa: PLC0415 - the same

        guard_from_settings()
        listen()
        register(look_of_the_institute)
        register(checklist_of_the_institute)
        register(sign_in_of_the_institute)
        post_migrate.connect(make_shared_cache, sender=self)


def make_shared_cache(**_: object) -> None:
    """Make the table of the cache, where requests are counted in the database."""
    call_command("createcachetable", verbosity=0)


class DeskConfig(AdminConfig):
    """Django's admin with our site in place of its own."""

    default_site = "catalog.desk_site.DeskSite"

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CatalogConfig(AppConfig):
    """What is published, who may see it, how it is found."""

    name = "catalog"
    default_auto_field = "django.db.models.AutoField"


class DeskConfig(AdminConfig):
    """Django's admin with our site in place of its own."""

    default_site = "catalog.desk_site.DeskSite"

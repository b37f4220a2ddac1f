from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """What is published, who may see it, how it is found."""

    name = "catalog"
    default_auto_field = "django.db.models.AutoField"

from django.apps import AppConfig


class PlatesConfig(AppConfig):
    """What a plate is."""

    name = "plates"
    default_auto_field = "django.db.models.AutoField"

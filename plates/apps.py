from django.apps import AppConfig
from django.db.models.signals import pre_migrate

from plates.extensions import make_extensions


class PlatesConfig(AppConfig):
    """What a plate is."""

    name = "plates"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        """Let migrations find what their indexes are made of."""
        pre_migrate.connect(make_extensions, sender=self)

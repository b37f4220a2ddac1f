from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """The clock and the hands."""

    name = "workers"

    def ready(self) -> None:
        """Make the configured Celery application the current one in web processes too."""
        import workers.celery  # noqa: F401, PLC0415 - Django is only ready now

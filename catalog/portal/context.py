from django.conf import settings
from django.http import HttpRequest


def institute(request: HttpRequest) -> dict[str, object]:
    """What every page knows: the institute's name, and whether it has a look of its own."""
    return {
        "institute": settings.INSTITUTE,
        "has_logo": bool(settings.LOGO),
        "has_accent": bool(settings.ACCENT),
    }

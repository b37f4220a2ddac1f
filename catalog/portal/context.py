from django.conf import settings
from django.http import HttpRequest


def institute(request: HttpRequest) -> dict[str, object]:
    """What every page knows: the institute's name."""
    return {"institute": settings.INSTITUTE}

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from catalog import environment

if not environment.text("SECRET_KEY"):
    # Each process would sign with a key of its own and refuse what another has signed.
    raise ImproperlyConfigured(
        "SECRET_KEY is not set, so that no session would last. Set it to a long random value that "
        "stays the same, such as `openssl rand -hex 32` prints, for every process of Platecat."
    )
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
application = get_wsgi_application()

import os

from django.core.wsgi import get_wsgi_application

from catalog.loaded import settle
from catalog.secret_key import require_secret_key

require_secret_key()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
application = get_wsgi_application()
settle()

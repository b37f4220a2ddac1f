import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from catalog.secret_key import require_secret_key

require_secret_key()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)
# A page of wells makes ten thousand small objects and no circles. Looking through all that was
# loaded for circles every few pages took a third of their time.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)

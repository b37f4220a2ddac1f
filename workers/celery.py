import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")

app = Celery("platecat")
app.config_from_object("workers.configuration")
app.autodiscover_tasks(["workers"])

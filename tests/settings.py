"""The settings of the suite: cheap passwords, everything else as in service."""

from catalog.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECRET_KEY = "tests-only"
# Most tests look at the jobs of a harvest one by one; those of previews switch it on.
PREVIEWS = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# Where bytes are sent from; nobody listens there unless a test does.
DATA_URL = "http://data.testserver"
# On a machine that is busy with tests the cache may take its time.
CACHES["default"]["OPTIONS"] = {}  # noqa: F405
# All tests come from one address; those of rates set their own.
RATES = dict.fromkeys(RATES)  # noqa: F405

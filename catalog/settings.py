"""Django's settings, read from the environment; catalog/environment.py lists every variable."""

import secrets
from pathlib import Path

import django_stubs_ext
from psycopg.conninfo import conninfo_to_dict

from catalog import environment

# Lets classes of Django be subscripted, as their types ask for: ModelAdmin[Plate].
django_stubs_ext.monkeypatch()

DEBUG = False
# A key made here lasts as long as the process: enough for checks, never for a served site,
# which gets one from the environment or from the embedded mode.
SECRET_KEY = environment.text("SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS")

INSTALLED_APPS = [
    # Before the admin, so that its pages wear our templates.
    "catalog.apps.CatalogConfig",
    "catalog.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "plates.apps.PlatesConfig",
    "workers.apps.WorkersConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "catalog.answers.Compressed",
    "catalog.answers.Conditional",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "catalog.urls"
WSGI_APPLICATION = "catalog.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "catalog.portal.context.institute",
            ],
        },
    },
]


def database(url: str) -> dict[str, object]:
    """Django's settings of the database at a URL; sockets are given as `?host=/folder`."""
    parts = conninfo_to_dict(url)
    timeout_ms = int(environment.number("PLATECAT_STATEMENT_TIMEOUT_S") * 1000)
    # Short queries over skewed data: plans made for the values at hand, and no JIT.
    options = f"-c statement_timeout={timeout_ms} -c plan_cache_mode=force_custom_plan -c jit=off"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "platecat"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parts, "options": options},
    }


DATABASES = {"default": database(environment.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

BROKER_URL = environment.text("BROKER_URL")
SEARCH_TIMEOUT_S = environment.number("PLATECAT_SEARCH_TIMEOUT_S")
LEASE_S = environment.number("PLATECAT_LEASE_S")
RESEND_S = environment.number("PLATECAT_RESEND_S")
ATTEMPTS = int(environment.number("PLATECAT_ATTEMPTS"))
CONCURRENCY = int(environment.number("PLATECAT_CONCURRENCY"))
HOST_CONCURRENCY = int(environment.number("PLATECAT_HOST_CONCURRENCY"))
MAX_DOCUMENT_BYTES = int(environment.number("PLATECAT_MAX_DOCUMENT_MIB") * 1024 * 1024)
PREVIEWS = environment.text("PLATECAT_PREVIEWS").strip().lower() != "off"
PICTURES = Path(environment.text("PLATECAT_DATA")).resolve() / "pictures"
PICTURES_BYTES = int(environment.number("PLATECAT_PICTURES_MIB") * 1024 * 1024)
VERSIONS = Path(
    environment.text("PLATECAT_VERSIONS") or Path(environment.text("PLATECAT_DATA")) / "versions"
).resolve()
CHECKLIST = environment.names("PLATECAT_CHECKLIST")
VIEW_TIMEOUT_S = environment.number("PLATECAT_VIEW_TIMEOUT_S")
PLATE_MAP_BYTES = int(environment.number("PLATECAT_PLATE_MAP_MIB") * 1024 * 1024)
PLATE_MAP_FILES = int(environment.number("PLATECAT_PLATE_MAP_FILES"))
# One more than is taken, so that too many are refused in our words.
DATA_UPLOAD_MAX_NUMBER_FILES = PLATE_MAP_FILES + 1
# The mapping of a wide table is one form, with nine fields for each column.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
ADDRESSES_ALLOWED = {
    "schemes": environment.names("PLATECAT_ALLOWED_SCHEMES"),
    "hosts": environment.names("PLATECAT_ALLOWED_HOSTS"),
    "roots": environment.names("PLATECAT_ALLOWED_ROOTS"),
    "networks": environment.names("PLATECAT_ALLOWED_NETWORKS"),
}
DATA_URL = environment.text("PLATECAT_DATA_URL").rstrip("/")
DATA_INSIDE_URL = environment.text("PLATECAT_DATA_INSIDE_URL").rstrip("/")
ACCEL = environment.text("PLATECAT_ACCEL").rstrip("/")
SIGNED_S = environment.number("PLATECAT_SIGNED_S")
LINK_S = environment.number("PLATECAT_LINK_S")
SHARE_DAYS = environment.number("PLATECAT_SHARE_DAYS")
INSTITUTE = environment.text("PLATECAT_INSTITUTE")
LOGO = environment.text("PLATECAT_LOGO")
ACCENT = environment.names("PLATECAT_ACCENT")

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None
# Served by the web process straight from the packages, so that nothing has to be collected first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, so that a wrong password is answered with 401.
        "catalog.api.signing_in.Basic",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["catalog.api.json_bytes.JsonBytes"],
    "DEFAULT_PARSER_CLASSES": ["catalog.api.bodies.JsonBody"],
    "DEFAULT_SCHEMA_CLASS": "catalog.api.schema.PlatecatSchema",
    "EXCEPTION_HANDLER": "catalog.api.problems.answer_with_problem",
    "DEFAULT_PAGINATION_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Platecat",
    "DESCRIPTION": "Plates, wells and fields of OME-Zarr stores: where they are and what is in them.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "catalog": {"level": "INFO"},
        "plates": {"level": "INFO"},
        "workers": {"level": "INFO"},
    },
}

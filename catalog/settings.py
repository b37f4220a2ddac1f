"""Django's settings, read from the environment; catalog/environment.py lists every variable."""

import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext
from psycopg.conninfo import conninfo_to_dict

from catalog import environment
from catalog.logs import form_of_logs, logging_settings
from catalog.rates import rate_of
from catalog.words import Pace

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
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "plates.apps.PlatesConfig",
    "workers.apps.WorkersConfig",
]

MIDDLEWARE = [
    "catalog.watching.watched",
    "django.middleware.security.SecurityMiddleware",
    "catalog.policies.guarded",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "catalog.answers.Compressed",
    "catalog.answers.Conditional",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
        # On a new one a search takes half as long again, as Postgres reads its catalogs first.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parts, "options": options},
    }


DATABASES = {"default": database(environment.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

BROKER_URL = environment.text("BROKER_URL")


def shared_cache(broker: str) -> dict[str, object]:
    """Django's settings of the cache that all processes count in: the broker, else the database."""
    if broker.startswith(("redis://", "rediss://", "redis+socket://")):
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": broker.replace("redis+socket://", "unix://"),
            "KEY_PREFIX": "platecat",
            # Nobody waits for a count.
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        }
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        # Made by `migrate`.
        "LOCATION": "catalog_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }


CACHES = {"default": shared_cache(BROKER_URL)}
RATES = {
    Pace.REST: rate_of(environment.text("PLATECAT_RATE")),
    Pace.SEARCH: rate_of(environment.text("PLATECAT_RATE_SEARCH")),
    Pace.EXPORT: rate_of(environment.text("PLATECAT_RATE_EXPORT")),
    Pace.PICTURES: rate_of(environment.text("PLATECAT_RATE_PICTURES")),
}
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
# Of what is read into memory: JSON and forms, their files apart.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
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
TRUSTED_PROXIES = environment.names("PLATECAT_TRUSTED_PROXIES")
METRICS_NETWORKS = environment.names("PLATECAT_METRICS_NETWORKS")
METERS_FOLDER = environment.text("PROMETHEUS_MULTIPROC_DIR")
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
AUTHENTICATION_BACKENDS = ["catalog.services.lockouts.Locking"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
LOCKOUT = int(environment.number("PLATECAT_LOCKOUT"))
LOCKOUT_S = environment.number("PLATECAT_LOCKOUT_S")
SIGN_INS_DAYS = environment.number("PLATECAT_SIGN_INS_DAYS")

# Of allauth only the door is used: local accounts by name and password, and one institute.
ACCOUNT_ADAPTER = "catalog.portal.sign_in.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Failures are counted where they are kept: catalog/queries/lockouts.py.
ACCOUNT_RATE_LIMITS = False
SOCIALACCOUNT_ADAPTER = "catalog.portal.institute.Institute"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True}}
# Empty: there is no institute to sign in with.
OIDC: dict[str, Any] = (
    {
        "url": environment.text("PLATECAT_OIDC_URL").rstrip("/"),
        "client_id": environment.text("PLATECAT_OIDC_CLIENT_ID"),
        "secret": environment.text("PLATECAT_OIDC_SECRET"),
        "name": environment.text("PLATECAT_OIDC_NAME"),
        "groups_claim": environment.text("PLATECAT_OIDC_GROUPS_CLAIM"),
        "groups": environment.pairs("PLATECAT_OIDC_GROUPS"),
    }
    if environment.text("PLATECAT_OIDC_URL")
    else {}
)

# Where people come by https, nothing of theirs ever travels without it.
IS_HTTPS = environment.is_on("PLATECAT_HTTPS")
SECURE_SSL_REDIRECT = IS_HTTPS
# Asked for within the machine, by whatever watches the processes.
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
# Of this host alone: what else lies below the institute's domain is not ours to decide.
SECURE_HSTS_SECONDS = 365 * 86_400 if IS_HTTPS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 86_400
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

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
        # First, so that a token or password that does not count is answered with 401.
        "catalog.api.signing_in.Bearer",
        "catalog.api.signing_in.Basic",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["catalog.api.signing_in.WithinScopes"],
    "DEFAULT_THROTTLE_CLASSES": ["catalog.api.paces.ByRoute"],
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

LOGGING = logging_settings(form_of_logs(environment.text("PLATECAT_LOGS")))

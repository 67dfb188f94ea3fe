"""Settings, from the environment only; ``docs/reference/settings.md`` names them all.

Local mode (``KEHU_LOCAL=1``, the default) is for one person on one machine: bound to loopback, no set-up. Anything
else is production: ``KEHU_LOCAL=0`` demands a secret of your own and the host names it answers to.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from kehu.analysis.errors import Sentence
from kehu.web.site import environment

KEHU_LOCAL = environment.flag("KEHU_LOCAL", default=True)
KEHU_HOME = Path(environment.text("KEHU_HOME") or Path.home() / ".local" / "share" / "kehu").expanduser().resolve()
KEHU_UPLOAD_MAX_BYTES = environment.number("KEHU_UPLOAD_MAX_MB", default=8192, least=1, most=10**6) * 1024**2
KEHU_SAMPLE = environment.flag("KEHU_SAMPLE", default=True)
KEHU_JOB_LEASE_SECONDS = environment.number("KEHU_JOB_LEASE_SECONDS", default=30, least=1, most=3600)
LOCAL_SECRET = KEHU_HOME / "secret-key"
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def _secret_key() -> str:
    """Production demands one; locally ``kehu serve`` makes one, and anything else (tests, checks) takes any."""
    if not KEHU_LOCAL:
        return environment.production_secret("KEHU_SECRET_KEY")
    if given := environment.secret("KEHU_SECRET_KEY"):
        return given
    if LOCAL_SECRET.is_file():
        return LOCAL_SECRET.read_text(encoding="ascii").strip()
    return get_random_secret_key()


def _allowed_hosts() -> list[str]:
    hosts = environment.listing("KEHU_HOSTS")
    if KEHU_LOCAL:
        if hosts:
            raise ImproperlyConfigured(Sentence("KEHU_HOSTS is for production; set KEHU_LOCAL=0 with it"))
        return LOOPBACK
    if not hosts or any("*" in host for host in hosts):
        raise ImproperlyConfigured(
            Sentence("KEHU_HOSTS must list the host names this server answers to, when KEHU_LOCAL=0")
        )
    return hosts


SECRET_KEY = _secret_key()
DEBUG = environment.flag("KEHU_DEBUG", default=False)
if DEBUG and not KEHU_LOCAL:
    raise ImproperlyConfigured(Sentence("KEHU_DEBUG shows internals to visitors; it is for local mode only"))
ALLOWED_HOSTS = _allowed_hosts()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "kehu.web.ui",
    "kehu.web.ledger",
    "kehu.web.people",
    "kehu.web.insight",
    "kehu.web.site",
]

MIDDLEWARE = [
    "kehu.web.site.security.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kehu.web.people.signin.LocalOwnerMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    # After the sign-in, since it reads the form: a stranger's upload is turned away before a byte of it is kept.
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "kehu.web.site.urls"
WSGI_APPLICATION = "kehu.web.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kehu.web.site.navigation.navigation",
            ],
        },
    },
]

DATABASES = {"default": environment.database("KEHU_DATABASE_URL", default=KEHU_HOME / "kehu.sqlite3")}
TASKS = {"default": {"BACKEND": "kehu.web.ledger.jobs.backend.LedgerBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "people.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "people:sign-in"

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", "简体中文"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parents[2] / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = environment.text("KEHU_TIME_ZONE") or "UTC"
LANGUAGE_COOKIE_NAME = "kehu_language"
LANGUAGE_COOKIE_AGE = 365 * 86_400
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "static/"
_STATIC = Path(__file__).resolve().parents[1] / "static"
STATICFILES_DIRS = [_STATIC] if _STATIC.is_dir() else []  # it holds what is built, so a bare clone has none
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/built/assets/"  # Vite writes a hash into each of these names

FILE_UPLOAD_HANDLERS = ["kehu.web.insight.uploads.LimitedUploadHandler"]
INCOMING = KEHU_HOME / "incoming"
FILE_UPLOAD_TEMP_DIR = INCOMING if INCOMING.is_dir() else None  # `kehu serve` makes it before it reads this again
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2

SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "kehu_session", "kehu_csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not KEHU_LOCAL
SESSION_COOKIE_AGE = 14 * 86_400
CSRF_FAILURE_VIEW = "kehu.web.site.views.form_expired"
CSRF_TRUSTED_ORIGINS = [] if KEHU_LOCAL else [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not KEHU_LOCAL:
    SECURE_HSTS_SECONDS = 365 * 86_400
    if environment.flag("KEHU_BEHIND_PROXY", default=False):
        # Only behind a proxy that always sets this header itself; else a visitor could claim to be on https.
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "nowhere": {"class": "logging.NullHandler"},
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
    },
    "root": {"handlers": ["stderr"], "level": environment.text("KEHU_LOG_LEVEL", "WARNING").upper()},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a visitor's mistake is no news
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}

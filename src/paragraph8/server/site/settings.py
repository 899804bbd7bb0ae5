"""Django's settings, made from `config`. Names in capitals are Django's own words."""

from pathlib import Path

from django.utils.translation import gettext_lazy

from paragraph8.server.site.config import database_settings, read_config

CONFIG = read_config()

SECRET_KEY = CONFIG.secret
DEBUG = CONFIG.debug
ALLOWED_HOSTS = CONFIG.allowed_hosts
ROOT_URLCONF = "paragraph8.server.site.urls"
WSGI_APPLICATION = "paragraph8.server.site.wsgi.application"
AUTH_USER_MODEL = "missions.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database_settings(CONFIG)}
SITE_ROOT = Path(__file__).parent

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "paragraph8.server.record",
    "paragraph8.server.missions",
    "paragraph8.server.setup",
    "paragraph8.server.people",
    "paragraph8.server.forms",
    "paragraph8.server.openrosa",
    "paragraph8.server.review",
    "paragraph8.server.snapshots",
    "paragraph8.server.site.apps.SiteConfig",
]

MIDDLEWARE = [
    "paragraph8.server.site.middleware.Safety",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "paragraph8.server.site.middleware.SecondFactor",
    "paragraph8.server.site.middleware.Problems",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE_ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "paragraph8.server.site.context.page",
            ],
        },
    }
]

# Log in: a password and a second factor, or a passkey. Accounts are made by an administrator.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "paragraph8.server.site.accounts.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# By account and never by address: a whole region of phones and offices shares one.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/300s/key", "login": None, "change_password": "5/m/user"}
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Paragraph 8"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CONFIG.public_url.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [CONFIG.public_url] if CONFIG.public_url else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.behind_proxy else None
APPEND_SLASH = False

# Counters of failed log-ins and of Digest numbers must be one for all workers.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if CONFIG.on_sqlite
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "server_cache"}
}

LANGUAGES = [
    ("en", gettext_lazy("English")),
    ("ru", gettext_lazy("Russian")),
    ("kk", gettext_lazy("Kazakh")),
    ("ar", gettext_lazy("Arabic")),
]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [SITE_ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [
    SITE_ROOT / "static",
    ("fonts", SITE_ROOT.parents[1] / "statement" / "fonts"),
]
WHITENOISE_USE_FINDERS = True

# Attachments are streamed to disk beyond this; a whole request is bounded by `max_bytes`.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = CONFIG.max_bytes
DATA_UPLOAD_MAX_NUMBER_FILES = 200
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"masked": {"()": "paragraph8.server.site.logs.Masked"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["masked"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}

P8_HOME = CONFIG.home
P8_ATTACHMENTS = CONFIG.attachments
P8_S3_ENDPOINT = CONFIG.s3_endpoint
P8_PUBLIC_URL = CONFIG.public_url
P8_DEMO = CONFIG.demo
P8_STRICT_CONFLICTS = CONFIG.strict_conflicts
P8_GRACE_MINUTES = CONFIG.grace_minutes
P8_MAX_BYTES = CONFIG.max_bytes

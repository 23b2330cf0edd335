"""Settings that hold everywhere. What differs from place to place is read from the environment.

Every `HUIQI_…` variable stands with its meaning and default in docs/operating.md; a test holds the two together.
"""

import os
from pathlib import Path

import dj_database_url

from huiqi.config.logs import logging_as
from huiqi.config.sign_on import origin_of, providers_from

SOURCE = Path(__file__).resolve().parents[3]
HUIQI_DATA = Path(os.environ.get("HUIQI_DATA", "var/site")).absolute()
HUIQI_PACKS = Path(os.environ.get("HUIQI_PACKS", SOURCE / "packs")).absolute()
HUIQI_DAY = os.environ.get("HUIQI_DAY", "")
HUIQI_METRICS_TOKEN = os.environ.get("HUIQI_METRICS_TOKEN", "")
HUIQI_SITE = os.environ.get("HUIQI_SITE", "http://127.0.0.1:8000")
HUIQI_WEBHOOKS_PRIVATE = os.environ.get("HUIQI_WEBHOOKS_PRIVATE", "") == "1"
HUIQI_API_RATE_VISITOR = int(os.environ.get("HUIQI_API_RATE_VISITOR", 60))
HUIQI_API_RATE_KEY = int(os.environ.get("HUIQI_API_RATE_KEY", 600))
HUIQI_NIGHT_HOUR = int(os.environ.get("HUIQI_NIGHT_HOUR", 2))

ALLOWED_HOSTS = [host for host in os.environ.get("HUIQI_HOSTS", "").split(",") if host]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "huiqi.audit",
    "huiqi.access",
    "huiqi.casework",
    "huiqi.checkups",
    "huiqi.dossiers",
    "huiqi.grants",
    "huiqi.intakes",
    "huiqi.keys",
    "huiqi.ledger",
    "huiqi.notices",
    "huiqi.pushes",
    "huiqi.revisions",
    "huiqi.rolls",
    "huiqi.search",
    "huiqi.web",
]
MIDDLEWARE = [
    "huiqi.web.shared.access_log.log_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "huiqi.web.shared.headers.policy_middleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "huiqi.web.shared.language.language_middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "huiqi.web.shared.acting.actor_middleware",
    "huiqi.web.shared.bodies.body_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "huiqi.web.shared.day.day_middleware",
    "huiqi.web.rules.fresh.rules_middleware",
]
ROOT_URLCONF = "huiqi.config.urls"
WSGI_APPLICATION = "huiqi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parents[1] / "web" / "shared" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["huiqi.web.shared.templatetags.say"],
            "libraries": {"desk": "huiqi.web.shared.templatetags.desk"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huiqi.web.shared.context.page_context",
            ],
        },
    }
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]

DATABASES = {
    "default": dj_database_url.config("HUIQI_DATABASE", default=f"sqlite:///{HUIQI_DATA / 'huiqi.sqlite3'}")
}
SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits for its turn at once, not in the middle
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).parents[1] / "web" / "shared" / "static"]
STATIC_ROOT = HUIQI_DATA / "static"

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "huiqi.web.shared.accounts.Accounts"
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key,30/5m/ip",
    "case_without_name": "20/1h/ip",  # complaints, calls and objections of people without an account
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nothing is sent to strangers
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("HUIQI_PROXIES", 0))
SOCIALACCOUNT_ADAPTER = "huiqi.web.shared.accounts.Identities"
SOCIALACCOUNT_PROVIDERS = providers_from(os.environ)
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
HUIQI_SIGN_ON_ORIGIN = origin_of(os.environ.get("HUIQI_OIDC_ISSUER", ""))
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
HUIQI_UPLOAD_BYTES = int(os.environ.get("HUIQI_UPLOAD_BYTES", 1 << 30))

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("HUIQI_MAIL_FROM", "huiqi@localhost")
CACHES = {
    "default": {  # in the database: failed log-ins are counted together by all processes and machines
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "huiqi_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "near": {  # of each process alone, and quick: its share of the requests that may be asked in a minute
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
LOGGING = logging_as(os.environ.get("HUIQI_LOG", "plain"))

"""On a server, behind TLS. `huiqi manage check --deploy` finds nothing."""

import os

from django.core.exceptions import ImproperlyConfigured

from huiqi.config.base import *  # noqa: F403
from huiqi.config.base import ALLOWED_HOSTS, STATIC_ROOT
from huiqi.config.logs import logging_as

DEBUG = False
SECRET_KEY = os.environ.get("HUIQI_SECRET_KEY", "")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("HUIQI_SECRET_KEY: set a secret of 50 characters or more")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("HUIQI_HOSTS: name the hosts the site answers to")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # below HUIQI_DATA
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 86400
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # a probe on the machine itself asks without TLS
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("HUIQI_PROXIES", 1))
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("HUIQI_MAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("HUIQI_MAIL_PORT", 25))
EMAIL_HOST_USER = os.environ.get("HUIQI_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("HUIQI_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("HUIQI_MAIL_TLS", "") == "1"
EMAIL_TIMEOUT = 20
LOGGING = logging_as(os.environ.get("HUIQI_LOG", "json"))

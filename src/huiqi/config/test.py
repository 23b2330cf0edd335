"""For the tests: data in a folder of their own, tasks at once, mail in memory."""

import os
import tempfile
from pathlib import Path

from huiqi.config.base import *  # noqa: F403

HUIQI_DATA = Path(os.environ.get("HUIQI_TEST_DATA") or tempfile.mkdtemp(prefix="huiqi-test-"))
HUIQI_DAY = ""
# A file, as where the site runs: in memory all threads of a live server would share one connection.
DATABASES["default"]["TEST"] = {"NAME": str(HUIQI_DATA / "test.sqlite3")} if SQLITE else {}  # noqa: F405
SECRET_KEY = "only for tests, never where anybody else can reach the site"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

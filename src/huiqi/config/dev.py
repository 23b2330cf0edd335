"""On one's own machine: `huiqi serve` without further settings, and the demonstration."""

import os
from secrets import token_urlsafe

from huiqi.config.base import *  # noqa: F403
from huiqi.config.base import HUIQI_DATA

DEBUG = False
_kept = HUIQI_DATA / "secret-key"
(HUIQI_DATA / "static").mkdir(parents=True, exist_ok=True)
if not os.environ.get("HUIQI_SECRET_KEY") and not _kept.exists():
    _kept.touch(mode=0o600)
    _kept.write_text(token_urlsafe(50), "utf-8")
SECRET_KEY = os.environ.get("HUIQI_SECRET_KEY") or _kept.read_text("utf-8")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
WHITENOISE_USE_FINDERS = True

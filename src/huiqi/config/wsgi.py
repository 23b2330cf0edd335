"""The site for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from huiqi.holdings.current import library

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiqi.config.dev")
application = get_wsgi_application()
library()  # once, before the workers are forked

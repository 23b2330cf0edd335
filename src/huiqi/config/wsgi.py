"""The site for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver
from django.utils.module_loading import import_string

from huiqi.holdings.current import library
from huiqi.web.shared.day import today

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiqi.config.dev")
application = get_wsgi_application()
library()  # once, before the workers are forked
get_resolver()._populate()  # and all the pages
import_string("huiqi.revisions.in_force.renew")(on=today())  # has tables: only once the apps are ready
connections.close_all()  # no connection is shared by processes

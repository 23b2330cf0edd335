"""The pages as a Django app: templates, static files, tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "huiqi.web"
    default_auto_field = "django.db.models.BigAutoField"

"""The day on which a request is answered."""

from datetime import date

from django.conf import settings
from django.utils.timezone import localdate


def today() -> date:
    """Today, or the day that stands for it in a demonstration (`HUIQI_DAY`)."""
    return date.fromisoformat(settings.HUIQI_DAY) if settings.HUIQI_DAY else localdate()

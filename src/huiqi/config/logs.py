"""Logs without personal data: one line for each event, as text or as JSON."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

PERSONAL: Final = re.compile(
    r"(?P<code>\b[0-9A-Z]{18}\b)|(?P<telephone>\b1\d{10}\b)|(?P<mail>[\w.+-]+@[\w-]+\.[\w.-]+)"
)
"""Unified social credit codes (GB 32100) and numbers of identity cards, mobile telephones, e-mail addresses."""
OURS: Final = ("route", "method", "status", "ms", "bytes", "role")


def without_personal_data(text: str) -> str:
    """
    >>> without_personal_data("GET /firms/91370200MA3C0D1EXF/ by li@example.cn, 13800138000")
    'GET /firms/[code]/ by [mail], [telephone]'
    """
    return PERSONAL.sub(lambda found: f"[{found.lastgroup}]", text)


class Plain(logging.Formatter):
    """A line that people read; codes, telephones and addresses are left out of it, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_personal_data(super().format(record))


class Json(logging.Formatter):
    """A line that a collector reads."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_personal_data(record.getMessage()),
        }
        said |= {name: getattr(record, name) for name in OURS if hasattr(record, name)}
        if record.exc_info:
            said["traceback"] = without_personal_data(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def logging_as(form: str) -> dict[str, Any]:
    """The setting LOGGING; everything to standard error, `form` is plain or json."""
    plain = "%(asctime)s %(levelname)s %(name)s %(message)s"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"()": "huiqi.config.logs.Plain", "format": plain},
            "json": {"()": "huiqi.config.logs.Json"},
        },
        "handlers": {
            "out": {"class": "logging.StreamHandler", "formatter": "json" if form == "json" else "plain"}
        },
        "root": {"handlers": ["out"], "level": "WARNING"},
        "loggers": {
            "huiqi": {"level": "INFO"},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # whoever scans the net
            "django_tasks": {"level": "INFO"},
            "django_tasks_db": {"level": "INFO"},
        },
    }

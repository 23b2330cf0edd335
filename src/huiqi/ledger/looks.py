"""Who took a list of money away as a file: every export leaves a deed."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from huiqi.audit.actions import record_deed


@transaction.atomic
def note_export(about: str, rows: int, filters: Mapping[str, str], *, by: str, at: datetime) -> None:
    """
    Args:
        about: what was exported: "funds", "fund:<pack/id>", "party:<code>", "run:<number>".
    """
    record_deed("ledger.list.exported", about, by=by, at=at, detail={"rows": rows, "filters": dict(filters)})

"""The only way to add a deed: inside the transaction of what was done."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from huiqi.audit.models import ChainHead, Deed


def record_deed(
    what: str, about: str, *, by: str, at: datetime, detail: Mapping[str, Any] | None = None
) -> Deed:
    """Add a sealed row. Raises TransactionManagementError outside of a transaction.

    Args:
        what: area, thing and past participle: "dossiers.fact.recorded".
        about: kind and name of what it was done to: "party:91370200…".
        by: the user name of who did it, or "system".
        at: the moment, with its time zone.
        detail: values of JSON; no personal data that the row it is about does not have.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a deed is recorded in the transaction of what was done")
    head = ChainHead.objects.select_for_update().get_or_create(pk=1, defaults={"seal": ""})[0]
    given = dict(detail or {})
    deed = Deed(what=what, about=about, by=by, at=at, detail=given, before=head.seal)
    deed.seal = seal_of(deed)
    deed.save()
    head.seal = deed.seal
    head.save()
    return deed


def seal_of(deed: Deed) -> str:
    """SHA-256 over the seal before and everything the row says."""
    said = [
        deed.before,
        deed.what,
        deed.about,
        deed.by,
        deed.at.astimezone(UTC).isoformat(timespec="microseconds"),
        json.dumps(deed.detail, ensure_ascii=False, sort_keys=True),
    ]
    return hashlib.sha256("\x1f".join(said).encode("utf-8")).hexdigest()

"""What the audit trail says, and whether it is whole."""

from collections.abc import Iterator

from huiqi.audit.actions import seal_of
from huiqi.audit.models import ChainHead, Deed
from huiqi.base.problem import Problem


def broken_seals() -> Iterator[Problem]:
    """Every place where a row was changed, removed or put in between; nothing when the chain is whole."""
    before = ""
    for deed in Deed.objects.order_by("pk").iterator():
        if deed.before != before:
            yield Problem(f"deed {deed.pk}", "does not follow the row before: a row is missing or was added")
        if seal_of(deed) != deed.seal:
            yield Problem(f"deed {deed.pk}", "was changed since it was written: its seal differs")
        before = deed.seal
    head = ChainHead.objects.filter(pk=1).first()
    if (head.seal if head else "") != before:
        yield Problem("the end of the trail", "is not the last deed that was sealed: rows are missing")

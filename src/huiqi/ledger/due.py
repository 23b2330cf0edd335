"""What the day brings about by itself: vouchers that ran out."""

from datetime import date

from huiqi.ledger.models import Voucher
from huiqi.ledger.types import VoucherState


def vouchers_run_out(*, on: date) -> frozenset[str]:
    """Numbers of the cases whose voucher was not used while it was good."""
    found = Voucher.objects.filter(state=VoucherState.ISSUED, valid_until__lt=on)
    return frozenset(found.values_list("grant__case", flat=True))

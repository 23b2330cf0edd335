"""Money as it stands and as it moved: rows are only added, balances are kept by the database itself.

What a table cannot say by a constraint, triggers say (migration 0002): a posting is never changed, a balance changes
by a posting and by nothing else, an entitlement is live as long as money stands for it.
"""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q

from huiqi.funds.types import POSTINGS, Account, Movement
from huiqi.ledger.fields import YuanField
from huiqi.ledger.types import OrderState, RunState, VoucherState

FIRST_YEAR, LAST_YEAR = 1990, 2200
OF_AN_ORDER = (Movement.ORDER_PAYMENT.value, Movement.PAY.value, Movement.RETURN.value)
DECLARED_POSTINGS = reduce(
    or_, (Q(movement=m.value, from_account=a.value, to_account=b.value) for m, (a, b) in POSTINGS.items())
)
OF_THE_WORLD = Q(from_account=Account.SOURCE.value) | Q(to_account=Account.SOURCE.value)


class Lock(models.Model):
    """A row for everything that is decided by adding up: locked while it is added up."""

    key = models.CharField(max_length=200, primary_key=True)  # "party:9137…", "fund:pack/id"

    def __str__(self) -> str:
        return self.key


class Grant(models.Model):
    """Money that was given for one entitlement: committed, lent, invested, issued or paid for a loss.

    `taken` is what stands for it outside of the available money; when it falls to nothing the grant is over.
    """

    number = models.CharField(max_length=80, unique=True)  # the case's, with /2 … for its further ones
    fund = models.CharField(max_length=200)  # pack/id
    pack = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField()  # whose money it is
    given_by = models.CharField(max_length=20)  # the movement: commit, lend, inject …
    case = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    party_name = models.CharField(max_length=200)
    person = models.CharField(max_length=64, blank=True)
    region = models.CharField(max_length=6, blank=True)
    measure = models.CharField(max_length=200, blank=True)
    occasion = models.CharField(max_length=128, blank=True)
    programme = models.CharField(max_length=64, blank=True)
    amount = YuanField()
    taken = YuanField(default=0)  # kept by the triggers
    last_posting = models.BigIntegerField(default=0)  # the posting that changed it last
    is_live = models.BooleanField(default=True)  # ended by the triggers
    approved_by = models.CharField(max_length=150)
    at = models.DateTimeField()
    on_day = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["fund", "party", "year"], name="grant_of_party"),
            models.Index(fields=["fund", "person"], name="grant_of_person", condition=~Q(person="")),
            models.Index(fields=["case"], name="grant_of_case"),
            models.Index(fields=["fund", "measure"], name="grant_of_measure"),
        ]
        constraints = [
            models.CheckConstraint(name="grant_is_of_something", condition=Q(amount__gt=0, taken__gte=0)),
            models.CheckConstraint(name="grant_is_not_exceeded", condition=Q(taken__lte=F("amount"))),
            models.CheckConstraint(name="grant_with_money_is_live", condition=Q(is_live=True) | Q(taken=0)),
            models.UniqueConstraint(
                name="entitlement_is_given_once",
                fields=["given_by", "measure", "party", "occasion"],
                condition=Q(is_live=True) & ~Q(measure=""),
            ),
            models.UniqueConstraint(
                name="case_is_given_once",
                fields=["fund", "case", "measure", "occasion"],
                condition=Q(is_live=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Hold(models.Model):
    """What a live grant keeps others from: no other live grant holds the same key with another tag.

    Once per measure: key "once:…", tag the grant. Of several measures one: key "exclusive:…", tag the measure.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="holds")
    key = models.CharField(max_length=500)
    tag = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(name="hold_once_by_a_grant", fields=["key", "grant"])]

    def __str__(self) -> str:
        return f"{self.key} {self.tag}"


class PayeeAccount(models.Model):
    """Where a payee wants to be paid (收款账户), as it said. Rows are only added: the last one of a party is in force."""

    party = models.CharField(max_length=64)
    registered_name = models.CharField(max_length=200, blank=True)  # as the register had it then
    holder = models.CharField(max_length=200)  # 户名
    why_other_name = models.CharField(
        max_length=300, blank=True
    )  # where the holder is not the registered name
    bank = models.CharField(max_length=200)  # 开户银行, with its branch
    number = models.CharField(max_length=32)  # 账号: digits alone
    source = models.CharField(max_length=200, blank=True)  # of a delivery; empty: the payee itself stated it
    stated_by = models.CharField(max_length=150)
    stated_at = models.DateTimeField()
    on_day = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-id"], name="account_of_party"),
            models.Index(fields=["number"], name="account_by_number"),
        ]
        constraints = [
            models.CheckConstraint(
                name="account_names_holder_and_bank", condition=~Q(holder="") & ~Q(bank="") & ~Q(party="")
            ),
            models.CheckConstraint(
                name="account_in_another_name_says_why",
                condition=Q(holder=F("registered_name")) | ~Q(why_other_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.ending}"

    @property
    def ending(self) -> str:
        """The number as it is shown: its last four digits."""
        return f"****{self.number[-4:]}"


class PaymentRun(models.Model):
    """Orders that go to the bank together (拨付批次): prepared by one person, released by another."""

    number = models.CharField(max_length=40, unique=True)
    payer = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in RunState])
    orders_count = models.PositiveIntegerField()
    total = YuanField()
    prepared_by = models.CharField(max_length=150)
    prepared_at = models.DateTimeField()
    released_by = models.CharField(max_length=150, blank=True)
    released_at = models.DateTimeField(null=True)
    on_day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="run_is_released_by_another_person", condition=~Q(released_by=F("prepared_by"))
            ),
            models.CheckConstraint(
                name="released_run_says_by_whom",
                condition=Q(state=RunState.RELEASED.value) & ~Q(released_by="")
                | ~Q(state=RunState.RELEASED.value) & Q(released_by=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentOrder(models.Model):
    """An instruction to pay a part or all of a grant (拨付指令). It is paid or returned by a bank's receipt."""

    number = models.CharField(
        max_length=90, unique=True
    )  # the grant's with the instalment: the idempotency key
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="orders")
    instalment = models.PositiveSmallIntegerField()
    amount = YuanField()
    payee = models.CharField(max_length=64)
    payee_name = models.CharField(
        max_length=200, blank=True
    )  # empty: of a provider the register does not know
    account = models.ForeignKey(
        PayeeAccount, null=True, on_delete=models.PROTECT, related_name="orders"
    )  # the one that was in force when it went to the bank
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in OrderState])
    four_eyes = models.BooleanField()  # as the fund declares
    approved_by = models.CharField(max_length=150, blank=True)  # empty: approved and ordered in one step
    ordered_by = models.CharField(max_length=150)
    at = models.DateTimeField()
    on_day = models.DateField()
    run = models.ForeignKey(PaymentRun, null=True, on_delete=models.PROTECT, related_name="orders")

    class Meta:
        indexes = [
            models.Index(fields=["state", "on_day"], name="order_by_state"),
            models.Index(fields=["payee", "state"], name="order_by_payee"),
        ]
        constraints = [
            models.UniqueConstraint(name="instalment_is_ordered_once", fields=["grant", "instalment"]),
            models.CheckConstraint(name="order_is_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="who_approved_does_not_order",
                condition=Q(four_eyes=False) | ~Q(approved_by=F("ordered_by")),
            ),
            models.CheckConstraint(
                name="order_in_hand_stands_in_a_run",
                condition=Q(state=OrderState.ORDERED.value, run=None)
                | (~Q(state=OrderState.ORDERED.value) & Q(run__isnull=False)),
            ),
            models.CheckConstraint(
                name="account_is_fixed_when_sent",
                condition=Q(account=None) | ~Q(state__in=[OrderState.ORDERED.value, OrderState.IN_RUN.value]),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Posting(models.Model):
    """One entry: an amount leaves one account and enters another. It cannot fail to balance: both sides are one row."""

    key = models.CharField(max_length=160, unique=True)  # what it may happen once for
    fund = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField()
    movement = models.CharField(max_length=20)
    from_account = models.CharField(max_length=12)
    to_account = models.CharField(max_length=12)
    from_holder = models.CharField(max_length=80, blank=True)  # number of the grant; empty for what is open
    to_holder = models.CharField(max_length=80, blank=True)
    amount = YuanField()
    grant = models.ForeignKey(Grant, null=True, on_delete=models.PROTECT, related_name="postings")
    order = models.ForeignKey(PaymentOrder, null=True, on_delete=models.PROTECT, related_name="postings")
    party = models.CharField(max_length=64, blank=True)
    region = models.CharField(max_length=6, blank=True)
    programme = models.CharField(max_length=64, blank=True)
    measure = models.CharField(max_length=200, blank=True)
    case = models.CharField(max_length=64, blank=True)
    person = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=100, blank=True)  # who put the money in
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    on_day = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["fund", "year", "movement"], name="posting_of_fund"),
            models.Index(fields=["party", "id"], name="posting_of_party"),
            models.Index(fields=["case"], name="posting_of_case"),
        ]
        constraints = [
            models.CheckConstraint(name="posting_moves_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="posting_is_a_declared_movement", condition=DECLARED_POSTINGS),
            models.CheckConstraint(
                name="posting_is_of_a_year", condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR)
            ),
            models.CheckConstraint(
                name="posting_is_for_a_grant_or_the_world",
                condition=(OF_THE_WORLD & Q(grant=None)) | (~OF_THE_WORLD & Q(grant__isnull=False)),
            ),
            models.CheckConstraint(
                name="posting_of_an_order_names_it",
                condition=(Q(movement__in=OF_AN_ORDER) & Q(order__isnull=False))
                | (~Q(movement__in=OF_AN_ORDER) & Q(order=None)),
            ),
            models.UniqueConstraint(
                name="order_is_posted_once",
                fields=["order"],
                condition=Q(movement=Movement.ORDER_PAYMENT.value),
            ),
            models.UniqueConstraint(
                name="order_is_paid_or_returned_once",
                fields=["order"],
                condition=Q(movement__in=[Movement.PAY.value, Movement.RETURN.value]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.movement} {self.amount}"


class Balance(models.Model):
    """What stands in an account of a fund for a year (and for a grant). Only the triggers write here."""

    fund = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=12)
    holder = models.CharField(max_length=80, blank=True)
    amount = YuanField(default=0)
    last_posting = models.BigIntegerField(default=0)  # the posting that changed it last

    class Meta:
        indexes = [models.Index(fields=["holder"], name="balance_of_holder", condition=~Q(holder=""))]
        constraints = [
            models.UniqueConstraint(
                name="one_balance_of_an_account", fields=["fund", "year", "account", "holder"]
            ),
            models.CheckConstraint(
                name="only_the_source_may_be_negative",
                condition=Q(account=Account.SOURCE.value) | Q(amount__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.year} {self.account} {self.holder} {self.amount}"


class BankReceipt(models.Model):
    """What the bank says of one order (银行回单). It is taken first and posted by the step of its case."""

    reference = models.CharField(max_length=100, unique=True)  # the bank's number
    order = models.OneToOneField(PaymentOrder, on_delete=models.PROTECT, related_name="receipt")
    is_paid = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    amount = YuanField()
    on_day = models.DateField()
    file_digest = models.CharField(max_length=64)  # SHA-256 of the file it came in
    taken_by = models.CharField(max_length=150)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="returned_payment_says_why", condition=Q(is_paid=True) | ~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return self.reference


class Voucher(models.Model):
    """A voucher (券): what it is worth, how long, and who takes it."""

    number = models.CharField(max_length=90, unique=True)
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="voucher")
    face = YuanField()
    covers = models.CharField(max_length=40, blank=True)  # part of the price as a fraction; empty: all of it
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    provider = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in VoucherState])

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="used_voucher_names_its_provider",
                condition=~Q(state__in=[VoucherState.REDEEMED.value, VoucherState.SETTLED.value])
                | ~Q(provider=""),
            )
        ]

    def __str__(self) -> str:
        return self.number


class Loan(models.Model):
    """Money lent out of a fund: since when, until when, and what its use costs."""

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="loan")
    principal = YuanField()
    lent_on = models.DateField()
    lent_by = models.CharField(max_length=150)
    due_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)  # repaid or written off
    repaid = YuanField(default=0)
    days_used = models.PositiveIntegerField(null=True)
    fee = YuanField(null=True)  # by the rule of the fund, where it has one
    subsidy = YuanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="loan_is_not_repaid_twice", condition=Q(repaid__lte=F("principal"))),
            models.CheckConstraint(
                name="loan_ends_after_it_began", condition=Q(ended_on=None) | Q(ended_on__gte=F("lent_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.principal}"


class Loss(models.Model):
    """A loss a pool shares (风险分担): what counted, who bears which part, what the pool paid."""

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="loss")
    loss = YuanField()
    ceiling = YuanField(null=True)  # of one loss, where the fund has one
    counted = YuanField()  # the loss up to the ceiling
    pool_pays = YuanField()
    shares = models.JSONField(default=list)  # [{"bearer", "amount", "from_pool"}]
    on_day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pool_pays_no_more_than_counts", condition=Q(pool_pays__lte=F("counted"))
            ),
            models.CheckConstraint(name="what_counts_was_lost", condition=Q(counted__lte=F("loss"))),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.loss}"


class Stake(models.Model):
    """Capital put into a firm, a fund or an institution (股权)."""

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="stake")
    amount = YuanField()
    share = models.CharField(max_length=40, blank=True)  # as a fraction, where it is known
    held_since = models.DateField()
    exit_after = models.DateField(null=True)
    sold_on = models.DateField(null=True)
    proceeds = YuanField(default=0)

    def __str__(self) -> str:
        return f"{self.grant_id} {self.amount}"

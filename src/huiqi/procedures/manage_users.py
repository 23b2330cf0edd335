"""An administrator opens accounts, gives and ends roles, and sets a new first password."""

from datetime import date, datetime
from secrets import token_urlsafe
from typing import Final

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from huiqi.access.actions import end_role, grant_role
from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.registry.codes import read_code

FIRST_PASSWORD_BYTES: Final = 12
OF_A_PARTY: Final = (Role.FIRM_LEGAL, Role.FIRM_AGENT, Role.BANK, Role.AGENCY)


class RefusedAccount(ValueError):
    """An account or role that cannot be made; all reasons at once."""

    def __init__(self, reasons: list[Bilingual]) -> None:
        super().__init__("; ".join(reason.en for reason in reasons))
        self.reasons = reasons


@transaction.atomic
def open_account(name: str, *, email: str, by: str, at: datetime) -> tuple[User, str]:
    """A new account and its first password, which is told once and stored only as a hash."""
    reasons = []
    if not name.isidentifier() or not name.isascii():
        reasons.append(
            Bilingual(
                "用户名只能用字母、数字和下划线，且不以数字开头",
                "A user name has letters, digits and underscores only",
            )
        )
    elif User.objects.filter(username=name).exists():
        reasons.append(Bilingual("用户名已有人使用", "The user name is taken"))
    if email and not is_email(email):
        reasons.append(Bilingual("邮箱地址有误", "This is no e-mail address"))
    if reasons:
        raise RefusedAccount(reasons)
    password = token_urlsafe(FIRST_PASSWORD_BYTES)
    user = User.objects.create_user(name, email=email, password=password)
    record_deed("access.user.added", f"user:{name}", by=by, at=at)
    return user, password


@transaction.atomic
def give_role(
    user: User, role: str, *, party: str, authority: str, region: str, from_day: date, by: str, at: datetime
) -> Membership:
    """Raises RefusedAccount with everything that is wrong."""
    reasons = []
    if role not in set(Role) - {Role.VISITOR}:
        raise RefusedAccount([Bilingual("没有这个身份", "There is no such role")])
    if Role(role) in OF_A_PARTY and isinstance(read_code(party, where="party"), Problem):
        reasons.append(
            Bilingual("须填写正确的统一社会信用代码", "The unified social credit code is missing or wrong")
        )
    if Role(role) in (Role.OFFICER, Role.HEAD) and not authority:
        reasons.append(Bilingual("须填写部门", "Name the department"))
    if region and not (region.isascii() and region.isdigit() and len(region) <= 6):
        reasons.append(Bilingual("地区为二至六位行政区划代码", "A region has two to six digits of GB/T 2260"))
    if reasons:
        raise RefusedAccount(reasons)
    try:
        with transaction.atomic():
            return grant_role(
                user,
                Role(role),
                party=party,
                authority=authority,
                region=region,
                from_day=from_day,
                by=by,
                at=at,
            )
    except IntegrityError:
        raise RefusedAccount([Bilingual("此人已有这个身份", "The person has this role already")]) from None


@transaction.atomic
def take_role(membership: Membership, *, on: date, by: str, at: datetime) -> None:
    """From that day on; what the person did stays in the trail."""
    end_role(membership, on=max(on, membership.began_on), by=by, at=at)


@transaction.atomic
def new_password(user: User, *, by: str, at: datetime) -> str:
    """A new first password; told once."""
    password = token_urlsafe(FIRST_PASSWORD_BYTES)
    user.set_password(password)
    user.save()
    record_deed("access.password.reset", f"user:{user.username}", by=by, at=at)
    return password


@transaction.atomic
def set_active(user: User, *, active: bool, by: str, at: datetime) -> None:
    user.is_active = active
    user.save()
    what = "access.user.opened" if active else "access.user.closed"
    record_deed(what, f"user:{user.username}", by=by, at=at)


def is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True

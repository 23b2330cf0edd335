"""Making, using and revoking keys."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from secrets import token_hex, token_urlsafe
from typing import Final

from django.db import transaction

from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.keys.models import ApiKey
from huiqi.keys.scopes import KeyScope, allowed_to

LONGEST: Final = timedelta(days=366)
"""A key works for a year at most; then a new one is made."""
MARK: Final = "hq_"
NOTED_EVERY: Final = timedelta(hours=1)
REGION: Final = re.compile(r"([0-9]{2}){0,3}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key is to be."""

    name: str
    scopes: Collection[str]
    expires_on: date
    region: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """The key with its secret, which is kept nowhere; or by field what is wrong."""

    key: ApiKey | None = None
    secret: str = ""
    problems: Mapping[str, Bilingual] = field(default_factory=dict)


@transaction.atomic
def make_key(wish: Wish, *, membership: Membership, by: str, on: date, at: datetime) -> Made:
    """Make a key that acts as a membership, with no wider rights and no wider region."""
    problems = wrong_with(wish, membership, on=on)
    if problems:
        return Made(problems=problems)
    prefix = token_hex(4)
    secret = f"{MARK}{prefix}_{token_urlsafe(32)}"
    key = ApiKey.objects.create(
        membership=membership,
        name=wish.name.strip(),
        prefix=prefix,
        seal=seal_of(secret),
        scopes=sorted(set(wish.scopes)),
        region=wish.region,
        made_by=by,
        made_on=on,
        expires_on=wish.expires_on,
    )
    detail = {
        "owner": membership.user.username,
        "scopes": key.scopes,
        "region": key.region,
        "expires": wish.expires_on.isoformat(),
    }
    record_deed("keys.key.made", f"key:{prefix}", by=by, at=at, detail=detail)
    return Made(key, secret)


def wrong_with(wish: Wish, membership: Membership, *, on: date) -> dict[str, Bilingual]:
    problems: dict[str, Bilingual] = {}
    if not 0 < len(wish.name.strip()) <= 80:
        problems["name"] = Bilingual("请写明用途，不超过80字", "Say what it is for, in 80 signs at most")
    allowed = set(allowed_to(Role(membership.role)))
    if not set(wish.scopes) <= set(KeyScope):
        problems["scopes"] = Bilingual("没有这个范围", "There is no such scope")
    elif not set(wish.scopes) <= allowed:
        problems["scopes"] = Bilingual(
            "该身份不能有此范围的密钥", "Somebody in this role may not have a key for this"
        )
    if not REGION.fullmatch(wish.region) or not wish.region.startswith(membership.region):
        problems["region"] = Bilingual(
            "须为该身份管辖区域内的区划代码（2、4或6位）",
            "A code of 2, 4 or 6 digits within the region of the role",
        )
    if not on <= wish.expires_on <= on + LONGEST:
        problems["expires_on"] = Bilingual("自今日起一年以内", "Within a year from today")
    if membership.ended_on is not None and membership.ended_on <= on:
        problems["membership"] = Bilingual("该身份已终止", "This role has ended")
    return problems


@transaction.atomic
def revoke_key(number: int, *, by: str, at: datetime) -> ApiKey | None:
    """End a key at once; None where there is none or it was revoked already."""
    key = ApiKey.objects.select_for_update().filter(pk=number, revoked_at=None).first()
    if key is None:
        return None
    key.revoked_by, key.revoked_at = by, at
    key.save(update_fields=["revoked_by", "revoked_at"])
    record_deed("keys.key.revoked", f"key:{key.prefix}", by=by, at=at)
    return key


def note_use(key: ApiKey, *, at: datetime) -> None:
    """Somebody used it; once an hour is enough to know that."""
    if key.last_used_at is None or at - key.last_used_at >= NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)


def seal_of(secret: str) -> str:
    """SHA-256: the secret has 256 bits of chance, so that nobody guesses it back."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()

"""The cast of demonstrations and tests: one account for each role. Nobody in it exists."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role
from huiqi.audit.actions import record_deed
from huiqi.registry.snapshot import Snapshot

DEPARTMENT: Final = "市经济和信息化委"
TREASURY: Final = "市财政局"
EXPERT: Final = "expert:1"


@dataclass(frozen=True, slots=True)
class Part:
    """An account of the cast, named after what it does."""

    name: str
    role: Role
    is_firm: bool = False
    authority: str = ""
    region: str = ""


CAST: Final = (
    Part("firm", Role.FIRM_LEGAL, is_firm=True),
    Part("agent", Role.FIRM_AGENT, is_firm=True),
    Part("officer", Role.OFFICER, authority=DEPARTMENT, region="3702"),
    Part("head", Role.HEAD, authority=DEPARTMENT, region="3702"),
    Part("payer", Role.OFFICER, authority=TREASURY, region="3702"),
    Part("paymaster", Role.HEAD, authority=TREASURY, region="3702"),
    Part("supervision", Role.SUPERVISION, region="3702"),
    Part("bank", Role.BANK),
    Part("guarantor", Role.BANK),
    Part("agency", Role.AGENCY),
    Part("expert", Role.EXPERT),
    Part("auditor", Role.AUDITOR),
    Part("admin", Role.ADMINISTRATOR),
)


@transaction.atomic
def bring_in_the_cast(
    *,
    firm: str,
    bank: str,
    guarantor: str,
    agency: str,
    password: str,
    from_day: date,
    at: datetime,
) -> list[Part]:
    """Make the accounts; all have one password. Those that are there keep their role and get the password.

    Args:
        firm, bank, guarantor, agency: credit codes of the parties that the accounts act for.
    """
    codes = {"bank": bank, "guarantor": guarantor, "agency": agency, "expert": EXPERT}
    for part in CAST:
        user, is_new = User.objects.get_or_create(username=part.name)
        user.set_password(password)
        user.save()
        if is_new:
            record_deed(
                "access.user.added", f"user:{part.name}", by="system", at=at, detail={"synthetic": True}
            )
            grant_role(
                user,
                part.role,
                party=firm if part.is_firm else codes.get(part.name, ""),
                authority=part.authority,
                region=part.region,
                from_day=from_day,
                by="system",
                at=at,
            )
    return list(CAST)


def parties_by_role(snapshot: Snapshot) -> dict[str, str]:
    """The first party of a register in each role, for the cast to act for: role → credit code."""
    found: dict[str, str] = {}
    for batch in snapshot.batches(columns=["code", "roles"]):
        for code, roles in zip(batch["code"].to_pylist(), batch["roles"].to_pylist(), strict=True):
            for role in reversed(roles.split(",")):
                if code not in found.values():
                    found.setdefault(role, code)
    return found

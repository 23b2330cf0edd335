"""What a key may be good for, and which roles may have such keys."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from huiqi.access.permissions import ROLES, Permission, Role
from huiqi.base.bilingual import Bilingual


class KeyScope(StrEnum):
    """One kind of reading or doing that is not open to everybody."""

    MATCHES_READ = "matches:read"
    SNAPSHOTS_READ = "snapshots:read"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    FUNDS_READ = "funds:read"


SCOPE_NAMES: Final[Mapping[KeyScope, Bilingual]] = {
    KeyScope.MATCHES_READ: Bilingual("企业匹配结果", "Verdicts of a firm"),
    KeyScope.SNAPSHOTS_READ: Bilingual("名录快照下载", "Files of register snapshots"),
    KeyScope.CASES_READ: Bilingual("办件查询", "Cases"),
    KeyScope.CASES_WRITE: Bilingual("办件填报与办理", "Filling in and handling cases"),
    KeyScope.FUNDS_READ: Bilingual("资金台账查询", "Balances and postings of funds"),
}
_CASES: Final = frozenset(
    {Permission.OWN_CASES, Permission.CASE_HANDLE, Permission.CASE_SUPERVISE, Permission.CASE_JUDGE}
)
NEEDS: Final[Mapping[KeyScope, frozenset[Permission]]] = {
    KeyScope.MATCHES_READ: frozenset(
        {Permission.OWN_FILE_SEE, Permission.FIRM_FILE_SEE, Permission.CONSENTED_FILE_SEE}
    ),
    KeyScope.SNAPSHOTS_READ: frozenset({Permission.FIRM_FILE_SEE, Permission.SUPERVISE}),
    KeyScope.CASES_READ: _CASES,
    KeyScope.CASES_WRITE: _CASES,
    KeyScope.FUNDS_READ: frozenset({Permission.FUND_SEE}),
}
"""A key can do no more than its owner may: one of these permissions is needed."""


def allowed_to(role: Role) -> tuple[KeyScope, ...]:
    """The scopes that a key of somebody in this role may have.

    >>> [str(scope) for scope in allowed_to(Role.BANK)], allowed_to(Role.AUDITOR)
    (['matches:read', 'cases:read', 'cases:write'], (<KeyScope.FUNDS_READ: 'funds:read'>,))
    """
    return tuple(scope for scope in KeyScope if ROLES[role] & NEEDS[scope])

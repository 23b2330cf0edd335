"""What a key may be good for, and which roles may have such keys."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from huiqi.access.permissions import ROLES, Permission, Role
from huiqi.base.bilingual import Bilingual


class KeyScope(StrEnum):
    """One kind of reading that is not open to everybody."""

    MATCHES_READ = "matches:read"
    SNAPSHOTS_READ = "snapshots:read"


SCOPE_NAMES: Final[Mapping[KeyScope, Bilingual]] = {
    KeyScope.MATCHES_READ: Bilingual("企业匹配结果", "Verdicts of a firm"),
    KeyScope.SNAPSHOTS_READ: Bilingual("名录快照下载", "Files of register snapshots"),
}
NEEDS: Final[Mapping[KeyScope, frozenset[Permission]]] = {
    KeyScope.MATCHES_READ: frozenset(
        {Permission.OWN_FILE_SEE, Permission.FIRM_FILE_SEE, Permission.CONSENTED_FILE_SEE}
    ),
    KeyScope.SNAPSHOTS_READ: frozenset({Permission.FIRM_FILE_SEE, Permission.SUPERVISE}),
}
"""A key can do no more than its owner may: one of these permissions is needed."""


def allowed_to(role: Role) -> tuple[KeyScope, ...]:
    """The scopes that a key of somebody in this role may have.

    >>> [str(scope) for scope in allowed_to(Role.BANK)], allowed_to(Role.AUDITOR)
    (['matches:read'], ())
    """
    return tuple(scope for scope in KeyScope if ROLES[role] & NEEDS[scope])

"""Who is asking: one person in one role."""

from dataclasses import dataclass

from huiqi.access.permissions import ROLES, SCOPES, Permission, Role, Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a role. Guards, queries and templates decide by this alone."""

    name: str = ""  # user name; empty for a visitor
    role: Role = Role.VISITOR
    party: str = ""
    authority: str = ""
    region: str = ""
    membership: int | None = None

    def may(self, permission: Permission) -> bool:
        return permission in ROLES[self.role]

    @property
    def scope(self) -> Scope:
        return SCOPES[self.role]

    def reaches(self, *, party: str, region: str, consented: bool = False) -> bool:
        """Whether the rows of a party are this actor's to see; each permission is asked for besides."""
        match self.scope:
            case Scope.EVERYTHING:
                return True
            case Scope.OWN_PARTY:
                return bool(party) and party == self.party
            case Scope.OWN_REGION:
                return region.startswith(self.region)
            case Scope.CONSENTED:
                return consented
            case _:
                return False


VISITOR = Actor()

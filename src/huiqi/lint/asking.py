"""One check on one place: what it found, what stayed open, and what the interpreter did not confirm."""

from collections.abc import Callable
from dataclasses import dataclass, field

from huiqi.lint.solver import NotDecided
from huiqi.lint.types import Finding, Kind, Undecided


@dataclass(slots=True)
class Found:
    """What checks add to while they run."""

    findings: list[Finding] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    faults: list[Undecided] = field(default_factory=list)
    unvalued: dict[str, int] = field(default_factory=dict)

    def keep(self, finding: Finding, *, confirmed: bool) -> None:
        """A finding the interpreter shows too; otherwise it is dropped and counted as a fault of the lint."""
        if confirmed:
            self.findings.append(finding)
        else:
            self.faults.append(Undecided(finding.kind, finding.places[0], "the interpreter says otherwise"))

    def ask(self, kind: Kind, place: str, question: Callable[[], None]) -> None:
        """Run one check; where it cannot be decided, note why and go on."""
        try:
            question()
        except NotDecided as reason:
            self.undecided.append(Undecided(kind, place, str(reason)))

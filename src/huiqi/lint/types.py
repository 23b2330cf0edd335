"""What the lint looks at (documents) and what it says (findings, each with the party that shows it)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.measures.combine import Matter, Standing
from huiqi.measures.expressions import Value
from huiqi.measures.types import Measure, Period, Rulebook


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document as the lint sees it."""

    id: str
    rulebook: Rulebook
    measures: Mapping[str, Measure]  # by id within the document
    matters: Mapping[str, Matter] = field(default_factory=dict)  # its own
    standing: Standing | None = None
    region: str = ""
    in_force: Period = field(default_factory=Period)
    own_parameters: tuple[str, ...] = ()  # not those of the documents it requires
    requires: tuple[str, ...] = ()  # the ids of the documents it builds on, also through others


class Kind(StrEnum):
    """What is found, 问题类别."""

    NEVER_MET = "never_met"  # the conditions contradict each other or the declared ranges
    ALWAYS_MET = "always_met"  # a condition that no party can fail
    IMPLIED = "implied"  # a condition that follows from the other conditions
    NEVER_REACHED = "never_reached"  # a branch, band or row of a table that no party comes to
    GAP = "gap"  # a figure between two bands that lies in neither; an entitled party without an amount
    OVERLAP = "overlap"  # a figure that lies in two bands with different results
    SWALLOWED = "swallowed"  # another measure takes in everyone and is at least as good
    CONTRADICTION = "contradiction"  # two documents give different answers
    CLIFF = "cliff"  # one more unit loses more than it earns


@dataclass(frozen=True, slots=True)
class Witness:
    """A party that shows a finding; each fact exact, as a file of facts could state it."""

    facts: Mapping[str, Value]
    as_of: date


@dataclass(frozen=True, slots=True)
class Cliff:
    """One step of one fact and what it costs."""

    fact: str
    before: Fraction
    after: Fraction
    loss: Fraction  # in `unit`, net of what the party can fall back on
    unit: str | None
    fallback: str | None = None  # the measure the party is left with, where there is one
    grows_with: tuple[
        tuple[str, Fraction], ...
    ] = ()  # facts without a limit → loss for one more unit of each
    is_endless: bool = False  # the loss has no limit: `loss` is that of a typical, synthetic party
    is_typical: bool = (
        False  # the solver could not tell the largest: `loss` is that of a typical, synthetic party
    )
    thresholds: int = 1  # of the fact in the same rule at which something is lost
    is_whole_count: bool = True  # False: there may be more of them, not all were decided


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the lint says. `places` are `pack/measure`, `pack/fact` or `pack/parameter`."""

    kind: Kind
    places: tuple[str, ...]
    clauses: tuple[str, ...]  # `pack/clause`
    text: Bilingual
    witnesses: tuple[Witness, ...] = ()
    cliff: Cliff | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """A question the solver did not answer, and why."""

    kind: Kind
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the lint says, in a fixed order."""

    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    faults: tuple[Undecided, ...] = ()  # findings the interpreter did not confirm: faults of the lint itself
    questions: int = 0  # put to the solver
    unvalued: Mapping[str, int] = field(default_factory=dict)  # measure → thresholds whose loss has no figure

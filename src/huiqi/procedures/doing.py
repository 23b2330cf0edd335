"""A step that is being taken: what its effects are given, and what they came to."""

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Model

from huiqi.cases.types import Role, Step
from huiqi.casework.models import Case
from huiqi.procedures.case_rules import CaseFacts


@dataclass(frozen=True, slots=True)
class Doing:
    """A step that is being taken: everything its effects may need."""

    case: Case
    facts: CaseFacts
    step: Step
    by: str
    role: Role
    on: date
    at: datetime
    reason: str = ""
    amount: Fraction | None = None
    provider: str = ""
    grade: str = ""
    exit: str = ""
    approved_by: str = ""  # who decided that it is granted
    came_to: dict[str, Any] = field(default_factory=dict)  # written into the log
    rows: list[Model] | None = None  # of many cases at once: what whoever takes their steps is to write

"""Why nothing was written, and what entries make known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from huiqi.base.bilingual import Bilingual
from huiqi.measures.expressions import Value


class EntryRefused(Exception):
    """A register does not take this; nothing was written. `problems` names every reason, by field."""

    def __init__(self, problems: Mapping[str, Bilingual]) -> None:
        super().__init__("; ".join(problem.en for problem in problems.values()))
        self.by_field = dict(problems)

    @property
    def problems(self) -> tuple[Bilingual, ...]:
        return tuple(self.by_field.values())


@dataclass(frozen=True, slots=True)
class MadeKnown:
    """A fact about a party that an entry makes true."""

    value: Value
    register: str  # pack/id
    title: Bilingual  # of the register
    since: date
    entry: int

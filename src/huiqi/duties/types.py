"""What a document orders somebody to do: who leads, who cooperates, by when, reported how often."""

from dataclasses import dataclass
from datetime import date

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Cadence, Duration


@dataclass(frozen=True, slots=True)
class Report:
    """To whom progress is reported, and how often."""

    to: tuple[str, ...]
    cadence: Cadence
    within: Duration | None = None  # after the end of a round


@dataclass(frozen=True, slots=True)
class Duty:
    """A task of a clause, 任务. Names are as the document prints them."""

    id: str
    pack: str
    clause: str
    task: Bilingual
    lead: tuple[str, ...]  # 牵头
    cooperate: tuple[str, ...]  # 配合
    responsible: tuple[str, ...]  # 负责, where the document does not rank them
    cadence: Cadence
    due: date | None
    due_text: Bilingual | None
    report: Report | None = None
    targets: tuple[str, ...] = ()
    note: Bilingual | None = None

    @property
    def owners(self) -> tuple[str, ...]:
        """Everyone who answers for it; cooperating bodies do not."""
        return (*self.lead, *self.responsible)

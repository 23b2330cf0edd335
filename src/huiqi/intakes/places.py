"""Where a delivery lies on disk. Every name is made here; nothing of what was handed in becomes part of a path."""

from dataclasses import dataclass
from pathlib import Path

from huiqi.holdings.current import data_folder
from huiqi.intakes.models import Intake


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one delivery."""

    folder: Path
    kind: str

    @property
    def table(self) -> Path:
        return self.folder / f"table.{self.kind}"

    @property
    def register(self) -> Path:
        """The good rows as a register of their own, until they are published."""
        return self.folder / "register"

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects.csv"

    @property
    def quality(self) -> Path:
        return self.folder / "quality"


def place_of(intake: Intake) -> Place:
    return Place(uploads_folder() / intake.folder.hex, intake.kind)


def uploads_folder() -> Path:
    return data_folder() / "uploads"


def register_folder() -> Path:
    return data_folder() / "register"

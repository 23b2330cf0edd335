"""A Spark run's results: worked out beside their place, moved there whole.

A killed run leaves the old results or none. Spark's own names of files and its marks do not stay.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from huiqi.matching.results import MeasureSummary, write_summary


class Draft:
    """The folder a run is written to before it is published; leaving without `publish` deletes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")

    @property
    def written(self) -> Path:
        """Where Spark writes: `city=…/part-….parquet`."""
        return self.draft / "written"

    def __enter__(self) -> Self:
        shutil.rmtree(self.draft, ignore_errors=True)
        self.draft.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.draft, ignore_errors=True)

    def publish(self, summary: Sequence[MeasureSummary], about: Mapping[str, Any]) -> None:
        """Write summary and manifest, then put the run in its place; an older run there is replaced whole."""
        self.keep_findings()
        write_summary(summary, self.draft)
        text = json.dumps(about, ensure_ascii=False, indent=2, default=str)
        (self.draft / "manifest.json").write_text(text + "\n", "utf-8")
        old = self.folder.with_name(f".{self.folder.name}.{os.getpid()}.old")
        if self.folder.exists():
            self.folder.rename(old)
        self.draft.rename(self.folder)
        shutil.rmtree(old, ignore_errors=True)

    def keep_findings(self) -> None:
        """Move the Parquet files to `results/city=…/part-00000.parquet`, numbered in Spark's order."""
        (self.draft / "results").mkdir()
        for folder in sorted(self.written.glob("city=*")):
            place = self.draft / "results" / folder.name
            place.mkdir()
            for number, file in enumerate(sorted(folder.glob("*.parquet"))):
                file.rename(place / f"part-{number:05d}.parquet")
        shutil.rmtree(self.written, ignore_errors=True)

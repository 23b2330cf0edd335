"""Where Spark writes, and what stays of it: its own names of files and its marks do not."""

import shutil
from pathlib import Path

from huiqi.matching.draft_folder import DraftFolder


def written_in(place: DraftFolder) -> Path:
    """Where Spark writes: `city=…/part-….parquet`."""
    return place.draft / "written"


def keep_findings(place: DraftFolder) -> None:
    """Move the Parquet files to `results/city=…/part-00000.parquet`, numbered in Spark's order."""
    (place.draft / "results").mkdir()
    for folder in sorted(written_in(place).glob("city=*")):
        city = place.draft / "results" / folder.name
        city.mkdir()
        for number, file in enumerate(sorted(folder.glob("*.parquet"))):
            file.rename(city / f"part-{number:05d}.parquet")
    shutil.rmtree(written_in(place), ignore_errors=True)

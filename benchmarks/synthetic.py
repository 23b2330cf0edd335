"""The synthetic registers that benchmarks run over."""

import os
import sys
from pathlib import Path

from clocked import clocked

AS_OF = "2013-06-30"
REGION = "370200"
PACKS = Path(__file__).parents[1] / "packs"
HUIQI = str(Path(sys.executable).with_name("huiqi"))


def sampled(register: Path, rows: int) -> Path:
    """A register of so many synthetic parties, always the same; made unless it is there from an earlier run."""
    if not (register / "CURRENT").is_file():
        clocked(
            [HUIQI, "sample", "--rows", str(rows), "--seed", "1", "--region", REGION, "--as-of", AS_OF,
             "--out", str(register)],
            environment={**os.environ, "HUIQI_PACKS": str(PACKS)},
        )  # fmt: skip
    return register

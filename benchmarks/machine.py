"""What a result file says of the machine: enough to judge a ratio, nothing that tells which one it was."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

KIB_IN_GIB = 1024 * 1024
PACKAGES = ("numpy", "polars", "pyarrow", "duckdb")


def description() -> str:
    """Cores, processor and memory in one line."""
    return f"{os.cpu_count()} cores ({processor()}), {memory_gib():.0f} GiB"


def versions() -> str:
    """Python and what the engines stand on."""
    return ", ".join([f"Python {platform.python_version()}", *(f"{n} {version(n)}" for n in PACKAGES)])


def commit() -> str:
    """The commit measured, with a mark if the checkout holds changes."""
    here = Path(__file__).parent
    named = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=here, capture_output=True, text=True, check=False
    )
    return named.stdout.strip() or "unknown"


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    found = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.machine()


def memory_gib() -> float:
    line = Path("/proc/meminfo").read_text("utf-8").splitlines()[0]
    return int(line.split()[1]) / KIB_IN_GIB

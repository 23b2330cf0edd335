"""`clocked` for a command that starts processes of its own: the memory of all of them together."""

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from clocked import Clocked, FailedCommand

PAGES_IN_MIB = (1 << 20) / resource.getpagesize()
EVERY = 0.05  # seconds between two looks


def clocked_with_children(command: Sequence[str]) -> Clocked:
    """Run to the end; the peak is the largest sum seen, shared pages counted in each process."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, sum(map(resident, family(process.pid))))
            time.sleep(EVERY)
        wall = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise FailedCommand(f"{' '.join(command)}\n{err.read()[-2000:]}")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Clocked(wall, cpu, peak, out.read())


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        children = [
            int(child)
            for task in tasks
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(one for child in children for one in family(child))]


def resident(pid: int) -> float:
    """MiB; 0 when it has just ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) / PAGES_IN_MIB
    except (FileNotFoundError, ProcessLookupError):
        return 0.0

"""Run a command and say how long it took and how much memory it had at its largest.

Nothing large may be imported by the process that calls this: Linux counts the size of the parent at the
moment of the start as memory of the child.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KIB_IN_MIB = 1024


class FailedCommand(RuntimeError):
    """A command of the benchmark ended with an error."""


@dataclass(frozen=True, slots=True)
class Clocked:
    """One run of a command."""

    wall_seconds: float
    cpu_seconds: float  # user and system, all threads
    peak_mib: float  # resident, of the process alone, not of processes that it starts
    output: str

    @property
    def last_line(self) -> dict[str, Any]:
        """The last line of the output, read as JSON."""
        line: dict[str, Any] = json.loads(self.output.strip().splitlines()[-1])
        return line


def clocked(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Clocked:
    """Run to the end. Raises FailedCommand with the last of what it wrote to standard error."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise FailedCommand(f"{' '.join(command)}\n{err.read()[-2000:]}")
        return Clocked(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / KIB_IN_MIB, out.read())

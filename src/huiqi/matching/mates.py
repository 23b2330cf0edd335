"""Other processes that match beside this one, each a fresh interpreter that loads the engine and nothing else.

A process is started before there is a plan: loading takes half a second, in which the plan is made. It is no
fork, which would inherit the locks of Arrow's threads, and it does not load the program that started it.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Final

PROGRAM: Final = "huiqi.matching.mate"


class MateLost(RuntimeError):
    """Another process ended before it had answered."""


class Mate:
    """One other process, and the pipe to it."""

    def __init__(self) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        paths = os.pathsep.join(path for path in sys.path if path)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": paths},
            )

    def send(self, what: object) -> None:
        try:
            self.pipe.send(what)
        except BrokenPipeError as error:
            raise MateLost(f"process {self.process.pid} takes no more work") from error

    def answer(self) -> Any:
        """What came of the last portion; what went wrong there is raised here."""
        try:
            found = self.pipe.recv()
        except (EOFError, ConnectionResetError) as error:
            raise MateLost(f"process {self.process.pid} ended in the middle of its work") from error
        if isinstance(found, BaseException):
            raise found
        return found

    def stop(self) -> None:
        """Whatever it is at."""
        self.process.terminate()

    def hang_up(self) -> None:
        """No more work will come: it ends when it has answered."""
        self.pipe.close()

    def close(self) -> None:
        """Hang up, and wait until it has ended."""
        self.hang_up()
        self.process.wait()


@contextmanager
def started(number: int) -> Iterator[list[Mate]]:
    """So many mates, which end with the block."""
    mates: list[Mate] = []
    try:
        for _ in range(number):
            mates.append(Mate())
        yield mates
    except BaseException:
        for mate in mates:
            mate.stop()
        raise
    finally:
        for mate in mates:
            mate.close()


def their_end(argument: str) -> Connection:
    """The pipe, in the process that was started."""
    return Connection(int(argument))

"""A run over several processes: each has the plan and an engine, takes portion after portion, writes its own files."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import pyarrow as pa

from huiqi.matching.engine import Engine
from huiqi.matching.laid import Laying
from huiqi.matching.mates import Mate
from huiqi.matching.plan import Plan
from huiqi.matching.portions import BLOCK_ROWS, Portion, read_ahead
from huiqi.matching.results import PartWriter, part_path
from huiqi.matching.totals import Totals

SYSTEM: Final = ("code", "region", "roles")
WORTH_A_PROCESS: Final = 1_000_000
"""Parties for which starting another process pays."""
Done = SimpleQueue[tuple[int, Totals]]
"""Portions that other processes have done: how many parties, what was found."""


@dataclass(frozen=True)
class Work:
    """What a worker needs to know. The engine is made once in each process, and learns from block to block."""

    plan: Plan
    folder: Path  # where the results are drafted
    overlay: Laying | None = None  # what is known beside the register
    alone: bool = False  # no other process works beside this one

    @cached_property
    def engine(self) -> Engine:
        return Engine(self.plan)

    def __getstate__(self) -> dict[str, object]:
        return {"plan": self.plan, "folder": self.folder, "overlay": self.overlay, "alone": self.alone}

    def do(
        self,
        portion: Portion,
        *,
        progress: Callable[[int], None] = lambda rows: None,
        block_rows: int = BLOCK_ROWS,
    ) -> Totals:
        """Match one portion into a file of its own."""
        keys = [planned.measure.key for planned in self.plan.measures]
        part = PartWriter(part_path(self.folder, portion.number), keys)
        batches = self.batches(portion, block_rows)
        try:
            for block in self.engine.run(read_ahead(batches)):
                part.add(block)
                progress(len(block.codes))
            return part.close()
        finally:
            part.release()

    def batches(self, portion: Portion, rows: int) -> Iterator[pa.RecordBatch]:
        """The columns of the plan, with what is known beside the register in its place."""
        if self.overlay is None:
            return portion.batches([*SYSTEM, *self.plan.columns], rows, threads=self.alone)
        stored = self.overlay.stored(self.plan.columns)
        batches = portion.batches([*SYSTEM, *stored], rows, threads=self.alone)
        return self.overlay.laid.all_over(batches)


def totals_of(
    work: Work,
    portions: Sequence[Portion],
    *,
    mates: Sequence[Mate],
    progress: Callable[[int], None],
    block_rows: int = BLOCK_ROWS,
) -> Totals:
    """Match all portions, in this process and its mates; whoever is done takes the next one."""
    totals = Totals()
    waiting = deque(portions)
    done: Done = SimpleQueue()

    def note_done() -> None:
        while not done.empty():
            rows, found = done.get()
            totals.add(found)
            progress(rows)

    with ThreadPoolExecutor(max(1, len(mates))) as threads:
        feeding = [threads.submit(feed, mate, work, waiting, done, block_rows) for mate in mates]
        try:
            while (portion := next_of(waiting)) is not None:
                totals.add(work.do(portion, progress=progress, block_rows=block_rows))
                note_done()
            for fed in feeding:
                fed.result()
        except BaseException:
            waiting.clear()
            for mate in mates:
                mate.stop()
            raise
    note_done()
    return totals


def feed(mate: Mate, work: Work, waiting: deque[Portion], done: Done, block_rows: int) -> None:
    """Give a mate portion after portion while there are any."""
    mate.send(work)
    while (portion := next_of(waiting)) is not None:
        mate.send((portion, block_rows))
        done.put((portion.rows, mate.answer()))
    mate.hang_up()


def next_of(waiting: deque[Portion]) -> Portion | None:
    """The next portion nobody has taken; threads may ask at once."""
    try:
        return waiting.popleft()
    except IndexError:
        return None


def workers_for(rows: int, *, cores: int) -> int:
    """As many as there are cores, no more than pay.

    >>> workers_for(100_000, cores=2), workers_for(10_000_000, cores=2), workers_for(3_200_000, cores=64)
    (1, 2, 3)
    """
    return max(1, min(cores, rows // WORTH_A_PROCESS))

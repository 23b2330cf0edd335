"""A run over several processes: each has the plan and an engine, takes portion after portion, writes its own files."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from huiqi.matching.engine import Engine
from huiqi.matching.plan import Plan
from huiqi.matching.portions import BLOCK_ROWS, Portion, read_ahead
from huiqi.matching.results import PartWriter, part_path
from huiqi.matching.totals import Totals

SYSTEM: Final = ("code", "region", "roles")
WORTH_A_PROCESS: Final = 1_000_000
"""Parties for which starting another process pays."""


@dataclass(frozen=True)
class Work:
    """What a worker needs to know. The engine is made once in each process, and learns from block to block."""

    plan: Plan
    folder: Path  # where the results are drafted

    @cached_property
    def engine(self) -> Engine:
        return Engine(self.plan)

    def __getstate__(self) -> dict[str, object]:
        return {"plan": self.plan, "folder": self.folder}

    def do(
        self, portion: Portion, *, progress: Callable[[int], None], block_rows: int = BLOCK_ROWS
    ) -> Totals:
        """Match one portion into a file of its own."""
        keys = [planned.measure.key for planned in self.plan.measures]
        part = PartWriter(part_path(self.folder, portion.number), keys)
        batches = portion.batches([*SYSTEM, *self.plan.columns], block_rows)
        try:
            for block in self.engine.run(read_ahead(batches)):
                part.add(block)
                progress(len(block.codes))
            return part.close()
        finally:
            part.release()


def totals_of(
    work: Work,
    portions: Sequence[Portion],
    *,
    workers: int,
    progress: Callable[[int], None],
    block_rows: int = BLOCK_ROWS,
) -> Totals:
    """Match all portions with so many processes; with one, in this process."""
    totals = Totals()
    if workers == 1:
        for portion in portions:
            totals.add(work.do(portion, progress=progress, block_rows=block_rows))
        return totals
    for rows, found in from_processes(work, portions, workers=workers, block_rows=block_rows):
        totals.add(found)
        progress(rows)
    return totals


def from_processes(
    work: Work, portions: Sequence[Portion], *, workers: int, block_rows: int
) -> Iterator[tuple[int, Totals]]:
    # a fresh interpreter each: a forked one would inherit the locks of Arrow's threads
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawned, initializer=begin, initargs=(work,)) as pool:
        try:
            waiting = {pool.submit(done_here, portion, block_rows): portion.rows for portion in portions}
            for finished in as_completed(waiting):
                yield waiting[finished], finished.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_WORK: list[Work] = []


def begin(work: Work) -> None:
    """What a new process keeps."""
    _WORK[:] = [work]


def done_here(portion: Portion, block_rows: int) -> Totals:
    return _WORK[0].do(portion, progress=lambda rows: None, block_rows=block_rows)


def workers_for(rows: int, *, cores: int) -> int:
    """As many as there are cores, no more than pay.

    >>> workers_for(100_000, cores=2), workers_for(10_000_000, cores=2), workers_for(3_200_000, cores=64)
    (1, 2, 3)
    """
    return max(1, min(cores, rows // WORTH_A_PROCESS))

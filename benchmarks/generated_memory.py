"""Synthetic measures against synthetic enterprises held in memory, counted by several processes.

    python benchmarks/generated_memory.py --measures 10000 --rows 1000000 --workers 2 --repeats 3

prints one line of JSON. Each process makes the same measures and its own share of the enterprises, works through
one block beforehand (patterns, tables of days, page faults), and waits; then all start together. A round lasts
from the first start to the last end. A verdict counts as done when its bitmap stands in memory and is counted.
"""

import argparse
import json
import multiprocessing
import random
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from generated_rules import PACK, generated_measures

from huiqi.matching.plan import Plan, make_plan
from huiqi.matching.tally import Tallier
from huiqi.measures.evaluate import evaluate
from huiqi.measures.types import Measure, Rulebook, VerdictKind
from huiqi.measures.vectors import Bits, unpack
from huiqi.packs.load import load_library
from huiqi.registry.sample import SAMPLE_COLUMNS, sample

HERE = Path(__file__).parent
BASE_PACK = "qingdao-2012-46"
AS_OF = date(2013, 6, 30)
REGION = "370200"
BLOCK_ROWS = 1 << 17
CHECKED_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Task:
    """What every process works on."""

    measures: int
    rows: int
    workers: int
    seed: int
    block_rows: int = BLOCK_ROWS


def generated(number: int, seed: int) -> tuple[list[Measure], Rulebook]:
    """The measures, and the facts they stand on: those of the pack of Qingdao 2012."""
    library, problems = load_library(HERE.parent / "packs", only=(BASE_PACK,))
    if problems:
        raise SystemExit("\n".join(str(problem) for problem in problems))
    rulebook = replace(library.rulebooks()[BASE_PACK], pack=PACK)
    return generated_measures(number, seed=seed, rulebook=rulebook), rulebook


def planned(number: int, seed: int) -> Plan:
    measures, rulebook = generated(number, seed)
    return make_plan(measures, rulebooks={PACK: rulebook}, columns=tuple(SAMPLE_COLUMNS), as_of=AS_OF)


def blocks_of(task: Task) -> list[pa.RecordBatch]:
    """The whole register in blocks; row i is the same for every number of rows."""
    table = pa.Table.from_batches(sample(task.rows, seed=task.seed, region=REGION, as_of=AS_OF))
    batches: list[pa.RecordBatch] = table.combine_chunks().to_batches(max_chunksize=task.block_rows)
    return batches


def worker(task: Task, number: int, pipe: Connection) -> None:
    """Get ready, say so, and run a round each time the other side says go."""
    began = time.perf_counter()
    plan = planned(task.measures, task.seed)
    tallier = Tallier(plan)
    ready = time.perf_counter() - began
    blocks = blocks_of(task)[number :: task.workers]
    tallier.run_block(blocks[0])
    atoms = {id(atom) for p in plan.measures for atom in p.conditions.atoms}
    pipe.send(
        {
            "ready": ready,
            "columns": len(plan.columns),
            "statements": len(atoms),
            "operations": tallier.program.steps / task.measures,
            "without_program": len(tallier.unfit),
        }
    )
    while pipe.recv():
        start, cpu = time.perf_counter(), time.process_time()
        tallies = [tallier.run_block(block) for block in blocks]
        end, cpu = time.perf_counter(), time.process_time() - cpu
        found = sum(tallies[1:], tallies[0])
        counts = [int(n.sum()) for n in (found.in_scope, found.entitled, found.open)]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        pipe.send({"start": start, "end": end, "cpu": cpu, "counts": counts, "peak_mib": peak})


def rounds_of(task: Task, repeats: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    spawned = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for number in range(task.workers):
        here, there = spawned.Pipe()
        process = spawned.Process(target=worker, args=(task, number, there))
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    about = [pipe.recv() for pipe in pipes]
    rounds = []
    for _ in range(repeats):
        for pipe in pipes:
            pipe.send(True)
        found = [pipe.recv() for pipe in pipes]
        rounds.append(
            {
                "seconds": max(f["end"] for f in found) - min(f["start"] for f in found),
                "cpu": sum(f["cpu"] for f in found),
                "peak_mib": sum(f["peak_mib"] for f in found),
                "counts": np.sum([f["counts"] for f in found], axis=0).tolist(),
            }
        )
    for pipe, process in zip(pipes, processes, strict=True):
        pipe.send(False)
        process.join()
    return about[0], rounds


def checked(task: Task, pairs: int) -> dict[str, int]:
    """Verdicts beside those of the interpreter: a random sample, half of it from pairs that are no plain "no"."""
    plan = planned(task.measures, task.seed)
    batch = blocks_of(replace(task, rows=CHECKED_ROWS))[0]
    tallier = Tallier(plan)
    dice = random.Random(task.seed)
    chosen = set(dice.sample(range(task.measures), min(task.measures, pairs // 10)))
    bitmaps: dict[int, tuple[Bits, Bits]] = {}

    def see(index: int, surely: Bits, maybe: Bits) -> None:
        if index in chosen:
            bitmaps[index] = surely.copy(), maybe.copy()

    tallier.run_block(batch, see)
    block = tallier.engine.block_of(batch)
    found = {"pairs": 0, "entitled": 0, "open": 0, "different": 0}
    for index, (surely, maybe) in bitmaps.items():
        compare(plan, index, (unpack(surely, block.rows), unpack(maybe, block.rows)), block, dice, found)
    return found


def compare(
    plan: Plan, index: int, told: Sequence[Any], block: Any, dice: random.Random, found: dict[str, int]
) -> None:
    """Ten parties of one measure."""
    surely, maybe = told
    measure = plan.measures[index]
    candidates = np.flatnonzero(maybe).tolist()
    rows = dice.sample(candidates, min(5, len(candidates)))
    rows += dice.sample(range(block.rows), 10 - len(rows))
    regions, roles = block.batch.column("region"), block.batch.column("roles")
    for row in rows:
        in_scope = "enterprise" in str(roles[row]).split(",")
        in_scope = in_scope and str(regions[row]).startswith(measure.measure.region)
        answer = False, False
        if in_scope:
            facts = block.row_facts(row, measure.facts)
            kind = evaluate(measure.measure, facts, rulebook=plan.rulebook, as_of=plan.as_of).kind
            answer = kind is VerdictKind.ELIGIBLE, kind is not VerdictKind.INELIGIBLE
        found["pairs"] += 1
        found["entitled"] += answer[0]
        found["open"] += answer[1] and not answer[0]
        found["different"] += answer != (bool(surely[row]), bool(maybe[row]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--measures", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", type=int, default=10_000, help="pairs held against the interpreter")
    parser.add_argument("--block-rows", type=int, default=BLOCK_ROWS)
    arguments = parser.parse_args()
    task = Task(arguments.measures, arguments.rows, arguments.workers, arguments.seed, arguments.block_rows)
    about, rounds = rounds_of(task, arguments.repeats)
    print(json.dumps({**about, "rounds": rounds, "checked": checked(task, arguments.check)}))


if __name__ == "__main__":
    main()

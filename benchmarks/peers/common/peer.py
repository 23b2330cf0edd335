"""What the peers share: the ten measures, the command line and the last line of the output."""

import argparse
import json
import time
from importlib.metadata import version
from pathlib import Path

MEASURES = tuple(json.loads((Path(__file__).parents[2] / "ten_measures.json").read_text("utf-8"))["measures"])
WITH_AMOUNT = (
    "cit-small-low-profit-20",
    "cit-hnte-15",
    "rd-expensed-extra-deduction",
    "rd-intangible-amortisation-150",
    "vat-threshold",
    "business-tax-threshold",
    "guarantor-risk-subsidy",
)
FEN_IN_YUAN = 100


def parse_arguments(about, *, variants=()):
    """The arguments that every peer takes; `--rows` is for engines that look at one party at a time."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--register", type=register_folder, required=True)
    parser.add_argument("--as-of", required=True, metavar="2013-06-30")
    parser.add_argument("--answers", type=Path, help="also write every answer to this Parquet file")
    parser.add_argument("--rows", type=int, help="only so many parties, the first of the register")
    if variants:
        parser.add_argument("--variant", choices=variants, required=True)
    return parser


def register_folder(text):
    folder = Path(text)
    if not (folder / "CURRENT").is_file():
        raise ValueError(f"{text} holds no register")
    return folder


def files_of(register):
    """The Parquet files of the register's current version."""
    current = register / (register / "CURRENT").read_text("utf-8").strip()
    return [str(path) for path in sorted(current.rglob("*.parquet"))]


def report(engine, *, packages, parties, began, totals):
    """Print the one line the benchmark reads; `totals`: measure → (eligible, unknown, yuan)."""
    seconds = time.perf_counter() - began
    line = {
        "engine": engine,
        "versions": {name: version(name) for name in packages},
        "parties": parties,
        "seconds": seconds,
        "measures": {
            measure: {"eligible": int(yes), "unknown": int(unknown), "amount": round(float(yuan), 2)}
            for measure, (yes, unknown, yuan) in totals.items()
        },
    }
    print(json.dumps(line))

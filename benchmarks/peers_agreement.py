"""Compare the peers' answers with huiqi's, pair by pair, and with the truth where we hid the facts ourselves.

    python benchmarks/peers_agreement.py stated --register DIR --findings DIR --answers polars=FILE zen=FILE
    python benchmarks/peers_agreement.py hidden --truth DIR --findings DIR --answers polars=FILE zen=FILE

`findings` is what `ten_measures.py` left, `answers` what the `run.sh --answers` of a peer wrote for the same
register (or for its first parties). An answer may be null: the engine says that it does not know. Prints one
line of JSON: engine → counts of `Agreement` or `Errors`, all measures together.
"""

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl
from compare_answers import DECIDED, pairs_of, yuan_in
from hidden_facts import NINE, Errors, errors, own_answers, peer_answers
from ten_measures import TEN

from huiqi.registry.snapshot import open_snapshot


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs of party and measure in scope, one engine's answers beside huiqi's. Money in yuan."""

    stated: int  # huiqi decides, and all facts of the measure are stated
    stated_alike: int  # … the engine says the same, and the same amount to the fen
    stated_answer_differs: int
    stated_amount_differs: int
    stated_left_open: int  # … the engine says it does not know
    settled: int  # huiqi decides although a fact is missing: no value of it could change the answer
    settled_alike: int
    settled_wrong: int
    settled_left_open: int
    open: int  # the answer cannot be known
    open_said_yes: int
    open_said_no: int
    open_left_open: int
    amounts_made_up: int  # entitled, a fact of the amount is missing, the engine names an amount
    known_amount: float  # amounts huiqi gives
    given_amount: float  # amounts the engine gives
    out_of_scope_said_yes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("command", choices=("stated", "hidden"))
    for name in ("--register", "--truth", "--findings"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--answers", nargs="+", type=named_file, required=True, metavar="ENGINE=FILE")
    arguments = parser.parse_args()
    answers = dict(arguments.answers)
    found: Mapping[str, Agreement | Errors]
    if arguments.command == "stated":
        found = {
            engine: agreement(arguments.register, arguments.findings, file)
            for engine, file in answers.items()
        }
    else:
        found = hidden(arguments.truth, arguments.findings, answers)
    print(json.dumps({engine: asdict(counts) for engine, counts in found.items()}))


def named_file(text: str) -> tuple[str, Path]:
    engine, _, file = text.partition("=")
    return engine, Path(file)


def agreement(register: Path, findings: Path, answers: Path) -> Agreement:
    """One engine, all ten measures."""
    parties = pl.scan_parquet(open_snapshot(register).files(), hive_partitioning=False)
    counts = [asdict(compared(pairs_of(m, parties, findings, answers))) for m in TEN]
    return Agreement(**{name: round(sum(c[name] for c in counts), 2) for name in counts[0]})


def compared(pairs: pl.DataFrame) -> Agreement:
    """One measure: `pairs` as `pairs_of` gives them, `peer` null where the engine does not know."""
    scope = pairs.filter(pl.col("verdict").is_not_null())
    decided = scope.filter(pl.col("verdict").is_in(DECIDED))
    same = pl.col("peer") == (pl.col("verdict") == "eligible")
    same_fen = ~pl.col("peer") | pl.col("fen").eq_missing(pl.col("peer_fen"))
    stated, settled = decided.filter("stated"), decided.filter(~pl.col("stated"))
    left_open = scope.filter(~pl.col("verdict").is_in(DECIDED))
    named = pl.col("fen").is_null() & pl.col("peer_fen").is_not_null()
    return Agreement(
        stated=stated.height,
        stated_alike=stated.filter(same & same_fen).height,
        stated_answer_differs=stated.filter(~same).height,
        stated_amount_differs=stated.filter(same & ~same_fen).height,
        stated_left_open=stated["peer"].null_count(),
        settled=settled.height,
        settled_alike=settled.filter(same).height,
        settled_wrong=settled.filter(~same).height,
        settled_left_open=settled["peer"].null_count(),
        open=left_open.height,
        open_said_yes=left_open.filter("peer").height,
        open_said_no=left_open.filter(~pl.col("peer")).height,
        open_left_open=left_open["peer"].null_count(),
        amounts_made_up=decided.filter(pl.col("peer") & same & named).height,
        known_amount=yuan_in(scope.filter(pl.col("verdict") == "eligible"), "fen"),
        given_amount=yuan_in(scope.filter("peer"), "peer_fen"),
        out_of_scope_said_yes=pairs.filter(pl.col("verdict").is_null() & pl.col("peer")).height,
    )


def hidden(truth: Path, findings: Path, answers: Mapping[str, Path]) -> dict[str, Errors]:
    """Every engine beside the truth, huiqi first."""
    result = {}
    for engine, file in {"huiqi": next(iter(answers.values())), **answers}.items():
        said = pl.read_parquet(file)
        result[engine] = errors(list(beside_truth(engine, said, truth, findings)))
    return result


def beside_truth(engine: str, said: pl.DataFrame, truth: Path, findings: Path) -> Iterable[pl.DataFrame]:
    parties = said.select("party")
    for measure in NINE:
        true = own_answers(measure, truth, parties).rename({"said": "true", "fen": "true_fen"})
        own = engine == "huiqi"
        found = own_answers(measure, findings, parties) if own else peer_answers(measure, said)
        yield true.drop_nulls("true").join(found, on="party")


if __name__ == "__main__":
    main()

"""What an engine gets wrong when facts are missing, measured against the truth: we hide the facts ourselves.

    python benchmarks/hidden_facts.py hide --register DIR --full DIR --hidden DIR
    python benchmarks/hidden_facts.py compare --truth DIR --findings DIR --answers FILE

`hide` keeps the parties of a register of whom every fact is stated (`full`), and hides facts at random, as
often as the register lacks them (`hidden`). `compare` takes huiqi's decided findings on `full` as the truth
(OpenFisca's answers there are the same, see `compare_answers.py`), sets huiqi's findings and OpenFisca's
answers on `hidden` against it, and prints one line of JSON. Nine measures: the facts of the tenth are stated
of guarantors alone.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from compare_answers import findings_of, in_fen
from ten_measures import TEN, facts_of

from huiqi.registry.publish import SnapshotWriter
from huiqi.registry.snapshot import Snapshot, open_snapshot

SEED = 46
NINE = tuple(measure for measure in TEN if not measure.startswith("guarantor"))
HIDDEN_FACTS = tuple(dict.fromkeys(fact for measure in NINE for fact in facts_of(measure)))
COLUMNS = (*HIDDEN_FACTS, *facts_of("guarantor-risk-subsidy"))


@dataclass(frozen=True, slots=True)
class Errors:
    """All nine measures together: answers about the hidden register beside the truth. Money in yuan."""

    pairs: int  # parties × measures, of those whose truth is known
    true_yes: int
    said_yes: int
    wrong_yes: int  # said entitled, is not
    wrong_no: int  # said not entitled, is
    not_said: int  # named as open
    true_amount: float
    too_much: float  # amounts beyond the true ones, added up
    too_little: float  # where an amount was given, or an entitlement denied


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    hiding, comparing = commands.add_parser("hide"), commands.add_parser("compare")
    for name in ("--register", "--full", "--hidden"):
        hiding.add_argument(name, type=Path, required=True)
    for name in ("--truth", "--findings", "--answers"):
        comparing.add_argument(name, type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.command == "hide":
        kept = hide(open_snapshot(arguments.register), arguments.full, arguments.hidden)
        print(json.dumps({"parties": kept}))
        return
    answers = pl.read_parquet(arguments.answers)
    parties = answers.select("party")
    result = {}
    for engine in ("OpenFisca-core", "huiqi"):
        pairs = []
        for measure in NINE:
            truth = own_answers(measure, arguments.truth, parties).rename({"said": "true", "fen": "true_fen"})
            if engine == "huiqi":
                said = own_answers(measure, arguments.findings, parties)
            else:
                said = peer_answers(measure, answers)
            pairs.append(truth.drop_nulls("true").join(said, on="party"))
        result[engine] = errors(pairs)
    print(json.dumps({engine: asdict(found) for engine, found in result.items()}))


def hide(register: Snapshot, full: Path, hidden: Path) -> int:
    """Write the two registers; returns how many parties they hold."""
    columns = {name: register.columns[name] for name in COLUMNS}
    names = ["code", "name", "region", "roles", *columns]
    batches = list(register.batches(columns=names))
    lacking = {name: lacking_share(batches, name) for name in HIDDEN_FACTS}
    stated = [batch for batch in map(with_all_facts, batches) if batch.num_rows]
    random = np.random.default_rng(SEED)
    hidden_batches = [with_gaps(batch, lacking, random) for batch in stated]
    for folder, rows in ((full, stated), (hidden, hidden_batches)):
        source = f"{register.manifest.source}, {folder.name}"
        with SnapshotWriter(
            folder, columns=columns, source=source, as_of=register.manifest.as_of, synthetic=True
        ) as writer:
            for batch in rows:
                writer.add(batch)
            writer.publish()
    return sum(batch.num_rows for batch in stated)


def lacking_share(batches: list[pa.RecordBatch], name: str) -> float:
    return float(sum(b[name].null_count for b in batches) / sum(b.num_rows for b in batches))


def with_all_facts(batch: pa.RecordBatch) -> pa.RecordBatch:
    known = np.ones(batch.num_rows, np.bool_)
    for name in HIDDEN_FACTS:
        known &= pc.is_valid(batch[name]).to_numpy(zero_copy_only=False)
    return batch.filter(pa.array(known))


def with_gaps(
    batch: pa.RecordBatch, lacking: dict[str, float], random: np.random.Generator
) -> pa.RecordBatch:
    arrays = []
    for field, array in zip(batch.schema, batch.columns, strict=True):
        if field.name in lacking:
            gone = pa.array(random.random(batch.num_rows) < lacking[field.name])
            array = pc.if_else(gone, pa.scalar(None, array.type), array)
        arrays.append(array)
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def own_answers(measure: str, findings: Path, parties: pl.DataFrame) -> pl.DataFrame:
    """party · said (null: named as open) · fen, one row a party; what huiqi did not find is a plain no."""
    verdict = pl.col("verdict").fill_null("ineligible")
    said = pl.when(verdict == "eligible").then(True).when(verdict == "ineligible").then(False).otherwise(None)
    found = findings_of(measure, findings).collect()
    return parties.join(found, on="party", how="left").select("party", said.alias("said"), "fen")


def peer_answers(measure: str, answers: pl.DataFrame) -> pl.DataFrame:
    """The same of OpenFisca, which always says yes or no."""
    amount = f"{measure}:amount"
    fen = in_fen(pl.col(amount)) if amount in answers.columns else pl.lit(None, pl.Int64)
    return answers.select("party", pl.col(f"{measure}:eligible").alias("said"), fen.alias("fen"))


def errors(measures: list[pl.DataFrame]) -> Errors:
    pairs = pl.concat(frame.select("true", "true_fen", "said", "fen") for frame in measures)
    owed = pl.when("true").then("true_fen").otherwise(0).fill_null(0)
    given = pl.when("said").then("fen").otherwise(0)
    answered = pairs.filter(pl.col("said").is_not_null()).with_columns((given - owed).alias("beyond"))
    return Errors(
        pairs=pairs.height,
        true_yes=pairs.filter("true").height,
        said_yes=pairs.filter("said").height,
        wrong_yes=pairs.filter(pl.col("said"), ~pl.col("true")).height,
        wrong_no=pairs.filter(~pl.col("said"), pl.col("true")).height,
        not_said=pairs["said"].null_count(),
        true_amount=yuan(pairs.select(owed).to_series()),
        too_much=yuan(answered["beyond"].filter(answered["beyond"] > 0)),
        too_little=yuan(-answered["beyond"].filter(answered["beyond"] < 0)),
    )


def yuan(fen: pl.Series) -> float:
    return round(float(fen.sum() or 0) / 100, 2)


if __name__ == "__main__":
    main()

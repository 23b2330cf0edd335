"""Read a delivery: the good rows become a register of their own beside it, the others a file to mend, with a report."""

import shutil
from collections.abc import Callable
from datetime import datetime

from huiqi.holdings.current import library, register
from huiqi.intakes.actions import end_reading
from huiqi.intakes.models import Intake
from huiqi.intakes.places import place_of
from huiqi.intakes.report import report_json
from huiqi.intakes.types import Way
from huiqi.matching.register_quality import quality_of, write_quality
from huiqi.packs.register_columns import column_of, kinds_of_parties
from huiqi.registry.amend import Delivery, effect_of, rows_outside
from huiqi.registry.import_table import Outcome, TableFile, import_tables
from huiqi.registry.mapping import TableMapping
from huiqi.registry.snapshot import open_snapshot

Progress = Callable[[int], None]


def read_intake(intake: Intake, *, by: str, at: datetime, progress: Progress = lambda rows: None) -> None:
    """Nothing of the register changes. `progress` is told of rows read since the last call."""
    place = place_of(intake)
    kinds = kinds_of_parties(library())
    said = {"source": intake.source, "as_of": intake.as_of, "synthetic": intake.synthetic}
    shutil.rmtree(place.register, ignore_errors=True)
    report, problems = import_tables(
        [TableFile(place.table, TableMapping.model_validate({**intake.mapping, **said}))],
        columns={name: column_of(kind) for name, kind in kinds.items()},
        outcome=Outcome(place.register, place.rejects, mistakes=place.quality / "rejected-cells.parquet"),
        as_of=intake.as_of,
        progress=progress,
    )
    if report is None:
        end_reading(intake, {}, [p.message for p in problems], by=by, at=at)
        return
    snapshot = open_snapshot(place.register)
    quality, problems = quality_of(snapshot, report, kinds)
    write_quality(place.quality, quality)
    effect = effect_of(delivery_of(intake), register())
    told = report_json(quality, effect, outside=rows_outside(snapshot, intake.region))
    end_reading(intake, told, [p.message for p in problems], by=by, at=at)


def delivery_of(intake: Intake) -> Delivery:
    """What was read of it, as the register takes it."""
    return Delivery(
        open_snapshot(place_of(intake).register), intake.region, replaces=intake.way == Way.REPLACE
    )

"""A synthetic register (合成名录): made-up parties of any number, the same for the same seed, in batches.

No party in it exists. The names say so (合成企业000123), the codes lie in a series not known to be given out, and a
snapshot made of it carries `synthetic` in its manifest. The assumptions are in `synthetic/tables.py` and
docs/registry.md: they are ours, round, and describe no real city. Never read a count from it as a fact about
enterprises.
"""

import zlib
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.registry.schema import ARROW_TYPES, WORDS, arrow_schema
from huiqi.registry.synthetic.codes import synthetic_codes
from huiqi.registry.synthetic.districts import districts_of, weight_of
from huiqi.registry.synthetic.recipes import draw_column, has_recipe
from huiqi.registry.synthetic.tables import FACT_RULES
from huiqi.registry.synthetic.world import ROLE_WORDS, World, draw_world
from huiqi.registry.types import Columns

BLOCK_ROWS = 65_536

SAMPLE_COLUMNS: Columns = {name: rule.column for name, rule in FACT_RULES.items()}
"""The facts the generator knows."""

SAMPLE_SOURCE = "合成数据 synthetic (huiqi sample, seed {seed})"
NAMES = ("合成企业", "合成个体户", "合成银行", "合成担保", "合成小贷", "合成中介", "合成平台", "合成孵化器")


def sample(
    rows: int, *, seed: int, region: str, as_of: date, columns: Columns = SAMPLE_COLUMNS
) -> Iterator[pa.RecordBatch]:
    """`rows` made-up parties with the columns of `arrow_schema(columns)`, at most 65,536 in a batch.

    Row i is the same for every number of rows, and a column is the same whatever the other columns are. A
    column the generator has no assumption for is left unknown throughout. Raises ValueError for a region
    without districts.
    """
    districts = districts_of(region, day=as_of)
    for block, start in enumerate(range(0, rows, BLOCK_ROWS)):
        yield _block(block, min(BLOCK_ROWS, rows - start), seed, districts, as_of, columns)


def columns_without_recipe(columns: Columns) -> list[str]:
    """Names of the columns that `sample` leaves unknown throughout."""
    return [column.name for column in columns.values() if not has_recipe(column)]


def _block(
    block: int, rows: int, seed: int, districts: Sequence[str], as_of: date, columns: Columns
) -> pa.RecordBatch:
    in_qingdao = districts[0].startswith("3702")
    world = draw_world(BLOCK_ROWS, _generator(seed, block, "world"), in_qingdao=in_qingdao)
    arrays = _system_arrays(block, rows, world, _generator(seed, block, "district"), districts)
    for column in columns.values():
        if has_recipe(column):
            rule = FACT_RULES[column.name]
            arrays.append(draw_column(rule, world, _generator(seed, block, column.name), as_of, rows))
        else:
            arrays.append(pa.nulls(rows, ARROW_TYPES[column.type]))
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(columns))


def _system_arrays(
    block: int, rows: int, world: World, rng: np.random.Generator, districts: Sequence[str]
) -> list[pa.Array]:
    weights = np.cumsum([weight_of(d) for d in districts])
    draws = rng.random(BLOCK_ROWS)[:rows] * weights[-1]
    district = np.searchsorted(weights, draws, side="right").clip(max=len(districts) - 1)
    serials = np.arange(1, rows + 1) + block * BLOCK_ROWS
    role = world.role[:rows]
    codes = synthetic_codes(serials, world.is_individual[:rows], districts, district)
    numbers = pc.utf8_lpad(pc.cast(pa.array(serials), pa.string()), 6, "0")
    kinds = pa.array(NAMES).take(pa.array(role))
    return [
        pa.array(codes).cast(pa.string()),
        pc.binary_join_element_wise(kinds, numbers, ""),
        pa.array(districts).take(pa.array(district)),
        pa.DictionaryArray.from_arrays(pa.array(role.astype(np.int32)), pa.array(ROLE_WORDS)).cast(WORDS),
    ]


def _generator(seed: int, block: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, block, zlib.crc32(name.encode())])

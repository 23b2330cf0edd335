"""Where parties belong: industry, size class and place, for the distribution of what a draft changes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from stdnum import numdb

from huiqi.base.bilingual import Bilingual
from huiqi.matching.engine import Engine
from huiqi.matching.plan import make_plan
from huiqi.matching.simulate.sums import Sorted
from huiqi.measures.expressions import Compare, Constant, Type
from huiqi.measures.types import Award, Condition, FactKind, Measure, Period, Rulebook, VerdictKind

INDUSTRY: Final = "industry"
SIZE: Final = "size"
CITY: Final = "city"
PROVINCE: Final = "province"
SIZE_FACT: Final = "size_class"
INDUSTRY_COLUMNS: Final = ("industry_code", "industry_sector")
"""The industry is the section of GB/T 4754 where the register has codes, else the sector it states."""

UNKNOWN: Final = Bilingual("不详", "not known")
SECTIONS: Final[Mapping[str, Bilingual]] = {
    "A": Bilingual("农、林、牧、渔业", "agriculture, forestry and fishing"),
    "B": Bilingual("采矿业", "mining"),
    "C": Bilingual("制造业", "manufacturing"),
    "D": Bilingual("电力、热力、燃气及水", "electricity, heat, gas and water"),
    "E": Bilingual("建筑业", "construction"),
    "F": Bilingual("批发和零售业", "wholesale and retail"),
    "G": Bilingual("交通运输、仓储和邮政业", "transport, storage and post"),
    "H": Bilingual("住宿和餐饮业", "lodging and catering"),
    "I": Bilingual("信息传输、软件和信息技术", "information, software and IT"),
    "J": Bilingual("金融业", "finance"),
    "K": Bilingual("房地产业", "real estate"),
    "L": Bilingual("租赁和商务服务业", "leasing and business services"),
    "M": Bilingual("科学研究和技术服务业", "research and technical services"),
    "N": Bilingual("水利、环境和公共设施", "water, environment and public facilities"),
    "O": Bilingual("居民服务、修理和其他服务", "household, repair and other services"),
    "P": Bilingual("教育", "education"),
    "Q": Bilingual("卫生和社会工作", "health and social work"),
    "R": Bilingual("文化、体育和娱乐业", "culture, sport and entertainment"),
    "S": Bilingual("公共管理和社会组织", "public administration"),
    "T": Bilingual("国际组织", "international organisations"),
}
SECTORS: Final[Mapping[str, Bilingual]] = {
    "industrial": Bilingual("工业企业", "industrial enterprise"),
    "other": Bilingual("其他企业", "other enterprise"),
}
SIZE_LABELS: Final[Mapping[str, Bilingual]] = {
    "large": Bilingual("大型", "large"),
    "medium": Bilingual("中型", "medium"),
    "small": Bilingual("小型", "small"),
    "micro": Bilingual("微型", "micro"),
}


class Places:
    """Sorts the parties of a block. The size class is derived on the day, by the rules of `pack`."""

    def __init__(
        self, rulebooks: Mapping[str, Rulebook], pack: str | None, *, columns: tuple[str, ...], as_of: date
    ) -> None:
        self.industry = next((name for name in INDUSTRY_COLUMNS if name in columns), None)
        kind = rulebooks[pack].kinds[SIZE_FACT] if pack is not None else None
        self.sizes = kind.domain.values if kind is not None else ()
        self.engine: Engine | None = None
        self.size_columns: tuple[str, ...] = ()
        if kind is not None and pack is not None:
            plan = make_plan(size_questions(kind, pack), rulebooks=rulebooks, columns=columns, as_of=as_of)
            self.engine, self.size_columns = Engine(plan), plan.columns

    @property
    def columns(self) -> tuple[str, ...]:
        """The facts it reads."""
        return (*self.size_columns, *([self.industry] if self.industry else ()))

    def of(self, batch: pa.RecordBatch, rows: npt.NDArray[np.intp]) -> dict[str, Sorted]:
        """The dimensions of the parties in these rows."""
        chosen = batch.take(pa.array(rows))
        found = {CITY: sorted_by(chosen.column("region"), 4)}
        if self.industry is not None:
            first = 1 if self.industry == "industry_code" else None
            found[INDUSTRY] = sorted_by(chosen.column(self.industry), first)
        if self.engine is not None:
            found[SIZE] = self.by_size(chosen)
        return found

    def by_size(self, chosen: pa.RecordBatch) -> Sorted:
        assert self.engine is not None
        names = ("code", "region", *dict.fromkeys(self.size_columns))
        columns = {name: chosen.column(name) for name in names}
        everyone = pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(chosen.num_rows, np.int32)), pa.array(["enterprise"])
        )
        batch = pa.RecordBatch.from_pydict({**columns, "roles": everyone})
        codes = np.full(chosen.num_rows, len(self.sizes), np.int64)
        for result in self.engine.run((batch,)):
            for finding in result.findings:
                if finding.kind is VerdictKind.ELIGIBLE:
                    codes[finding.rows] = finding.measure
        return Sorted(codes, (*self.sizes, ""))


def size_questions(kind: FactKind, pack: str) -> list[Measure]:
    """One question for each size class, for whoever is in the block."""
    blank = Measure(
        id="size", pack=pack, title=kind.label, clause="", audience="enterprise", computable="eligibility_only",
        conditions=(), award=Award("other", None), period=Period(),
    )  # fmt: skip
    return [
        replace(
            blank,
            id=f"size {value}",
            conditions=(Condition("size", Compare("=", kind.reference, Constant(value, Type.TEXT)), ""),),
        )
        for value in kind.domain.values
    ]


def sorted_by(column: pa.Array, first: int | None) -> Sorted:
    """By the first signs of a text (all of it without a number); what is not known comes last."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    texts = [(text or "")[:first] for text in column.dictionary.to_pylist()]
    if first == 1:
        texts = [text if text in SECTIONS else "" for text in texts]
    labels = tuple(sorted({*texts, ""} - {""})) + ("",)
    table = np.array([labels.index(text) for text in texts] + [len(labels) - 1], np.int64)
    codes = column.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return Sorted(table[codes], labels)


def label_of(dimension: str, code: str) -> Bilingual:
    """What people call a cell."""
    if dimension in (CITY, PROVINCE):
        return place_name(code) if code else UNKNOWN
    known = {INDUSTRY: {**SECTIONS, **SECTORS}, SIZE: SIZE_LABELS}[dimension]
    found = known.get(code, UNKNOWN)
    return Bilingual(f"{code} {found.zh}", f"{code} {found.en}") if code in SECTIONS else found


def place_name(code: str) -> Bilingual:
    """The name of a province (two digits) or a city (four) in the table of GB/T 2260 codes.

    >>> place_name("3702").zh, place_name("63").zh
    ('青岛市', '青海省')
    """
    names: dict[str, str] = {}
    for _, properties in numdb.get("cn/loc").info(code.ljust(6, "0")):
        names |= properties
    province = names.get("province", code)
    name = names.get("county", "") if len(code) > 2 else province
    if len(code) > 2 and ("[" in name or not name.endswith(("市", "州", "区", "盟"))):
        name = name.rpartition("]")[2] or f"{province}{code}"
    if name in ("市辖区", "县"):
        name = f"{province}{name}"
    return Bilingual(name, code)

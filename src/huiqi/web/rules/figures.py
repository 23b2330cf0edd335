"""The figures of a simulation in the form pages and tables show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from huiqi.base.bilingual import Bilingual
from huiqi.matching.simulate.types import FATES
from huiqi.revisions.models import Revision

DIMENSIONS: Final = {
    "size": Bilingual("企业规模", "Size"),
    "industry": Bilingual("行业", "Industry"),
    "province": Bilingual("省份", "Province"),
    "city": Bilingual("地市", "City"),
}
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CellRow:
    """One group of parties: what happens to it under the revised measure, and its cost."""

    label: Bilingual
    fates: Mapping[str, int | None]
    cost: Json | None


@dataclass(frozen=True, slots=True)
class Table:
    dimension: str
    title: Bilingual
    rows: list[CellRow]


def shown(revision: Revision, found: Json) -> dict[str, Any]:
    """The parts of a simulation the page shows."""
    own = next((m for m in found["measures"] if m["measure"] == revision.key), None)
    return {
        "figures": found,
        "own": own,
        "others": [m for m in found["measures"] if m["measure"] != revision.key],
        "tables": tables_of(revision, found),
        "near": [near for near in found["near"] if near["measure"] == revision.key and has_any(near)],
        "own_row": [own["fates"][fate.name.lower()] for fate in FATES] if own else [],
        "fates": [(fate.name.lower(), label) for fate, label in FATES.items()],
    }


def has_any(near: Json) -> bool:
    return any(band["parties"] for band in near["bands"]) or bool(near["other"]) or bool(near["open"])


def tables_of(revision: Revision, found: Json) -> list[Table]:
    return [
        Table(name, title, [cell_row(cell, revision.key) for cell in found["cells"].get(name, ())])
        for name, title in DIMENSIONS.items()
        if found["cells"].get(name)
    ]


def cell_row(cell: Json, key: str) -> CellRow:
    label = Bilingual(cell["label"]["zh"] or "不详", cell["label"]["en"] or "not known")
    return CellRow(label, cell["measures"].get(key, {}), cell["cost"])

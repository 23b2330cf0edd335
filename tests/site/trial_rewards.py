"""A synthetic document of a city that rewards firms: without a claim, after publication, and by prepared claims."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from huiqi.holdings import current
from huiqi.packs.load import load_library
from huiqi.packs.types import Library

PACK = "trial-rewards"
SMALL = f"{PACK}/small-reward"  # once, 2,000 yuan
YEARLY = f"{PACK}/yearly-reward"  # by the year, published for two working days
HIRING = f"{PACK}/hiring-reward"  # a claim fact is missing
JUDGED = f"{PACK}/judged-reward"  # a person judges
REWARD, PUBLISHED, ASKED, RELIEF = (
    f"{PACK}/{name}" for name in ("reward", "published-reward", "asked-reward", "relief")
)
FUND = f"{PACK}/rewards"
SOURCE = Path(__file__).resolve().parents[2] / "packs"


def said(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def measure(name: str, when: str, amount: str, **award: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": {"zh": f"试验奖励{name}", "en": f"trial reward {name}"},
        "clause": "c1",
        "audience": "enterprise",
        "computable": "full",
        "conditions": [{"id": "fits", "when": when, "clause": "c1"}],
        "award": {
            "kind": "reward",
            "unit": "CNY",
            "amount": amount,
            "value": amount,
            "if_not": "zero",
            **award,
        },
        "decided_by": ["市经济信息化委"],
    }


def claim(name: str, of: str, lanes: list[str], **more: Any) -> dict[str, Any]:
    desks = {"handled_by": ["市经济信息化委"], "paid_by": ["市财政局"]}
    return {
        "id": name,
        "extends": "claim",
        "title": {"zh": f"试验奖励兑付{name}", "en": f"trial reward {name}"},
        "clauses": ["c1"],
        "with": {"fund": "rewards", "measures": [of], "lanes": lanes, **desks, **more},
    }


def files(*, once: bool, caps: list[dict[str, Any]], exclusive: list[list[str]]) -> dict[str, Any]:
    measures = [
        measure("small-reward", "operating_revenue > 0", "2000"),
        measure(
            "yearly-reward",
            "operating_revenue > 500万",
            "operating_revenue * 1%",
            per={"zh": "年", "en": "year"},
        ),
        measure("hiring-reward", "operating_revenue > 0 and hired > 0", "hired * 1000"),
        measure("judged-reward", "operating_revenue > 0 and is_model", "5000"),
        measure("relief", "operating_revenue > 0", "100", kind="exemption"),
    ]
    two_days = {"n": 2, "unit": "working_days"}
    relief = claim("relief", "relief", ["automatic", "claim"])
    relief |= {
        "extends": "relief",
        "with": {"measures": ["relief"], "lanes": ["automatic"], "handled_by": ["市经济信息化委"]},
    }
    return {
        "pack.yaml": {
            "id": PACK, "version": "1.0.0", "title": said("合成奖励办法"), "issuer": "合成市人民政府",
            "level": "city", "jurisdiction": {**said("合成市"), "region": "3702"}, "signed": "2013-01-01",
            "in_force": {"from": "2013-01-01", "until": None}, "requires": ["cn-common"],
        },
        "clauses.yaml": [{"id": "c1", "label": "一", "kinds": ["entitlement"], "summary": said("合成条款")}],
        "facts.yaml": {
            "hired": {"type": "int", "zh": "招用人数", "en": "persons hired", "about": "claim", "min": 0},
            "is_model": {"type": "bool", "zh": "示范作用突出", "en": "is a model", "judged": True},
        },
        "cases.yaml": [
            claim("reward", "small-reward", ["automatic", "claim"]),
            claim("published-reward", "yearly-reward", ["automatic"], publication_days=two_days),
            {**claim("asked-reward", "hiring-reward", ["prepared", "claim"]),
             "with": {**claim("", "", [])["with"], "measures": ["hiring-reward", "judged-reward"],
                      "lanes": ["prepared", "claim"]}},
            relief,
        ],
        "funds.yaml": [
            {
                "id": "rewards", "extends": "grants", "title": said("合成奖励资金"), "clauses": ["c1"],
                "with": {
                    "manager": ["市经济信息化委"], "payer": ["市财政局"],
                    "measures": [m["id"] for m in measures if m["id"] != "relief"],
                    "sources": [{"by": "市财政局"}], "once": once, "caps": caps,
                    "exclusive": exclusive,
                },
            }
        ],
        **{f"measures/{m['id']}.yaml": m for m in measures},
    }  # fmt: skip


def write_trial(
    folder: Path,
    *,
    once: bool = False,
    caps: list[dict[str, Any]] | None = None,
    exclusive: list[list[str]] | None = None,
) -> None:
    root = folder / PACK
    for path, content in files(once=once, caps=caps or [], exclusive=exclusive or []).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    if not (folder / "cn-common").exists():
        (folder / "cn-common").symlink_to(SOURCE / "cn-common")


def trial_library(folder: Path, *, alone: bool = False, **rules: Any) -> Library:
    """The packs of the repository with the synthetic one; or that one alone with what it needs."""
    write_trial(folder, **rules)
    library, problems = load_library(folder, only=(PACK,))
    assert not problems, [str(p) for p in problems]
    if alone:
        return library
    return Library({**current.repository_library().packs, PACK: library.packs[PACK]})


@contextmanager
def in_force(library: Library) -> Iterator[None]:
    """The site stands on these packs meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current._KEPT, "repository", library)
        patch.setattr(current._KEPT, "library", None)
        current.measures_on.cache_clear()
        yield
    current.measures_on.cache_clear()

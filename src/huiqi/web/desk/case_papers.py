"""The materials of a case as the page shows them: what was given how, and what the office still fetches."""

from collections.abc import Iterator
from dataclasses import dataclass

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, Way
from huiqi.casework.models import Case, Paper
from huiqi.packs.wording import WAYS
from huiqi.procedures.case_rules import CaseFacts

GIVEN_WAYS = {
    Way.UPLOAD: Bilingual("已上传", "uploaded"),
    Way.DATA_SHARE: Bilingual("已通过数据共享核验", "fetched by data share"),
    Way.PLEDGE: Bilingual("已告知承诺", "pledged"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """One paper that was handed in."""

    paper: Paper
    way: Bilingual


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A declared material, or the proof of a step."""

    id: str
    title: Bilingual
    required: bool
    applies: bool | None
    ways: tuple[Bilingual, ...]
    shared_by: tuple[str, ...]
    given: tuple[Given, ...]
    may_verify: bool
    is_missing: bool


def papers_shown(case: Case, facts: CaseFacts, *, works: bool) -> list[PaperShown]:
    """Declared materials in their order, then what was handed over as proof of steps."""
    handed: dict[str, list[Given]] = {}
    for paper in case.papers.filter(withdrawn_at=None).order_by("pk"):
        handed.setdefault(paper.material, []).append(Given(paper, GIVEN_WAYS[Way(paper.way)]))
    found = []
    for one in facts.papers:
        material = one.material
        found.append(
            PaperShown(
                material.id,
                material.title,
                material.required,
                one.holds,
                tuple(WAYS[way] for way in Way if way in material.ways),
                material.shared_by,
                tuple(handed.pop(material.id, ())),
                works and one.is_shared and not one.given and one.holds is not False,
                one.is_missing or one.is_to_be_fetched,
            )
        )
    return [*found, *proofs_shown(handed, facts.rules.case_type)]


def proofs_shown(handed: dict[str, list[Given]], case_type: CaseType) -> Iterator[PaperShown]:
    for name, given in handed.items():
        step = case_type.steps.get(name.removeprefix("proof:"))
        title = step.title if step is not None else Bilingual(name, name)
        proof = Bilingual(f"“{title.zh}”的证明材料", f"proof of: {title.en}")
        yield PaperShown(name, proof, False, True, (), (), tuple(given), False, False)

"""Which papers a case needs: uploaded by the applicant, fetched by the office, or replaced by a pledge (告知承诺)."""

from collections.abc import Mapping
from dataclasses import dataclass

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, Material, Way
from huiqi.cases.wanted import Ground


@dataclass(frozen=True, slots=True)
class Paper:
    """A material as it stands in one case."""

    material: Material
    holds: bool | None  # is it asked under what is answered so far? None while that is open
    given: frozenset[Way]  # how it was given, of the ways that are allowed

    @property
    def is_shared(self) -> bool:
        """Does the office fetch it, so that the applicant need not give it?"""
        return Way.DATA_SHARE in self.material.ways

    @property
    def is_missing(self) -> bool:
        """Must the applicant still give it?"""
        return self.material.required and self.holds is True and not self.given and not self.is_shared

    @property
    def is_to_be_fetched(self) -> bool:
        """Must the office still fetch it?"""
        return self.material.required and self.holds is True and not self.given and self.is_shared


def papers_of(case_type: CaseType, ground: Ground, given: Mapping[str, frozenset[Way]]) -> tuple[Paper, ...]:
    """Every material with how it stands; `ground` is that of the form, `given` by material."""
    return tuple(
        Paper(material, ground.outcome(material.when), given.get(material.id, frozenset()) & material.ways)
        for material in case_type.materials
    )


def missing_papers(papers: tuple[Paper, ...]) -> dict[str, Bilingual]:
    """What the applicant must still give, by material."""
    return {paper.material.id: wanting(paper.material) for paper in papers if paper.is_missing}


def wanting(material: Material) -> Bilingual:
    title = material.title
    if Way.PLEDGE in material.ways:
        return Bilingual(f"请上传或承诺：{title.zh}", f"please upload, or pledge: {title.en}")
    return Bilingual(f"请上传：{title.zh}", f"please upload: {title.en}")


def are_complete(papers: tuple[Paper, ...]) -> bool:
    """Is every required material there, those that the office fetches included (`materials_complete`)?"""
    return not any(paper.is_missing or paper.is_to_be_fetched for paper in papers)

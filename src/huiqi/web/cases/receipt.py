"""The receipt of a case (回执) as PDF, to be kept and handed on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable, Spacer  # type: ignore[import-untyped]

from huiqi.base.bilingual import Bilingual
from huiqi.measures.words import Language
from huiqi.web.cases.fields import Shown
from huiqi.web.cases.papers import PaperShown
from huiqi.web.cases.standing import Coming, Time
from huiqi.web.shared.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything the receipt says."""

    number: str
    title: Bilingual
    applicant: Bilingual
    sent_on: date
    authorities: tuple[str, ...]
    document: str
    state: Bilingual
    coming: Sequence[Coming]
    times: Sequence[Time]
    sections: Sequence[Shown]
    papers: Sequence[PaperShown]
    made_on: date
    is_synthetic: bool


def receipt_pdf(receipt: Receipt, *, language: Language) -> bytes:
    page = _Page(language)
    return page.pdf(f"{page.say('回执', 'Receipt')} {receipt.number}", page.parts(receipt))


class _Page(Sheet):
    said_at_the_foot = Bilingual(
        "凭编号查询进展。办理不收费，请勿委托中介。",
        "Follow the case by its number. It costs nothing: no intermediary is needed.",
    )

    def parts(self, receipt: Receipt) -> Iterator[Flowable]:
        yield self.text(self.say("回执", "Receipt"), self.title)
        yield self.text(receipt.number, self.sum)
        yield self.pairs(self.about(receipt))
        yield self.text(self.say("接下来", "What happens next"), self.heading)
        yield from (self.text(self.next(c)) for c in receipt.coming)
        yield from (self.text(self.clock(t), self.small) for t in receipt.times)
        for section in receipt.sections:
            yield self.text(self.pick(section.name), self.heading)
            yield self.pairs((self.pick(f.label), self.pick(f.words)) for f in section.fields if f.words)
        if receipt.papers:
            yield self.text(self.say("材料", "Papers"), self.heading)
            yield self.pairs((self.pick(p.title), self.paper(p)) for p in receipt.papers)
        yield Spacer(1, 8)

    def about(self, receipt: Receipt) -> Iterator[tuple[str, str]]:
        yield self.say("事项", "Matter"), self.pick(receipt.title)
        yield self.say("申请人", "Applicant"), self.pick(receipt.applicant)
        yield self.say("提交日期", "Sent on"), self.when(receipt.sent_on)
        yield self.say("办理部门", "Handled by"), "、".join(receipt.authorities) or "—"
        yield self.say("依据", "By"), receipt.document
        yield self.say("当前状态", "Stands at"), self.pick(receipt.state)
        synthetic = self.say("（合成数据）", " (synthetic data)") if receipt.is_synthetic else ""
        yield self.say("出具日期", "Made on"), self.when(receipt.made_on) + synthetic

    def next(self, coming: Coming) -> str:
        steps = self.say("、", ", ").join(self.pick(step) for step in coming.steps)
        names = "、".join(coming.names)
        return f"{self.pick(coming.who)} {names}{self.say('：', ': ')}{steps}"

    def clock(self, time: Time) -> str:
        reading = time.reading
        said = [self.pick(reading.clock.title), self.pick(time.colour)]
        for name, due in (
            (self.say("法定至", "by law until "), reading.legal_due),
            (self.say("承诺至", "promised until "), reading.promised_due),
        ):
            if due is not None:
                said.append(name + self.when(due))
        return " · ".join(said)

    def paper(self, paper: PaperShown) -> str:
        if paper.given is not None and paper.given.seal:
            return paper.given.name
        if paper.given is not None:
            return self.say("已承诺或已获取", "promised, or fetched")
        if paper.is_shared:
            return self.say("由部门共享获取", "fetched by the office")
        return self.say("未提交", "not given")

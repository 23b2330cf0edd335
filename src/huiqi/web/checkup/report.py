"""The report of a check-up (政策体检报告) as PDF, for the desk of whoever decides in the firm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    Flowable,
    KeepTogether,
    Spacer,
    Table,
    TableStyle,
)

from huiqi.base.bilingual import Bilingual
from huiqi.measures.types import VerdictKind
from huiqi.measures.words import Language, money_words
from huiqi.web.checkup.rows import APART, Choice, Group, Reason, Row, Together
from huiqi.web.shared.sheet import ACCENT, LINE, WASH, WIDTH, Sheet, lined

COLOURS: Final = {
    VerdictKind.ELIGIBLE: HexColor("#1b6b3a"),
    VerdictKind.CLAIMABLE: ACCENT,
    VerdictKind.REVIEW: HexColor("#7a5200"),
    VerdictKind.UNKNOWN: HexColor("#7a5200"),
    VerdictKind.INELIGIBLE: HexColor("#8f2318"),
}
COLUMNS: Final = (0.32, 0.44, 0.24)  # measure, what it comes to, clause


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the report says."""

    day: date
    made_on: date
    place: Bilingual
    parties: Sequence[Bilingual]
    code: str
    link: str
    kept_days: int
    is_open: bool  # questions are left
    groups: Sequence[Group]
    together: Together
    told: Sequence[Bilingual]


def report_pdf(report: Report, *, language: Language) -> bytes:
    """The report on pages of A4, in one language; names of authorities and documents stay Chinese."""
    page = _Page(language)
    return page.pdf(page.say("政策体检报告", "Policy check-up report"), page.parts(report))


class _Page(Sheet):
    """Makes the parts of a report."""

    said_at_the_foot = Bilingual(
        "依据公开政策文件计算，仅供参考；正式结论以主管部门认定为准。服务免费，请勿委托中介。",
        "Worked out from published documents, for guidance; the competent department decides. Free of charge.",
    )

    # --- the parts, in order ---

    def parts(self, report: Report) -> Iterator[Flowable]:
        yield self.text(self.say("政策体检报告", "Policy check-up report"), self.title)
        yield self.about(report)
        yield Spacer(1, 10)
        yield self.counts(report)
        yield from self.sums(report.together)
        for choice in report.together.choices:
            yield from self.choice(choice)
        for group in report.groups:
            yield from self.group(group)
        yield from self.told(report.told)

    def about(self, report: Report) -> Any:
        names = self.say("、", ", ").join(self.pick(p) for p in report.parties)
        left = self.say("（还有问题未答，结论会随回答更新）", " (questions are left; answers may change it)")
        rows = [
            (self.say("适用日期", "Law as of"), self.when(report.day)),
            (self.say("地区", "Place"), self.pick(report.place)),
            (self.say("主体", "For"), names),
            (self.say("统一社会信用代码", "Credit code"), report.code or self.say("未填写", "not given")),
            (self.say("出具日期", "Made on"), self.when(report.made_on) + (left if report.is_open else "")),
            (
                self.say("继续或修改", "Go on or change"),
                report.link + self.say(f"（{report.kept_days}天内有效）", f" (for {report.kept_days} days)"),
            ),
        ]
        return self.pairs(rows)

    def counts(self, report: Report) -> Any:
        numbers = [
            self.text(str(g.count), self.style(f"n{g.kind}", 18, COLOURS[g.kind])) for g in report.groups
        ]
        names = [self.text(self.pick(g.badge), self.small) for g in report.groups]
        width = WIDTH / max(len(report.groups), 1)
        style = TableStyle([("BACKGROUND", (0, 0), (-1, -1), WASH), ("LEFTPADDING", (0, 0), (-1, -1), 10)])
        return Table([numbers, names], colWidths=[width] * len(report.groups), style=style)

    def sums(self, together: Together) -> Iterator[Flowable]:
        """What the best combination is worth, as far as money is known."""
        if not together.valued and not together.choices:
            return
        yield self.text(
            self.say("组合建议（从优，不重复享受）", "Best combination (the better one, none twice)"),
            self.heading,
        )
        if together.is_apart:
            yield self.text(self.pick(APART))
        else:
            yield self.text(money_words(together.value, self.language), self.sum)
            yield self.text(self.pick(together.made_of), self.small)
        for reason in (*together.caps, *together.staged):
            yield from self.reason(reason)

    def choice(self, choice: Choice) -> Iterator[Flowable]:
        parts = [
            Spacer(1, 6),
            self.text(self.say("计入：", "Counts: ") + self.pick(choice.best.measure.title), self.strong),
        ]
        for row, why, source in choice.others:
            label = (
                self.say("待比较：", "To be compared: ")
                if choice.is_open
                else self.say("不计入：", "Does not: ")
            )
            parts.append(self.text(label + self.pick(row.measure.title)))
            parts.append(self.text(self.pick(why) + (f" · {source}" if source else ""), self.small))
        yield KeepTogether(parts)

    def group(self, group: Group) -> Iterator[Flowable]:
        title = f"{self.pick(group.title)} · {group.count}"
        yield self.text(
            title, self.style(f"h{group.kind}", 13, COLOURS[group.kind], spaceBefore=14, spaceAfter=4)
        )
        names = (("政策措施", "Measure"), ("结论", "Result"), ("依据", "Clause"))
        head = [self.text(self.say(zh, en), self.small) for zh, en in names]
        yield Table(
            [head, *(self.row(row) for row in group.rows)],
            colWidths=[WIDTH * share for share in COLUMNS],
            repeatRows=1,
            style=lined(LINE, head=WASH),
        )

    def row(self, row: Row) -> list[Any]:
        said = self.pick(row.said)
        if row.kind is VerdictKind.UNKNOWN and row.open:
            labels = self.say("、", ", ").join(self.pick(label) for _, label in row.open)
            said += self.say("：", ": ") + labels
        result = [self.text(said)] if said else []
        for reason in row.reasons:
            result += self.reason(reason, beside=row.clause)
        return [
            self.text(self.pick(row.measure.title), self.strong),
            result,
            self.text(row.clause, self.small),
        ]

    def reason(self, reason: Reason, *, beside: str = "") -> Iterator[Flowable]:
        yield self.text(self.pick(reason.words))
        if reason.clause and reason.clause != beside:
            yield self.text(reason.clause, self.small)

    def told(self, told: Sequence[Bilingual]) -> Iterator[Flowable]:
        if told:
            yield self.text(
                self.say("依据的事实（由填报人提供）", "On these facts, as they were told"), self.heading
            )
            for words in told:
                yield self.text("· " + self.pick(words))

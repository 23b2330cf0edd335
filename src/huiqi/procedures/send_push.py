"""Tell the firms of a list what they are entitled to, and see what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import polars as pl
from django.db.models import Count, Q

from huiqi.base.bilingual import Bilingual
from huiqi.holdings.current import library
from huiqi.matching.stored import StoredRun
from huiqi.measures.types import Measure, VerdictKind
from huiqi.notices.actions import News, give_notice
from huiqi.notices.models import Notice
from huiqi.notices.types import Kind, State
from huiqi.pushes.actions import end_sending, note_told
from huiqi.pushes.models import PushList
from huiqi.pushes.queries import claimed_by, sent_files
from huiqi.pushes.select import Firm, codes_within, firms_in, overlap
from huiqi.pushes.tables import candidates_of, list_path
from huiqi.pushes.types import Answer

TOGETHER = 500


def send_push(
    push: PushList, *, by: str, at: datetime, progress: Callable[[int], None] = lambda firms: None
) -> None:
    """Every firm of a confirmed list gets a notice, once; begun again it goes on where it stopped."""
    measure = library().measure(push.measure)
    table = pl.read_parquet(list_path(push.pk))
    for start in range(0, table.height, TOGETHER):
        firms = list(firms_in(table.slice(start, TOGETHER)))
        for firm in firms:  # each in a transaction of its own: others are not kept waiting
            tell_firm(push, measure, firm, by=by, at=at)
        note_told(push, firms, at=at)
        progress(len(firms))
    end_sending(push, by=by, at=at)


def tell_firm(push: PushList, measure: Measure | None, firm: Firm, *, by: str, at: datetime) -> None:
    """The one place where a list becomes a notice of a firm."""
    title, body = message_to(push, measure, firm.value)
    news = News(
        about=push.measure, kind=Kind.PUSH, title=title, body=body, day=push.day, origin=origin_of(push)
    )
    give_notice(firm.code, news, by=by, at=at)


def origin_of(push: PushList) -> str:
    return f"push:{push.pk}"


def message_to(push: PushList, measure: Measure | None, value: Decimal | None) -> tuple[Bilingual, Bilingual]:
    """Title and text of what a firm is told; `value` is what it would get, in yuan."""
    name = measure.title if measure else Bilingual(push.measure, push.measure)
    if push.verdict == VerdictKind.ELIGIBLE:
        title = Bilingual(f"您符合“{name.zh}”的条件", f"You are entitled to: {name.en}")
    else:
        title = Bilingual(f"您可以申报“{name.zh}”", f"You may claim: {name.en}")
    zh = [f"根据{day_zh(push.day)}的名录数据和当日有效的政策，贵单位符合这项政策的条件。"]
    en = [f"By the register and the law of {push.day}, your firm meets the conditions of this measure."]
    if push.verdict == VerdictKind.CLAIMABLE:
        zh = [f"根据{day_zh(push.day)}的名录数据，贵单位符合这项政策对企业的条件；有关事项发生后即可申报。"]
        en = [
            f"By the register of {push.day}, your firm fits this measure: claim it once the event has happened."
        ]
    if value:
        zh.append(f"按现有数据测算，约可享受{value:,.2f}元；金额以主管部门核定为准。")
        en.append(
            f"By the data at hand it is worth about {value:,.2f} yuan; the department decides the amount."
        )
    if measure is not None and measure.period.last is not None:
        zh.append(f"政策有效期至{day_zh(measure.period.last)}。")
        en.append(f"It holds until {measure.period.last}.")
    for text, note in ((zh, push.note_zh), (en, push.note_en)):
        if note:
            text.append(note)
    zh.append(f"发送单位：{push.authority}。办理免费，请勿委托中介。")
    en.append(f"It costs nothing; no intermediary is needed. Sent by {push.authority}.")
    return title, Bilingual("".join(zh), " ".join(en))


def day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class CameOf:
    """What came of a list: firms."""

    told: int
    noticed: int  # have a notice of it on the site
    delivered: int  # by e-mail or webhook too
    opened: int
    claimed: int
    declined: int
    not_reached: int
    now_eligible: int | None  # of a later run; None where there is none
    no_longer: int | None  # neither entitled nor may claim by the later run

    @property
    def silent(self) -> int:
        """Told, and nothing is known of them."""
        return self.told - self.claimed - self.declined - self.not_reached


def what_came_of(push: PushList, run: StoredRun | None) -> CameOf:
    """By the notices, by what the department noted, and by the run that counts now."""
    answers = dict(push.pushed.values_list("answer").annotate(Count("pk")))
    notices = Notice.objects.filter(origin=origin_of(push), kind=Kind.PUSH).aggregate(
        all=Count("pk", distinct=True),
        opened=Count("pk", filter=Q(read_at__isnull=False), distinct=True),
        delivered=Count("pk", filter=Q(deliveries__state=State.SENT), distinct=True),
    )
    eligible = no_longer = None
    if run is not None and run.folder.name != push.run:
        path = list_path(push.pk)
        now = {v: candidates_of(run, push.measure, v) for v in (VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE)}
        eligible = overlap(path, [now[VerdictKind.ELIGIBLE]])
        no_longer = push.told - overlap(path, list(now.values()))
    return CameOf(
        told=push.told,
        noticed=notices["all"],
        delivered=notices["delivered"],
        opened=notices["opened"],
        claimed=answers.get(Answer.CLAIMED, 0),
        declined=answers.get(Answer.DECLINED, 0),
        not_reached=answers.get(Answer.NOT_REACHED, 0),
        now_eligible=eligible,
        no_longer=no_longer,
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a measure reached those of a region who are entitled (应享未享)."""

    entitled: int
    told: int
    claimed: int

    @property
    def nothing(self) -> int:
        """Entitled, and not known to have got it."""
        return self.entitled - self.claimed

    @property
    def share_with_nothing(self) -> float:
        """0 to 1."""
        return self.nothing / self.entitled if self.entitled else 0.0


def reach_of(run: StoredRun, measure: str, verdict: VerdictKind, *, region: str, entitled: int) -> Reach:
    """Of the firms of a verdict in a region: told by lists of any department, known to have claimed."""
    path = candidates_of(run, measure, verdict)
    told = overlap(path, sent_files(measure), within=region)
    return Reach(entitled, told, codes_within(path, region, claimed_by(measure)))

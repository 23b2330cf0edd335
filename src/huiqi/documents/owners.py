"""Who answers for a clause: brackets and lines that name authorities, with the part each has."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from huiqi.documents.authorities import Name, is_authority, level_of, register_form, split_names
from huiqi.documents.duties import addressed_names
from huiqi.documents.strand import Strand
from huiqi.documents.types import Note, Owner, OwnerRole

_KEY_ROLES: dict[OwnerRole, str] = {
    "lead": "主要(?:责任|负责)(?:单位|部门)|牵头(?:责任)?(?:单位|部门|机构)?|主(?:办|责|管)(?:责任)?(?:单位|部门)|总牵头(?:单位|部门)?|第一责任(?:单位|部门)",
    "cooperate": "其[他它](?:责任)?(?:单位|部门)|(?:配合|协办|协同|参与|参加|协助|协力|协作|支持|会办|会同)(?:责任)?(?:单位|部门|机构)",
    "responsible": (
        "责任(?:单位|部门|主体|处室|机构)(?:及分工|分工)?|负责(?:单位|部门|机构)|落实(?:单位|部门)|承办(?:单位|部门)|实施(?:单位|部门|主体)|"
        "完成(?:单位|部门)|执行(?:单位|部门)|组织(?:单位|部门)|申报(?:受理)?部门|职责分工|任务分工|责任分工|分工"
    ),
}
_KEY = re.compile("|".join(f"(?P<{role}>{words})" for role, words in _KEY_ROLES.items()))
_KEYED = re.compile(rf"(?:{'|'.join(_KEY_ROLES.values())})\s*(?:\([^()]*\)\s*)?:")
_VERBS: tuple[tuple[str, OwnerRole], ...] = (
    (r"牵头(?:负责|落实|实施|组织实施|办理|推进|会同)?|总牵头|主办|主抓|负总责|为主", "lead"),
    (r"(?:积极)?(?:配合|协助|协办|协同|参与|参加)(?:落实|实施|推进|负责)?", "cooperate"),
    (
        r"(?:具体|共同|分别|分头|各自|组织)?(?:负责|承办|落实|实施|组织实施|办理|推进|承担)(?:落实|实施|组织实施|推进|解释)?",
        "responsible",
    ),
)
_DUTY = (
    r"(?:(?:按|依|根据|依据|按照)(?:照|据)?(?:各自)?(?:的)?(?:职责|职能|分工|任务|权限)(?:职责)?(?:分工|任务|权限|划分)?(?:要求)?|"
    r"结合职责|依职责|各司其职|根据职能|按责任分工)"
)
_VERB = re.compile(rf"(?:{_DUTY})?(?:{'|'.join(f'({verb})' for verb, _ in _VERBS)})$")
_TOGETHER = re.compile(r"^(?P<lead>.+?)(?:会同|商|联合)(?P<others>.+)$")
_FIRST_LEADS = re.compile(
    r"(?:第\s?[一1]|首)(?:位|个|名)?[^,。;()]{0,10}?(?:为|是|作为)(?:总)?(?:牵头|主办|主责)|(?:列|排)(?:在)?(?:首位|"
    r"第一位|第一|首个|最前)的?(?:单位|部门|责任单位)?(?:为|是|即为|作为)?(?:总)?牵头|第一个(?:单位|部门)?(?:为|是)牵头|(?:首位|"
    r"第一位)(?:的)?(?:单位|部门)?(?:为|是)牵头"
)
_WHO_LEADS = re.compile(
    r"[,;。]?[^,;、。:()\[\]]{0,12}(?:第\s?[一1]|首)(?:位|个|名)?[^,。;:()、]{0,10}?(?:为|是|作为)(?:总)?(?:牵头|"
    r"主办|主责)[^,;。()\[\]、]{0,6}"
    r"|[,;。]?\s*以?下(?:类)?同(?=[)\]])"
)
_EMPTY_BRACKET = re.compile(r"[(\[][\s,;。]*[)\]]")
_IN_TEXT = re.compile(
    r"由(?P<names>[^,。;:!?《》]{2,60}?)(?:(?P<lead>牵头(?:[,、](?P<joined>[^,。;:《》]{2,80}?)(?:共同)?(?:参加|"
    r"参与|配合|协助))?)|会同(?P<others>[^,。;:]{2,80}?)(?=负责|牵头|组织|制定|研究|整合|开展|建立|实施|共同|落实|提出|办理|确定|另行|"
    r"按|对|编制|,|。)|(?P<responsible>(?:具体|统一|共同)?负责)(?!人|解释))"
)
_LONGEST = 600  # characters a bracket of owners may have


class Found(NamedTuple):
    """Owners of one clause, and what had to be mended to read them."""

    owners: tuple[Owner, ...]
    notes: tuple[Note, ...]


class _Statement(NamedTuple):
    start: int
    end: int
    words: str
    offset: int  # where `words` begins in the strand
    is_damaged: bool


def find_owners(strands: Sequence[Strand], *, first_leads: bool = False, level: str = "") -> Found:
    """All owners named by brackets and closing lines of a clause; in running text only where there is no bracket.

    `strands` are the paragraphs of the clause.
    `first_leads`: the document says that the body named first leads (列首位的为牵头单位).
    """
    owners: list[Owner] = []
    notes: list[Note] = []
    for strand in strands:
        for statement in _statements(_without_remarks(strand.text)):
            found = read_statement(
                statement.words, strand, statement.offset, first_leads=first_leads, level=level
            )
            owners += found
            if found and statement.is_damaged:
                span = strand.span(statement.start, statement.end)
                notes.append(Note("repaired", "a bracket around the responsible bodies is missing", span))
    if not owners:
        owners = [owner for strand in strands for owner in _in_text(strand, level)]
    return Found(tuple(dict.fromkeys(owners)), tuple(notes))


def says_first_leads(text: str) -> bool:
    """Whether the document states that the body listed first is the leading one.

    >>> says_first_leads("责任单位列首位的为牵头单位。")
    True
    """
    return bool(_FIRST_LEADS.search(text))


def _without_remarks(text: str) -> str:
    """Who leads among those named (首位为牵头单位,下同) is no name; the places of all others stay.

    >>> _without_remarks("责任单位:市财政局(第一责任单位为牵头单位,下同)").rstrip()
    '责任单位:市财政局'
    """
    for form in (_WHO_LEADS, _EMPTY_BRACKET):
        text = form.sub(lambda match: " " * len(match[0]), text)
    return text


def _statements(text: str) -> list[_Statement]:
    """Brackets and keyed words that may name owners, in order."""
    found: list[_Statement] = []
    taken = 0
    for start, end in _brackets(text):
        words = _without_deadline(text[start + 1 : end - 1])
        is_owner = _KEYED.match(words) or _VERB.search(words) or _is_bare_list(words, text, start, end)
        if start >= taken and is_owner:
            found.append(_Statement(start, end, words, start + 1, is_damaged=False))
            taken = end
    covered = bytearray(len(text))
    for one in found:
        covered[one.start : one.end] = b"\1" * (one.end - one.start)
    for match in _KEYED.finditer(text):
        if covered[match.start()]:
            continue
        end = _end_of_keyed(text, match.end())
        is_opened = text[match.start() - 1 : match.start()] in ("(", "[")
        is_closed = text[end : end + 1] in (")", "]")
        words = text[match.start() : end]
        found.append(_Statement(match.start(), end, words, match.start(), is_opened != is_closed))
        covered[match.start() : end] = b"\1" * (end - match.start())
    return sorted(found)


_DEADLINE = re.compile(
    r"[,;。、]?(?:完成时[限间]|时[限间]要求|时间节点|实施时间|进度安排)?:?(?:\d{4}年|\d{1,2}月|长期|持续|年底|即时|立即|“?十[四五]五)[^,;]{0,20}?"
    r"(?:完成|落实|启动|推进|实施|坚持|前|底|末|出台|见效|制定|)[。;]?$"
)


_REMARK = re.compile(r"[,;]?(?:列|排)(?:在)?(?:第一位|首位|第一|最前)[^()]*$|[,;]?下同$")


def _without_deadline(words: str) -> str:
    """The bracket without a closing deadline, and without what follows its first sentence."""
    first = _REMARK.sub("", words.split("。", 1)[0]).rstrip("; ,")
    return _DEADLINE.sub("", first)


def _is_bare_list(words: str, text: str, start: int, end: int) -> bool:
    """A bracket behind a full stop, or at the very end, with nothing but names of authorities."""
    if not (start and text[start - 1] in "。;!”)" or end >= len(text.rstrip("。"))):
        return False
    names = split_names(words)
    return bool(names) and all(_is_plain_body(name.text) for name in names)


def _is_plain_body(name: str) -> bool:
    return is_authority(name) and bool(_BODY.search(name))


_BODY = re.compile(
    r"(?:部|委|办|厅|局|署|政府|办公室|委员会|管委会|海关|支行|中支|分行|银行|法院|检察院|中心|联|总工会|妇联|科协|公司|单位|部门|党委|学校|院|集团|处|组|机构)"
    r"(?:等|\(.*\)|\[.*\])?$|^各[省市州县区镇乡街道\(\)、]+$|等\S{0,8}(?:部门|单位)$"
)


def _brackets(text: str) -> list[tuple[int, int]]:
    """Outermost pairs of brackets of bearable length, whatever their kinds."""
    pairs: list[tuple[int, int]] = []
    stack: list[int] = []
    for match in re.finditer(r"[()\[\]]", text):
        if match[0] in "([":
            stack.append(match.start())
        elif stack:
            start = stack.pop()
            if match.end() - start <= _LONGEST:
                while pairs and pairs[-1][0] > start:
                    pairs.pop()
                pairs.append((start, match.end()))
    return pairs


_DEADLINE_KEY = re.compile(
    r"(?:完成|办理|落实)?时[限间](?:要求|安排|节点)?:|(?:进度|时间)(?:安排|节点|要求):"
)


def _end_of_keyed(text: str, start: int) -> int:
    """Where the names after 责任单位: end: at the full stop, the closing bracket, or the end of the words."""
    depth = 0
    for index in range(start, min(len(text), start + _LONGEST)):
        if text[index] in "([":
            depth += 1
        elif text[index] in ")]":
            depth -= 1
            if depth < 0:
                return index
        elif text[index] == "。" or _DEADLINE_KEY.match(text, index):
            return index
    return min(len(text), start + _LONGEST)


def read_statement(
    words: str, strand: Strand, offset: int, *, first_leads: bool = False, level: str = ""
) -> list[Owner]:
    """The owners a bracket names. `words` stands at `offset` of the strand; both have unified signs."""
    owners: list[Owner] = []
    roles = _roles(words)
    first_leads = first_leads and not any(role == "lead" for role, _, _ in roles)
    for role, start, end in roles:
        names = [
            Name(name.text, name.start + start, name.end + start) for name in split_names(words[start:end])
        ]
        trimmed = [cut for name in names if (cut := _trim(name))]
        known = [name for name in trimmed if is_authority(name.text)]
        is_sure = bool(_KEYED.match(words)) or len(known) >= _MOSTLY * len(trimmed)
        names = [name for name in trimmed if _could_be_body(name.text)] if is_sure else known
        shared = level or next((found for name in names if (found := level_of(name.text))), "")
        for position, name in enumerate(names):
            own_role: OwnerRole = role
            if first_leads and role == "responsible":
                own_role = "lead" if position == 0 and not owners else "cooperate"
            printed = strand.printed[offset + name.start : offset + name.end]
            owners.append(Owner(register_form(name.text, level=shared), own_role, printed))
    return owners


def _roles(words: str) -> list[tuple[OwnerRole, int, int]]:
    """Stretches of names with the role of each."""
    if not _KEYED.search(words) and not _VERB.search(words):
        return [("responsible", 0, len(words))]
    keys = list(_KEYED.finditer(words))
    if keys:
        stretches: list[tuple[OwnerRole, int, int]] = []
        for key, following in zip(keys, [*keys[1:], None], strict=False):
            role = _role_of_key(key[0])
            start, end = key.end(), following.start() if following else len(words)
            inner = _by_verbs(words, start, end) if role == "responsible" else []
            stretches += inner or [(role, start, end)]
        return stretches
    return _by_verbs(words, 0, len(words))


def _role_of_key(key: str) -> OwnerRole:
    match = _KEY.match(key)
    return match.lastgroup if match and match.lastgroup in ("lead", "cooperate") else "responsible"  # type: ignore[return-value]


def _by_verbs(words: str, start: int, end: int) -> list[tuple[OwnerRole, int, int]]:
    """A牵头,B、C配合: each stretch up to a verb has the role of that verb."""
    stretches: list[tuple[OwnerRole, int, int]] = []
    begin = start
    for cut in [*(m.start() for m in re.finditer("[,;。]", words[start:end])), end - start]:
        stop = start + cut
        verb = _VERB.search(words[begin:stop].rstrip())
        if not verb:
            continue
        role = next(role for group, (_, role) in zip(verb.groups(), _VERBS, strict=True) if group)
        names_end = begin + verb.start()
        together = _TOGETHER.match(words[begin:names_end])
        if together and is_authority(together["lead"].strip("由、, ")):
            stretches.append(("lead" if role != "cooperate" else role, begin, begin + together.end("lead")))
            stretches.append(("cooperate", begin + together.start("others"), names_end))
        else:
            stretches.append((role, begin, names_end))
        begin = stop + 1
    return stretches


_MOSTLY = 0.7  # of the names must be known as bodies before an odd one among them counts too
_NO_BODY = re.compile(
    r"[\d。:《》“”%]|(?:完成|推进|启动|落实|实施|坚持|见效|负责|牵头|配合|分工|职责|出台|建立|持续|长期|下同|底|前|起|年|月|日|等)$"
)


def _could_be_body(name: str) -> bool:
    """Behind 责任单位: a short name counts even where nothing in it says so: 国网东海电力."""
    return is_authority(name) or (2 <= len(name) <= 16 and not _NO_BODY.search(name))


_LEADING = re.compile(r"^(?:[,、;:\s和及与]|由|以及|各自|其中|分别由|请)+")
_TRAILING = re.compile(rf"(?:{_DUTY}|分别|共同|按照各自职责|按规定|[,、;。\s])+$")


def _trim(name: Name) -> Name | None:
    leading = _LEADING.match(name.text)
    start = leading.end() if leading else 0
    text = _TRAILING.sub("", name.text[start:])
    return Name(text, name.start + start, name.start + start + len(text)) if text else None


_VAGUE = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,6}(?:部门|单位|机构)$|相应|有关|相关|其|该|本单位|同级|上级|各自|当地|所在|申报|用人|企业|采购|牵头|主管|责任|承担)"
)


def _in_text(strand: Strand, level: str) -> list[Owner]:
    """由A牵头, 由A会同B制定, 由A负责 in running text."""
    owners: list[Owner] = []
    for match in _IN_TEXT.finditer(strand.text):
        sentence = strand.text[match.start() : match.end() + 24].split("。", 1)[0]
        if re.search("解释|修订", sentence):
            continue
        role: OwnerRole = "lead" if match["lead"] or match["others"] else "responsible"
        groups: list[tuple[str, OwnerRole]] = [
            ("names", role),
            ("others", "cooperate"),
            ("joined", "cooperate"),
        ]
        for group, part in groups:
            if not match[group]:
                continue
            start = match.start(group)
            names = split_names(match[group])
            if not all(is_authority(name.text) and not _VAGUE.match(name.text) for name in names):
                continue
            owners += [
                Owner(
                    register_form(name.text, level=level),
                    part,
                    strand.printed[start + name.start : start + name.end],
                )
                for name in names
            ]
    return owners


def names_of_cell(strand: Strand, role: OwnerRole) -> tuple[Owner, ...]:
    """The owners a cell of a table names; every name counts, the column tells the role.

    A column of responsible bodies may tell the roles in words: 省税务局牵头，省财政厅配合.
    """
    if role == "responsible" and re.search("牵头|配合|[单位部门]:", strand.text):
        told = read_statement(strand.text, strand, 0)
        if told:
            return tuple(told)
    names = split_names(strand.text)
    return tuple(
        Owner(register_form(name.text), role, strand.printed[name.start : name.end])
        for name in names
        if name.text
    )


def owners_of_duty(strand: Strand) -> tuple[Owner, ...]:
    """The authorities a duty begins with: 省国税局、省地税局要落实…"""
    names = addressed_names(strand.text)
    if names is None:
        return ()
    return tuple(
        Owner(register_form(name.text), "responsible", strand.printed[name.start : name.end])
        for name in split_names(names)
    )

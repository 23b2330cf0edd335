"""Working groups (领导小组) in an annex: who leads, who belongs to it."""

import re

from huiqi.documents.lines import Line
from huiqi.documents.types import Member

_ROLE = re.compile(
    r"^(?P<role>(?:第一|常务)?(?:副\s*)?(?:组\s*长|总\s*指\s*挥|召\s*集\s*人|主\s*任|主\s*席)|成\s*员(?:单位)?|秘\s*书\s*长)\s*[:]?\s+"
    r"|^(?P<keyed>(?:第一|常务)?(?:副\s*)?(?:组\s*长|总\s*指\s*挥|召\s*集\s*人|主\s*任|主\s*席)|成\s*员|秘\s*书\s*长)\s*:"
)
_PERSON = re.compile(
    r"^(?P<name>[\u4e00-\u9fff·]{2,4}|[\u4e00-\u9fff]\s+[\u4e00-\u9fff])\s+(?P<post>[\u4e00-\u9fff][^。:]{2,40})$"
)
_LEAST = 3  # persons that make a group


def find_members(lines: tuple[Line, ...]) -> tuple[Member, ...]:
    """The members a list names, with post and part in the group; nothing where it is no such list.

    Before: 组　长：某某　省委常委 / 成　员：某某　省财政厅副厅长 / 某某　省科技厅副厅长
    After:  three members: 组长, 成员, 成员
    """
    members: list[Member] = []
    role = ""
    for line in lines:
        text = line.text.strip()
        match = _ROLE.match(text)
        offset = 0
        if match:
            role = re.sub(r"\s", "", match["role"] or match["keyed"])
            offset = match.end()
        elif not role:
            continue
        rest = text[offset:].strip()
        person = _PERSON.match(rest)
        if person:
            name = re.sub(r"\s", "", person["name"])
            members.append(Member(name, person["post"].strip(), role, line.span))
    return tuple(members) if len(members) >= _LEAST else ()


def ends_with_members(line: Line) -> bool:
    """Whether a line belongs to the list: a person, a role, or who else is a member."""
    text = line.text.strip()
    return bool(_ROLE.match(text) or _PERSON.match(text))

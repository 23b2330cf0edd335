"""Any text gives a document; documents put together from random pieces are found again."""

from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.documents.numerals import read_numeral
from huiqi.documents.parse import LONGEST, parse
from huiqi.documents.types import Document

SIGNS = "一二三十百（）()〔〕[]《》“”、，。；：:;.,0123456789%％ 　\n\t#*-—年月日号第条章附件抄送责任单位负责牵头配合市财政局省厅发A\u200b\ufeff"
WORDS = st.text(alphabet="推进改革发展支持企业做好服务提升能力加快建设", min_size=4, max_size=30)
OWNERS = st.lists(
    st.sampled_from(["市财政局", "市科技局", "市商务局", "市工信局", "各区（市）政府"]),
    min_size=1,
    max_size=3,
    unique=True,
)
UNITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    words = f"{UNITS[hundreds]}百" if hundreds else ""
    if tens == 1 and not hundreds:
        return "十" + (UNITS[units] if units else "")
    if tens:
        words += f"{UNITS[tens]}十"
    elif hundreds and units:
        words += "零"
    return words + (UNITS[units] if units else "")


def check_structure(text: str, document: Document) -> None:
    """Ids are unique, spans lie in the text and in its order, every parent stands before its child."""
    seen: set[str] = set()
    before = (0, 0)
    for clause in document.clauses:
        assert clause.id not in seen
        assert clause.parent is None or clause.parent in seen
        start, end = clause.span
        assert 0 <= start <= end <= len(text)
        assert before <= clause.span
        inside = [quantity.span for quantity in clause.quantities]
        inside += [deadline.span for deadline in clause.deadlines] + [note.span for note in clause.notes]
        assert all(0 <= first <= last <= len(text) for first, last in inside)
        seen.add(clause.id)
        before = clause.span


@given(st.text(max_size=400))
def test_any_text_gives_a_document(text: str) -> None:
    check_structure(text, parse(text))


@settings(max_examples=200)
@given(st.text(alphabet=SIGNS, max_size=300))
def test_any_text_of_the_signs_of_documents_gives_a_document(text: str) -> None:
    check_structure(text, parse(text))


@given(st.integers(min_value=1, max_value=999))
def test_numerals_are_read_back(number: int) -> None:
    assert read_numeral(numeral(number)) == number


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.tuples(WORDS, OWNERS), min_size=1, max_size=4), min_size=2, max_size=5),
    st.booleans(),
)
def test_random_documents_are_found_again(sections: list[list[tuple[str, list[str]]]], runs_on: bool) -> None:
    """Headings with clauses under them, counted through or anew under each heading."""
    lines = [
        "某某市人民政府关于支持企业发展的意见",
        "各区人民政府，市直各部门：",
        "为支持企业发展，提出以下意见。",
    ]
    wanted: dict[str, tuple[str, list[str]]] = {}
    running = 0
    for position, clauses in enumerate(sections, start=1):
        lines.append(f"{numeral(position)}、加强支持力度之{position}")
        for inner, (words, owners) in enumerate(clauses, start=1):
            running += 1
            label = numeral(running if runs_on else inner)
            lines.append(f"（{label}）{words}。（{'、'.join(owners)}负责）")
            only_ones = all(len(section) == 1 for section in sections) and not runs_on
            identifier = f"c{running}" if runs_on else f"s{position}.{inner}"
            if not only_ones:
                wanted[identifier] = (words, owners)
    lines += ["某某市人民政府", "2020年1月2日"]
    text = "\n".join(lines)
    document = parse(text)
    check_structure(text, document)
    found = {clause.id: clause for clause in document.clauses}
    for identifier, (words, owners) in wanted.items():
        clause = found[identifier]
        assert clause.text.startswith(words)
        assert [owner.printed for owner in clause.owners] == owners
        assert {owner.role for owner in clause.owners} == {"responsible"}
    assert document.issuers == ("某某市人民政府",)


def test_articles_count_beyond_ninety_nine() -> None:
    text = "\n".join(f"第{numeral(number)}条　企业应当守法经营。" for number in range(1, 121))
    ids = [clause.id for clause in parse(text).clauses]
    assert ids == [f"c{number}" for number in range(1, 121)]


def test_what_is_longer_than_any_document_is_read_in_part_and_said_so() -> None:
    document = parse("一、支持企业。\n" + "　" * LONGEST)
    assert [clause.id for clause in document.clauses] == ["c1"]
    assert document.notes[-1].kind == "unread"
    assert document.notes[-1].span[0] == LONGEST

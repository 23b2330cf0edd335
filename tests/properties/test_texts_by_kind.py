"""Tests of a column of texts, block after block: what was asked before is read off kinds of texts."""

from operator import methodcaller

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.matching.block import vector_of
from huiqi.measures.expressions import Domain, FactRef, Type
from huiqi.measures.vectors import MOST_KINDS, SOME_TESTS, Texts, Vocabulary, unpack

INDUSTRY = FactRef("industry", Type.TEXT, Domain())
BRANCHES = ["A", "B", "C", "C3", "C34", "C35", "D", "F51", "F52"]
CODES = st.sampled_from([None, "A01", "B06", "C", "C31", "C34", "C3411", "C3512", "D44", "F5111", "F52", "G"])


def column_of(texts: list[str | None], vocabulary: Vocabulary) -> Texts:
    column = vector_of(pa.array(texts, pa.string()).dictionary_encode(), INDUSTRY, vocabulary)
    assert isinstance(column, Texts)
    return column


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(CODES, min_size=1, max_size=20), st.sets(st.sampled_from(BRANCHES))), max_size=6
    )
)
def test_each_block_says_what_the_texts_say(blocks: list[tuple[list[str | None], set[str]]]) -> None:
    vocabulary = Vocabulary()
    for texts, branches in blocks:
        column = column_of(texts, vocabulary)
        for branch in sorted(branches):
            truth = column.test(("within", branch), methodcaller("startswith", branch))
            assert unpack(truth.yes, len(texts)).tolist() == [(t or "").startswith(branch) for t in texts]
            assert unpack(truth.no, len(texts)).tolist() == [
                t is not None and not t.startswith(branch) for t in texts
            ]


def test_kinds_serve_the_second_block() -> None:
    vocabulary = Vocabulary()
    texts: list[str | None] = ["A01", "C34", None, "C3512"]
    first = column_of(texts, vocabulary)
    assert first.kinds is None
    for branch in BRANCHES[:SOME_TESTS]:
        first.test(("within", branch), methodcaller("startswith", branch))
    kinds = column_of(texts, vocabulary).kinds
    assert kinds is not None
    assert set(kinds.passing) == {("within", branch) for branch in BRANCHES[:SOME_TESTS]}


def test_texts_of_too_many_kinds_are_asked_one_by_one() -> None:
    vocabulary = Vocabulary()
    texts: list[str | None] = [f"{number:03}" for number in range(MOST_KINDS + 1)]
    for _ in range(2):
        column = column_of(texts, vocabulary)
        assert column.kinds is None
        for text in texts:
            truth = column.test(("in", text), lambda given, text=text: given == text)
            assert unpack(truth.yes, len(texts)).tolist() == [t == text for t in texts]

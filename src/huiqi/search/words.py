"""How text becomes words that can be found: Chinese in single and paired signs, other script word by word.

贷款贴息 is found by 贷款, 贴息, 款 and by itself, without a dictionary. Both databases store these words, so
both find the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

HAN: Final = "\u3400-\u9fff\uf900-\ufaff〇"
RUN: Final = re.compile(rf"[{HAN}]+|[a-z0-9]+")
LONGEST_QUERY: Final = 200  # characters
MOST_TERMS: Final = 12

ALIKE: Final = (
    ("补贴", "补助", "资助"),
    ("小微企业", "小型微型企业", "小型微利企业"),
    ("招聘", "招用", "吸纳就业"),
    ("减税", "税收优惠", "税收减免"),
    ("房租", "租金"),
    ("开业", "创业", "创办"),
    ("社保", "社会保险"),
    ("高新企业", "高新技术企业"),
    ("抵押", "质押", "抵质押"),
    ("展会", "会展", "展览会"),
    ("subsidy", "subsidies"),
)
"""What people write for the same thing. What was typed counts more than what is like it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word or run of a query, and what is like it; the first spelling is what was typed."""

    spellings: tuple[str, ...]

    @property
    def typed(self) -> str:
        return self.spellings[0]


@lru_cache(maxsize=4096)  # the texts of the entries come again with every search
def folded(text: str) -> str:
    """One width, lower case, same length in signs wherever Unicode allows.

    >>> folded("ＳＭＥ 企业３００万")
    'sme 企业300万'
    """
    return "".join(unicodedata.normalize("NFKC", sign)[:1] or sign for sign in text).lower()


def runs(text: str) -> Iterator[str]:
    """Unbroken runs of Chinese, and words of letters and digits, in folded text."""
    yield from RUN.findall(folded(text))


def is_han(run: str) -> bool:
    return not run.isascii()


def stored_words(text: str) -> list[str]:
    """Every word under which a text is found, each once, sorted.

    >>> stored_words("贷款贴息 for SMEs")
    ['for', 'smes', '息', '款', '款贴', '贴', '贴息', '贷', '贷款']
    """
    found: set[str] = set()
    for run in runs(text):
        found |= {run} if not is_han(run) else {*run, *pairs(run)}
    return sorted(found)


def asked_words(run: str) -> tuple[str, ...]:
    """The words that a text with this run surely has.

    >>> asked_words("贷款贴息"), asked_words("税"), asked_words("sme")
    (('贷款', '款贴', '贴息'), ('税',), ('sme',))
    """
    if not is_han(run) or len(run) == 1:
        return (run,)
    return tuple(dict.fromkeys(pairs(run)))


def pairs(run: str) -> Iterator[str]:
    return (run[i : i + 2] for i in range(len(run) - 1))


def terms_of(query: str) -> tuple[Term, ...]:
    """What is asked for, in the order in which it was typed, each once.

    >>> [term.spellings for term in terms_of("贴息 SME")]
    [('贴息',), ('sme',)]
    >>> terms_of("创业补贴")[0].spellings
    ('创业补贴', '创业补助', '创业资助', '开业补贴', '创办补贴')
    """
    found = dict.fromkeys(runs(query[:LONGEST_QUERY]))
    return tuple(Term(spellings_of(run)) for run in list(found)[:MOST_TERMS])


def spellings_of(run: str) -> tuple[str, ...]:
    """A run, and the run with one word of it exchanged for what is like it."""
    found = {run: None}
    for group in ALIKE:
        for word in group:
            if word in run:
                found |= dict.fromkeys(run.replace(word, other) for other in group if other != word)
                break
    return tuple(found)

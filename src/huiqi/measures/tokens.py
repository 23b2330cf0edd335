"""From the text of a rule to its tokens, each with its place."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

TokenKind = Literal["number", "text", "name", "label", "word", "sign", "end"]

WORDS: Final = frozenset(
    {
        "and",
        "or",
        "not",
        "in",
        "between",
        "case",
        "when",
        "then",
        "else",
        "end",
        "true",
        "false",
        "null",
        "date",
    }
)
SCALES: Final = {"": Fraction(1), "万": Fraction(10**4), "亿": Fraction(10**8), "%": Fraction(1, 100)}

PATTERN: Final = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<number>\d+(?:\.\d+)?)(?P<scale>[万亿%]?)(?P<yuan>元?)
  | '(?P<text>(?:[^']|'')*)'
  | "(?P<label>[^"]+)"
  | (?P<name>[A-Za-z_][A-Za-z_0-9]*)
  | (?P<chinese>[\u3400-\u9fff][\u3400-\u9fff0-9A-Za-z_]*)
  | (?P<sign><>|!=|<=|>=|[-+*/(),<>=])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: TokenKind
    text: str
    start: int  # offset in the rule's text
    number: Fraction = Fraction(0)
    is_money: bool = False  # written with 元


class Unreadable(ValueError):
    """A sign that is not part of the rule language; `at` is its offset."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def tokens_of(text: str) -> list[Token]:
    """Split a rule. Raises `Unreadable` at the first sign the language does not have.

    >>> [(t.kind, t.text) for t in tokens_of("employees <= 100")]
    [('name', 'employees'), ('sign', '<='), ('number', '100'), ('end', '')]
    >>> tokens_of("3000万")[0].number
    Fraction(30000000, 1)
    """
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = PATTERN.match(text, at)
        if match is None:
            raise Unreadable(f"{text[at]!r} is not part of the rule language", at)
        if match.lastgroup != "blank":
            found.append(token_from(match))
        at = match.end()
    return [*found, Token("end", "", len(text))]


def token_from(match: re.Match[str]) -> Token:
    start = match.start()
    if match["number"] is not None:
        number = Fraction(match["number"]) * SCALES[match["scale"]]
        return Token("number", match[0], start, number, is_money=bool(match["yuan"]))
    if match["text"] is not None:
        return Token("text", match["text"].replace("''", "'"), start)
    if match["label"] is not None:
        return Token("label", match["label"], start)
    if match["chinese"] is not None:
        return Token("label", match["chinese"], start)
    if match["name"] is not None:
        lower = match["name"].lower()
        return Token("word" if lower in WORDS else "name", lower if lower in WORDS else match["name"], start)
    return Token("sign", "<>" if match["sign"] == "!=" else match["sign"], start)

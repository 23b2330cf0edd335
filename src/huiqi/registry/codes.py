"""Codes that name a party: unified social credit codes and the registration numbers before them.

A unified social credit code (统一社会信用代码, GB 32100-2015) has 18 characters: registering body, category,
six digits of the administrative division (GB/T 2260), nine of the organisation code (GB 11714), and a check
character. A business registration number (工商注册号, GS 15—2006) has 15 digits: six of the registering
office, eight in sequence, and a check digit by ISO 7064 (GB/T 17710) Mod 11, 10. Old data still carries it.

>>> read_code(" ９１３７０２００ma3c0d1exf ", where="row 2")
Code(text='91370200MA3C0D1EXF', kind='unified')
>>> print(read_code("91370200MA3C0D1EX1", where="row 3"))
row 3: '91370200MA3C0D1EX1': the check character should be F, not 1
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from huiqi.base.problem import Problem

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a unified social credit code; I, O, S, V and Z are not used (GB 32100-2015)."""

REGISTERING_BODIES = "123456789ANY"
"""First character, the body that registers: 9 market supervision, 5 civil affairs, N agriculture, Y other."""

_NO_HYPHENS = str.maketrans("", "", "-‐–—")

CodeKind = Literal["unified", "individual", "legacy"]


@dataclass(frozen=True, slots=True)
class Code:
    """A valid code; `individual` is one that begins with 92, of an individual business (个体工商户)."""

    text: str
    kind: CodeKind

    @property
    def region(self) -> str:
        """Six digits of the place of registration (GB/T 2260); the party may have moved since.

        >>> Code("91370200MA3C0D1EXF", "unified").region
        '370200'
        """
        return self.text[:6] if self.kind == "legacy" else self.text[2:8]


def normalise_code(text: str) -> str:
    """Half-width, upper case, no spaces or hyphens.

    >>> normalise_code("９１３７０２００－ma3c 0d1exf")
    '91370200MA3C0D1EXF'
    """
    return "".join(unicodedata.normalize("NFKC", text).upper().split()).translate(_NO_HYPHENS)


def read_code(text: str, *, where: str) -> Code | Problem:
    """The code written in `text`, or what is wrong with it: length, character or check character.

    Source: GB 32100-2015; for 15 digits GB/T 17710-2008 (ISO 7064 Mod 11, 10).
    """
    code = normalise_code(text)
    if len(code) == 18:
        wrong = _wrong_with_unified(code)
        kind: CodeKind = "individual" if code.startswith("92") else "unified"
    elif len(code) == 15:
        wrong = _wrong_with_legacy(code)
        kind = "legacy"
    else:
        wrong = f"{len(code)} characters; a unified code has 18, an old registration number 15"
        kind = "unified"
    return Problem(where, f"{text.strip()!r}: {wrong}") if wrong else Code(code, kind)


def _wrong_with_unified(code: str) -> str | None:
    strange = next((c for c in code if c not in ALPHABET), None)
    if strange is not None:
        place = code.index(strange) + 1
        return f"character {place} is {strange}; digits and letters except I O S V Z are allowed"
    if code[0] not in REGISTERING_BODIES:
        return f"character 1 is {code[0]}; no registering body has it"
    if not code[2:8].isdecimal():
        return f"characters 3 to 8 are {code[2:8]}; an administrative division has six digits"
    expected = uscc.calc_check_digit(code[:17])
    return None if code[17] == expected else f"the check character should be {expected}, not {code[17]}"


def _wrong_with_legacy(code: str) -> str | None:
    for place, character in enumerate(code, start=1):
        if character not in "0123456789":
            return f"character {place} is {character}; an old registration number has 15 digits"
    expected = mod_11_10.calc_check_digit(code[:14])
    return None if code[14] == expected else f"the check digit should be {expected}, not {code[14]}"

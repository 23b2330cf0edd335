"""One form for signs that are printed in several: widths, brackets, dashes, spaces. Lengths never change."""

_WIDE = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
_SAME = {
    **dict.fromkeys("（﹙⟮", "("),
    **dict.fromkeys("）﹚⟯", ")"),
    **dict.fromkeys("〔［【﹝〖〘", "["),
    **dict.fromkeys("〕］】﹞〗〙", "]"),
    **dict.fromkeys("—–―−‐‑‒─━", "-"),
    **dict.fromkeys("〜∼～", "~"),
    **dict.fromkeys("　\u00a0\u2002\u2003\u2009\u202f\u205f\r", " "),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", "\u200b"),
    **dict.fromkeys("\v\u2028\u2029\u0085", "\n"),
    **dict.fromkeys("「『", "“"),
    **dict.fromkeys("」』", "”"),
    "，": ",",
    "：": ":",
    "；": ";",
    "﹪": "%",
    "｡": "。",
    "﹑": "、",
    "︰": ":",
    "⽇": "日",
    "⽉": "月",
}
_TABLE = _WIDE | {ord(sign): one for sign, one in _SAME.items()}


def unify(text: str) -> str:
    """The text with each sign in one form, character for character, so that places in it hold in the original.

    >>> unify("青政发〔２０１２〕４６号　６％—１０％，（含）")
    '青政发[2012]46号 6%-10%,(含)'
    """
    return text.translate(_TABLE)

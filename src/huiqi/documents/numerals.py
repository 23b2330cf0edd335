"""Chinese numerals as labels, years and figures print them: 二十一, 一百零二, 二〇一二, 三千万."""

DIGITS = {
    "零": 0,
    "〇": 0,
    "○": 0,
    "О": 0,
    "O": 0,
    "一": 1,
    "壹": 1,
    "二": 2,
    "贰": 2,
    "两": 2,
    "三": 3,
    "叁": 3,
    "四": 4,
    "肆": 4,
    "五": 5,
    "伍": 5,
    "六": 6,
    "陆": 6,
    "七": 7,
    "柒": 7,
    "八": 8,
    "捌": 8,
    "九": 9,
    "玖": 9,
}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟"
SINGLE_SIGNS = ("㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇", "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛")
LONGEST = 24  # characters; a longer run is not a number anyone prints


def read_numeral(printed: str) -> int | None:
    """The whole number a numeral stands for, or None where it is not one.

    >>> [read_numeral(n) for n in ("十", "二十一", "一百零二", "二〇一二", "三千万", "37", "③", "十十")]
    [10, 21, 102, 2012, 30000000, 37, 3, None]
    """
    if not printed or len(printed) > LONGEST:
        return None
    if printed.isascii():
        return int(printed) if printed.isdigit() else None
    if len(printed) == 1:
        for signs in (CIRCLED, *SINGLE_SIGNS):
            if printed in signs:
                return signs.index(printed) + 1
    if all(sign in DIGITS for sign in printed):
        return int("".join(str(DIGITS[sign]) for sign in printed))
    return _by_place(printed)


def _by_place(printed: str) -> int | None:
    total = section = digit = 0
    last_ten = 10_000
    for sign in printed:
        if sign in DIGITS:
            if digit:
                return None
            digit = DIGITS[sign]
        elif sign in TENS:
            if TENS[sign] >= last_ten:
                return None
            last_ten = TENS[sign]
            section += (digit or 1) * last_ten
            digit = 0
        elif sign in MYRIADS:
            total = (total + section + digit) * MYRIADS[sign]
            section, digit, last_ten = 0, 0, 10_000
        else:
            return None
    return total + section + digit

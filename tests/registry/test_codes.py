from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from huiqi.base.problem import Problem
from huiqi.registry.codes import ALPHABET, REGISTERING_BODIES, Code, read_code

REGIONS = st.from_regex(r"[1-9][0-9]{5}", fullmatch=True)


@st.composite
def unified_codes(draw: st.DrawFn) -> str:
    body = draw(st.sampled_from(REGISTERING_BODIES)) + draw(st.sampled_from(ALPHABET)) + draw(REGIONS)
    body += draw(st.text(ALPHABET, min_size=9, max_size=9))
    return body + uscc.calc_check_digit(body)


@st.composite
def legacy_codes(draw: st.DrawFn) -> str:
    body = draw(st.from_regex(r"[1-9][0-9]{13}", fullmatch=True))
    return body + mod_11_10.calc_check_digit(body)


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@given(unified_codes(), st.sampled_from([str, str.lower, wide, lambda c: f" {c[:8]}-{c[8:]}　"]))
def test_a_valid_code_is_read_in_any_writing(code, write):
    read = read_code(write(code), where="row 1")
    assert isinstance(read, Code)
    assert read.text == code
    assert read.region == code[2:8]


@given(unified_codes() | legacy_codes(), st.data())
def test_one_wrong_character_never_passes(code, data):
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([c for c in ALPHABET + "IOSVZ" if c != code[place]]))
    read = read_code(code[:place] + other + code[place + 1 :], where="row 7")
    assert isinstance(read, Problem)
    assert read.where == "row 7"


@given(legacy_codes())
def test_an_old_registration_number_is_accepted_as_such(code):
    assert read_code(code, where="") == Code(code, "legacy")


def test_vectors_worked_out_from_the_standard():
    for code in ("91350100M000100Y43", "91630000MA75A1B28H", "91370200MA3C0D1EXF", "1263000000016A1B8G"):
        assert read_code(code, where="") == Code(code, "unified")


def test_a_code_that_begins_with_92_is_an_individual_business():
    code = "92370203MA3XXXXX0" + uscc.calc_check_digit("92370203MA3XXXXX0")
    assert read_code(code, where="").kind == "individual"


def test_what_is_wrong_is_named():
    wrong = {
        "91370200MA3C0D1EX": "17 characters; a unified code has 18",
        "91370200MA3C0D1EX1": "the check character should be F, not 1",
        "9137020OMA3C0D1EXF": "character 8 is O",
        "B1370200MA3C0D1EXF": "no registering body",
        "9137A200MA3C0D1EXF": "an administrative division has six digits",
        "370200000000001": "the check digit should be 5, not 1",
        "37020000000A001": "character 12 is A",
        "": "0 characters",
    }
    for code, message in wrong.items():
        assert message in str(read_code(code, where="row 1")), code

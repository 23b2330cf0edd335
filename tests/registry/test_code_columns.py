"""A column of codes is judged as each code is judged alone."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from huiqi.registry.code_columns import plain_codes, regions_of
from huiqi.registry.codes import ALPHABET, Code, normalise_code, read_code

BODY = st.text(ALPHABET, min_size=17, max_size=17)
REGION = st.tuples(st.sampled_from("0159AMNYZ"), st.from_regex(r"[0-9A-Z][0-9]{6}", fullmatch=True))
TEXT = st.one_of(
    BODY.map(lambda body: body + uscc.calc_check_digit(body)),
    st.tuples(REGION, st.text(ALPHABET, min_size=9, max_size=9)).map(
        lambda parts: parts[0][0] + parts[0][1] + parts[1] + "0"
    ),
    st.builds(
        lambda body, region, own: body + region + own + uscc.calc_check_digit(body + region + own),
        st.sampled_from("123456789ANY0B"),
        st.text("0123456789A", min_size=7, max_size=7),
        st.text(ALPHABET, min_size=9, max_size=9),
    ),
    st.text("0123456789", min_size=14, max_size=14).map(lambda body: body + mod_11_10.calc_check_digit(body)),
    st.text("0123456789A", min_size=15, max_size=15),
    st.text(max_size=20),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=8))
def test_a_column_of_codes_is_judged_as_each_code_alone(texts):
    expected = [
        isinstance(read_code(text, where=""), Code) and text == normalise_code(text) for text in texts
    ]
    assert plain_codes(pa.array(texts, pa.string())).tolist() == expected
    good = [text for text, fine in zip(texts, expected, strict=True) if fine]
    regions = [code.region for text in good if isinstance(code := read_code(text, where=""), Code)]
    assert regions_of(pa.array(good, pa.string())).to_pylist() == regions

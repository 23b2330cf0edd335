"""Check a whole column of codes at once: the same answers as `codes.read_code`, for codes written plainly.

>>> plain_codes(
...     pa.array(["91370200MA3C0D1EXF", "91370200MA3C0D1EX1", "370200000000005", "9137 0200"])
... ).tolist()
[True, False, True, False]
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.registry.codes import ALPHABET, REGISTERING_BODIES

Mask = npt.NDArray[np.bool_]
UNIFIED, LEGACY = 18, 15

_FOREIGN = 255
_VALUE = np.full(256, _FOREIGN, np.uint8)
_VALUE[[ord(c) for c in ALPHABET]] = np.arange(len(ALPHABET))
_BODY = np.zeros(256, bool)
_BODY[[ord(c) for c in REGISTERING_BODIES]] = True
_WEIGHTS = [pow(3, place, 31) for place in range(UNIFIED - 1)]


def plain_codes(texts: pa.StringArray) -> Mask:
    """Rows that are a valid code, upper case and half-width, without spaces or hyphens."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    lengths = np.diff(offsets)
    good = np.zeros(len(texts), bool)
    for length, check in ((UNIFIED, _unified), (LEGACY, _legacy)):
        rows = np.flatnonzero(lengths == length)
        if len(rows) == len(texts) and len(rows):  # all alike: the bytes already lie in a table
            return check(data[offsets[0] : offsets[-1]].reshape(-1, length))
        good[rows] = check(data[offsets[rows][:, None] + np.arange(length)])
    return good


def regions_of(codes: pa.StringArray) -> pa.StringArray:
    """Six digits of the place of registration, of valid codes."""
    if pc.all(pc.equal(pc.binary_length(codes), UNIFIED)).as_py():
        return pc.utf8_slice_codeunits(codes, 2, 8)
    legacy = pc.equal(pc.binary_length(codes), LEGACY)
    return pc.if_else(legacy, pc.utf8_slice_codeunits(codes, 0, 6), pc.utf8_slice_codeunits(codes, 2, 8))


def _unified(characters: Any) -> Mask:
    """Source: GB 32100-2015, check character by ISO 7064 Mod 31 with weights 3^i."""
    values = _VALUE[characters]
    good: Mask = _BODY[characters[:, 0]]
    total = np.zeros(len(characters), np.int32)
    for place in range(UNIFIED):
        value = values[:, place]
        good &= (value <= 9) if 2 <= place < 8 else (value != _FOREIGN)
        if place < UNIFIED - 1:
            total += value * np.int32(_WEIGHTS[place])
    good &= (31 - total % 31) % 31 == values[:, -1]
    return good


def _legacy(characters: Any) -> Mask:
    """Source: GB/T 17710-2008, ISO 7064 Mod 11, 10."""
    digits = characters.astype(np.int32) - ord("0")
    good: Mask = ((digits >= 0) & (digits <= 9)).all(axis=1)
    product = np.full(len(characters), 10, np.int32)
    for place in range(LEGACY - 1):
        rest = (product + digits[:, place]) % 10
        product = np.where(rest == 0, 10, rest) * 2 % 11
    good &= (11 - product) % 10 == digits[:, -1]
    return good

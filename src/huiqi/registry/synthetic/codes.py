"""Unified social credit codes for parties that do not exist.

The organisation part begins with XX, a series not known to be given out (real ones are eight digits or begin
with MA, MB …), then counts in base 31. Both check characters are right, GB 11714 for the organisation part
and GB 32100-2015 for the whole, so the codes pass every validation and are still told apart at sight.

>>> individual = np.array([False, True])
>>> synthetic_codes(np.array([0, 1]), individual, ["370202", "370203"], np.array([0, 1])).tolist()
[b'91370202XX00000001', b'92370203XX00000199']
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from huiqi.registry.codes import ALPHABET

SYNTHETIC_SERIES = "XX"
CAPACITY = 31**6

_LETTERS = np.frombuffer(ALPHABET.encode(), np.uint8)
_VALUES = np.zeros(128, np.int64)
_VALUES[_LETTERS] = np.arange(31)
_ORGANISATION_VALUES = np.zeros(128, np.int64)  # GB 11714: 0-9, then A to Z as 10 to 35
_ORGANISATION_VALUES[np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)] = np.arange(36)
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORGANISATION_CHECKS = np.frombuffer(b"0123456789X", np.uint8)
_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])

Ints = npt.NDArray[np.int64]


def synthetic_codes(
    serials: Ints, is_individual: npt.NDArray[np.bool_], districts: Sequence[str], district: Ints
) -> npt.NDArray[np.bytes_]:
    """One code of 18 bytes per serial; `district` indexes `districts`. Raises ValueError past 31**6."""
    if serials.size and int(serials.max()) >= CAPACITY:
        raise ValueError(f"the synthetic series holds {CAPACITY} codes")
    codes = np.empty((len(serials), 18), np.uint8)
    codes[:, 0] = ord("9")
    codes[:, 1] = np.where(is_individual, ord("2"), ord("1"))
    codes[:, 2:8] = np.frombuffer("".join(districts).encode(), np.uint8).reshape(-1, 6)[district]
    codes[:, 8:10] = np.frombuffer(SYNTHETIC_SERIES.encode(), np.uint8)
    for place in range(6):
        codes[:, 10 + place] = _LETTERS[serials // 31 ** (5 - place) % 31]
    organisation = _ORGANISATION_VALUES[codes[:, 8:16]] @ _ORGANISATION_WEIGHTS
    codes[:, 16] = _ORGANISATION_CHECKS[(11 - organisation % 11) % 11]
    codes[:, 17] = _LETTERS[(31 - _VALUES[codes[:, :17]] @ _WEIGHTS % 31) % 31]
    return codes.view("S18").reshape(-1)

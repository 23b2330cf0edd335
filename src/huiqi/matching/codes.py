"""Where parties stand in a register, by their codes."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def places_of(new: pa.Array, old: pa.Array) -> npt.NDArray[np.int64]:
    """Where each code stands among the old ones, which are sorted; -1 where it does not."""
    mine, theirs = of_one_length(new), of_one_length(old)
    if mine is None or theirs is None or mine.dtype != theirs.dtype:
        found = pc.index_in(new, value_set=old).fill_null(-1)
        return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)
    places = np.minimum(np.searchsorted(theirs, mine), len(theirs) - 1)
    return np.where(theirs[places] == mine, places, -1)


def of_one_length(codes: pa.Array) -> npt.NDArray[np.bytes_] | None:
    """The texts as they lie there, where all are equally long."""
    if not len(codes):
        return None
    offsets = np.frombuffer(codes.buffers()[1], np.int32)[codes.offset :][: len(codes) + 1]
    length = int(offsets[1] - offsets[0])
    if not length or (np.diff(offsets) != length).any():
        return None
    whole = np.frombuffer(codes.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    return whole.view(f"S{length}")

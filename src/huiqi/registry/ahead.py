"""Work done in other threads while the caller works on, results in order; what is in flight is bounded."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

THREADS = 2
ITEMS_AHEAD = 2


def in_order(
    work: Callable[[Given], Made], items: Iterable[Given], *, threads: int = THREADS
) -> Iterator[Made]:
    """`work` of every item, in order; at most `threads` + 1 results wait. Errors come where the result would.

    >>> list(in_order(len, ["a", "bb"]))
    [1, 2]
    """
    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[Made]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def made_ahead(items: Iterable[Made]) -> Iterator[Made]:
    """The items, the next two being made in another thread while the caller works on the last.

    >>> list(made_ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    iterator = iter(items)
    with ThreadPoolExecutor(1) as pool:
        waiting = deque(pool.submit(_next, iterator) for _ in range(ITEMS_AHEAD))
        while item := waiting.popleft().result():
            waiting.append(pool.submit(_next, iterator))
            yield item[0]


def _next(iterator: Iterator[Made]) -> tuple[Made] | None:
    for item in iterator:
        return (item,)
    return None

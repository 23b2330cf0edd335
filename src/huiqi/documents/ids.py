"""Ids that are not taken yet."""

from collections import Counter


class Ids:
    """The ids given so far in one document."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def take(self, wanted: str) -> str:
        """The id wanted, or with -2, -3, … behind it where it is taken.

        >>> ids = Ids()
        >>> [ids.take("c5"), ids.take("c5"), ids.take("c5"), ids.take("c5-2")]
        ['c5', 'c5-2', 'c5-3', 'c5-2-2']
        """
        free = wanted
        while self._times[free]:
            self._times[wanted] += 1
            free = f"{wanted}-{self._times[wanted]}"
        self._times[free] += 1
        return free

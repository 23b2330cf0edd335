"""A problem found in someone's input, kept as a value so that all of them can be shown at once."""

from typing import NamedTuple


class Problem(NamedTuple):
    """A mistake a person can mend.

    >>> print(Problem("measures/loan.yaml:7", "unknown fact 'employes'; did you mean 'employees'?"))
    measures/loan.yaml:7: unknown fact 'employes'; did you mean 'employees'?
    """

    where: str  # a file and line, a row of a table, or the place in a document
    message: str  # what is wrong and what mends it

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class NotNow(ValueError):
    """It is in a state in which this cannot be done, or it is not this person's to do."""

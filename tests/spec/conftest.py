"""Each chapter is run on every engine that can answer it."""

import pytest

from tests.engines import ENGINES
from tests.spec.checks import CombinationChecks, ReadingChecks, RuleChecks, VerdictChecks


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> RuleChecks:
    return RuleChecks(request.param)


@pytest.fixture(params=["interpret", "batch"])
def one_at_a_time(request: pytest.FixtureRequest) -> RuleChecks:
    """What SQL has no form for; a match run leaves it to the interpreter."""
    return RuleChecks(request.param)


@pytest.fixture(params=["interpret", "batch"])
def verdicts(request: pytest.FixtureRequest) -> VerdictChecks:
    return VerdictChecks(request.param)


@pytest.fixture
def reader() -> ReadingChecks:
    return ReadingChecks()


@pytest.fixture
def matters() -> CombinationChecks:
    return CombinationChecks()

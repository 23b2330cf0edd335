"""Rules, and two versions of a register with runs over them, for tests of what changes from run to run."""

import pytest

from huiqi.matching.simulate.types import Ruleset
from huiqi.packs.types import Library
from tests.matching.versions import World, loaded, rules_of, world_of


@pytest.fixture(scope="module")
def library() -> Library:
    return loaded()


@pytest.fixture(scope="module")
def rules(library: Library) -> Ruleset:
    return rules_of(library)


@pytest.fixture(scope="module")
def world(rules: Ruleset) -> World:
    return world_of(rules)

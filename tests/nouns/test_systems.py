"""A system is a composition, or says why it is only organisational."""

from tests.nouns.packs import load_trial, problems_of

SYSTEM = """
    - id: grants
      name: {zh: 资金, en: grants}
      clauses: [c1]
      what: {zh: 资金, en: money}
      users: [enterprise, 市财政局]
      made_of:
        measures: [grant]
"""


def test_parts_are_named_and_unknown_ones_told(tmp_path):
    pack, problems = load_trial(tmp_path, systems=SYSTEM)
    assert problems == []
    assert pack.systems["grants"].parts.measures == ("grant",)
    assert pack.systems["grants"].is_declared
    assert problems_of(tmp_path, systems=SYSTEM.replace("[grant]", "[grantt]")) == [
        "trial/systems.yaml:8: grants: there is no measure 'grantt'; did you mean 'grant'?"
    ]
    assert problems_of(tmp_path, systems=SYSTEM.replace("measures:", "mesures:")) == [
        "trial/systems.yaml:8: grants: made_of.mesures: the format has no such key"
    ]


def test_a_system_of_nothing_must_say_why(tmp_path):
    nothing = SYSTEM.replace("measures: [grant]", "duties: []")
    assert problems_of(tmp_path, systems=nothing) == [
        "trial/systems.yaml:7: grants: made_of names nothing that runs; say so with organisational: true and why"
    ]
    why = nothing + "      organisational: true\n      why: {zh: 只是组织, en: organisation only}\n"
    pack, problems = load_trial(tmp_path, systems=why)
    assert problems == []
    assert pack.systems["grants"].why.zh == "只是组织"


def test_organisational_and_parts_exclude_each_other(tmp_path):
    both = SYSTEM + "      organisational: true\n      why: {zh: 只是组织, en: organisation only}\n"
    assert problems_of(tmp_path, systems=both) == [
        "trial/systems.yaml:9: grants: is organisational, but has grant"
    ]
    (problem,) = problems_of(tmp_path, systems=SYSTEM + "      organisational: true\n")
    assert problem.endswith("organisational: true and why go together")


def test_ids_are_given_once(tmp_path):
    assert problems_of(tmp_path, systems=SYSTEM + SYSTEM.lstrip("\n")) == [
        "trial/systems.yaml:9: system 'grants' is declared twice"
    ]

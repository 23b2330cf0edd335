"""A template is filled in before its format is checked; its user may say more than its parameters."""

from tests.nouns.packs import load_trial, problems_of

LIST = """
    id: list
    summary: {zh: 名单, en: list}
    parameters:
      keeper: {zh: 部门, en: keeper, required: true}
      term: {zh: 有效期, en: term}
      fields: {zh: 字段, en: fields, default: []}
      checked_by: {zh: 复核部门, en: checker, default: $keeper}
    body:
      title: {zh: "{of}名单", en: "list of {of}"}
      of: enterprise
      keeper: $checked_by
      term: $term
      fields:
        - {name: entry_name, type: text, zh: 名称, en: name}
        - {if: term, name: valid_until, type: date, zh: 至, en: valid until}
        - {if: not term, name: for_ever, type: bool, zh: 长期, en: for ever}
        - $fields
      exits:
        - {id: left, zh: 退出, en: left}
    """
SYSTEM = """
    - id: experts
      name: {zh: 专家库, en: experts}
      clauses: [c1]
      what: {zh: 库, en: a list}
      users: [enterprise]
      made_of:
        registers: [%s]
    """


def test_a_part_in_a_system_takes_its_name_clauses_and_id_from_there(tmp_path):
    system = SYSTEM % "{extends: list, with: {keeper: [市财政局], term: {n: 3, unit: years}}}"
    pack, problems = load_trial(tmp_path, templates__registers__list=LIST, systems=system)
    assert problems == []
    register = pack.registers["experts-list"]
    assert (register.title.zh, register.title.en) == ("专家库名单", "list of experts")
    assert register.clauses == ("c1",)
    assert register.keeper == ("市财政局",)
    assert [f.name for f in register.fields] == ["entry_name", "valid_until"]
    assert pack.systems["experts"].parts.registers == ("experts-list",)


def test_what_has_no_value_falls_away_and_lists_are_spliced(tmp_path):
    system = SYSTEM % "{extends: list, with: {keeper: [市财政局], fields: [employees, is_small]}}"
    pack, problems = load_trial(tmp_path, templates__registers__list=LIST, systems=system)
    assert problems == []
    register = pack.registers["experts-list"]
    assert register.term is None
    assert [f.name for f in register.fields] == ["entry_name", "for_ever", "employees", "is_small"]


def test_own_keys_go_over_the_body_thing_by_thing(tmp_path):
    own = "fields: [{name: entry_name, public: true}, {name: rank, type: int, zh: 名次, en: rank}]"
    system = SYSTEM % f"{{extends: list, id: best, {own}, with: {{keeper: [市财政局]}}}}"
    pack, problems = load_trial(tmp_path, templates__registers__list=LIST, systems=system)
    assert problems == []
    fields = {f.name: f for f in pack.registers["best"].fields}
    assert list(fields) == ["entry_name", "for_ever", "rank"]
    assert fields["entry_name"].public


def test_wrong_and_missing_parameters_are_named_with_their_line(tmp_path):
    system = SYSTEM % "{extends: list, with: {keper: [市财政局]}}"
    assert problems_of(tmp_path, templates__registers__list=LIST, systems=system) == [
        "trial/systems.yaml:8: template 'list' has no parameter 'keper'; did you mean 'keeper'?",
        "trial/systems.yaml:8: template 'list' needs the parameter 'keeper'",
    ]


def test_an_unknown_template_is_told_the_nearest(tmp_path):
    system = SYSTEM % "{extends: lists, with: {keeper: [市财政局]}}"
    assert problems_of(tmp_path, templates__registers__list=LIST, systems=system) == [
        "trial/systems.yaml:8: there is no template 'lists' of registers; did you mean 'list'?"
    ]


def test_a_template_uses_what_it_declares_and_declares_what_it_uses(tmp_path):
    broken = LIST.replace("term: $term", "term: $terms")
    assert problems_of(tmp_path, templates__registers__list=broken) == [
        "trial/templates/registers/list.yaml:2: there is no parameter 'terms'; did you mean 'term'?"
    ]
    unused = LIST.replace("parameters:", "parameters:\n      spare: {zh: 无用, en: unused}")
    assert problems_of(tmp_path, templates__registers__list=unused) == [
        "trial/templates/registers/list.yaml:2: the parameter 'spare' is not used in the body"
    ]

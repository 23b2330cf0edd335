"""Who may enter, in which grade, and what an entry makes known."""

from tests.nouns.packs import load_trial, problems_of

POOL = """
    - id: pool
      title: {zh: 培育库, en: pool}
      clauses: [c1]
      of: enterprise
      keeper: [市经信委]
      may_enter: is_small
      enters: by_itself
      fields: [employees, {name: patents, type: int, zh: 专利数, en: patents, min: 0, public: true}]
      grades:
        - {id: seed, zh: 种子, en: seed}
        - {id: star, zh: 明星, en: star, when: patents >= 3 and employees <= 100, term: {n: 3, unit: years}}
      exits: [{id: outgrown, zh: 升出, en: outgrown, when: employees > 1000 and grade = 'star'}]
      review: yearly
      access: public
      makes_known: [{fact: is_listed, grades: [star]}]
    """


def test_a_register_reads_its_rules_over_facts_and_its_own_fields(tmp_path):
    pack, problems = load_trial(tmp_path, registers=POOL)
    assert problems == []
    pool = pack.registers["pool"]
    assert pool.enters_by_itself
    assert [(g.id, g.when.text if g.when else None) for g in pool.grades] == [
        ("seed", None),
        ("star", "patents >= 3 and employees <= 100"),
    ]
    assert pool.exits[0].when.text == "employees > 1000 and grade = 'star'"
    assert pool.makes_known[0].fact == "is_listed"
    assert pool.makes_known[0].value is True


def test_wrong_names_are_told_the_nearest(tmp_path):
    assert problems_of(tmp_path, registers=POOL.replace("grade = 'star'", "grade = 'sun'")) == [
        "trial/registers.yaml:13:1:28: grade has no value 'sun'; it has seed, star"
    ]
    assert problems_of(tmp_path, registers=POOL.replace("grades: [star]", "grades: [starr]")) == [
        "trial/registers.yaml:16: there is no grade 'starr'; did you mean 'star'?"
    ]
    assert problems_of(tmp_path, registers=POOL.replace("fact: is_listed", "fact: is_lsited")) == [
        "trial/registers.yaml:16: pool: there is no fact 'is_lsited'; did you mean 'is_listed'?"
    ]
    assert problems_of(tmp_path, registers=POOL.replace("of: enterprise", "of: entreprise")) == [
        "trial/registers.yaml:5: pool: of: there is no kind of party or thing 'entreprise'; "
        "did you mean 'enterprise'?"
    ]
    assert problems_of(tmp_path, registers=POOL.replace("市经信委", "60000元")) == [
        "trial/registers.yaml:6: pool: '60000元' is neither a kind of party nor an authority"
    ]


def test_a_fact_is_made_known_with_a_value_it_can_have(tmp_path):
    wrong = POOL.replace("{fact: is_listed, grades: [star]}", "{fact: is_listed, value: gold}")
    assert problems_of(tmp_path, registers=wrong) == ["trial/registers.yaml:16: is_listed cannot be 'gold'"]


def test_what_enters_by_itself_needs_a_rule(tmp_path):
    assert problems_of(tmp_path, registers=POOL.replace("      may_enter: is_small\n", "")) == [
        "trial/registers.yaml:7: what enters by itself needs may_enter, the rule of it"
    ]


def test_a_field_is_a_fact_or_complete(tmp_path):
    assert problems_of(tmp_path, registers=POOL.replace("type: int, zh: 专利数", "zh: 专利数")) == [
        "trial/registers.yaml:9: pool: fields.1: a field is a fact's name, or has name, type, zh and en"
    ]
    assert problems_of(tmp_path, registers=POOL.replace("[employees, {", "[employes, {")) == [
        "trial/registers.yaml:9: pool: there is no fact 'employes'; did you mean 'employees'?"
    ]

"""Every shared template comes to a sound part: used by a document, or by the synthetic pack here."""

import shutil
from pathlib import Path

from huiqi.packs.load import load_library
from tests.nouns.packs import FILES, load_trial

PACKS = Path(__file__).parents[2] / "packs"
WITH_COMMON = FILES["pack.yaml"].replace("version: 1.0.0", "version: 1.0.0\n        requires: [cn-common]")
SYSTEM = """
    - id: vouchers
      name: {zh: 创新券, en: innovation voucher}
      clauses: [c1, c2]
      what: {zh: 发券兑付, en: vouchers}
      users: [enterprise, 市科技局]
      made_of:
        registers:
          - {extends: agencies, with: {keeper: [市科技局], kinds: {testing: {zh: 检测, en: testing}}}}
          - {extends: loans, with: {keeper: [市科技局]}}
        funds:
          - {extends: voucher-fund, with: {manager: [市科技局], payer: [市财政局], face: 5万, valid: {n: 1, unit: years}, covers: 50%, providers: vouchers-agencies}}
          - {extends: grants, with: {manager: [市科技局]}}
        cases:
          - {extends: voucher, with: {fund: vouchers-voucher-fund, handled_by: [市科技局], paid_by: [市财政局], requires: [is_small]}}
          - {extends: hotline-ticket, with: {handled_by: [市科技局], reply_within: {n: 5, unit: working_days}}}
          - {extends: objection, with: {handled_by: [市科技局]}}
          - {extends: periodic-return, with: {rounds: yearly, reported_by: [agency], handled_by: [市科技局], form: [{name: services, type: int, zh: 服务次数, en: services, min: 0}]}}
        exchanges:
          - {extends: talent, with: {operator: [市科技局], kinds: {expert: {zh: 专家, en: expert}}}}
          - {extends: capital, with: {operator: [市科技局], kinds: {seed: {zh: 种子期, en: seed}}}}
        events:
          - {extends: contest, with: {hosts: [市科技局]}}
        indicators:
          - {extends: leverage, with: {fund: vouchers-grants, register: vouchers-loans}}
          - {extends: return-sum, with: {return: vouchers-periodic-return, what: services, unit: 次}}
          - {extends: returns-received, with: {return: vouchers-periodic-return}}
          - {extends: stated-growth, with: {stated_by: [市科技局]}}
"""
NOUNS = ("registers", "cases", "funds", "exchanges", "events", "indicators")


def test_every_shared_template_makes_a_sound_part(tmp_path):
    shutil.copytree(PACKS / "cn-common", tmp_path / "cn-common")
    pack, problems = load_trial(tmp_path, pack=WITH_COMMON, systems=SYSTEM)
    assert problems == []
    packs = load_library(PACKS)[0].packs
    used = {
        (noun, part.template)
        for some in (*packs.values(), pack)
        for noun in NOUNS
        for part in getattr(some, noun).values()
    }
    assert set(packs["cn-common"].templates) - used == set()


def test_a_voucher_expires_when_it_was_issued_and_not_reserved(tmp_path):
    shutil.copytree(PACKS / "cn-common", tmp_path / "cn-common")
    pack, _ = load_trial(tmp_path, pack=WITH_COMMON, systems=SYSTEM)
    voucher = pack.cases["vouchers-voucher"]
    assert voucher.steps["expire"].from_states == {"issued"}
    assert voucher.steps["settle"].not_by == {"issue"}
    fund = pack.funds["vouchers-voucher-fund"]
    assert fund.vouchers.face.text == "5万"
    assert fund.vouchers.covers * 2 == 1
    assert fund.vouchers.providers == "vouchers-agencies"

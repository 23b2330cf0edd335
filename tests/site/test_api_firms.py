"""With a key: the verdicts of firms one may see, the files of the register; and who looked is kept."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from huiqi.access.models import Membership
from huiqi.audit.models import Deed
from huiqi.dossiers.actions import Audience, give_consent, withdraw_open
from huiqi.dossiers.groups import Group
from huiqi.dossiers.models import Viewing
from huiqi.dossiers.queries import file_of
from huiqi.holdings import current
from huiqi.keys.actions import Wish, make_key
from huiqi.registry.publish import sha256_of
from tests.site.conftest import DAY, NOW, Site

KeyOf = Callable[..., Client]


@pytest.fixture
def key_of(site: Site) -> KeyOf:
    """A client with a key of one of the cast."""

    def make(name: str, *scopes: str, region: str = "") -> Client:
        membership = Membership.objects.get(user__username=name)
        wish = Wish("test", scopes, localdate(), region=region or membership.region)
        made = make_key(wish, membership=membership, by="admin", on=localdate(), at=now())
        assert made.secret, made.problems
        return Client(headers={"Authorization": f"Bearer {made.secret}"})

    return make


def agree(site: Site, *groups: Group) -> None:
    dossier = file_of(site.firm, on=DAY)
    assert dossier is not None
    audience = Audience(site.bank, "bank")
    until = DAY + timedelta(days=90)
    give_consent(audience, groups, about=dossier.party, until=until, by="firm", on=DAY, at=NOW)


def stored(code: str) -> dict[str, str]:
    run = current.run()
    table = run.of_party(code) if run is not None else None
    assert table is not None
    return {row["measure"]: row["verdict"] for row in table.to_pylist()}


def test_an_office_reads_the_stored_verdicts_and_the_firm_is_shown_it(key_of: KeyOf, site: Site):
    found = key_of("head", "matches:read").get(f"/api/v1/matches/{site.firm}").json()
    assert {m["measure"]: m["verdict"] for m in found["matches"]} == stored(site.firm)
    assert found["as_of"] == "2013-06-30"
    assert found["synthetic"] is True
    assert found["withheld"] == 0
    viewing = Viewing.objects.get(party=site.firm)
    assert viewing.by == "head"
    assert " · hq_" in viewing.on_behalf_of
    assert Deed.objects.filter(what="dossiers.file.viewed", about=f"party:{site.firm}").count() == 1


def test_a_firm_reads_its_own_and_nobody_elses(key_of: KeyOf, site: Site):
    client = key_of("firm", "matches:read")
    assert client.get(f"/api/v1/matches/{site.firm}").status_code == 200
    assert client.get(f"/api/v1/matches/{site.bank}").status_code == 404
    assert not Viewing.objects.exists()


def test_a_key_for_another_region_reaches_nothing(key_of: KeyOf, site: Site):
    region = str((site.snapshot.find(site.firm) or {})["region"])
    other = "370299" if region != "370299" else "370298"
    assert (
        key_of("head", "matches:read", region=region).get(f"/api/v1/matches/{site.firm}").status_code == 200
    )
    refused = key_of("head", "matches:read", region=other).get(f"/api/v1/matches/{site.firm}")
    unknown = key_of("head", "matches:read").get("/api/v1/matches/91370200000000000X")
    assert refused.status_code == unknown.status_code == 404
    assert refused.json()["title"] == unknown.json()["title"]


def test_a_bank_sees_what_the_firm_agreed_to(key_of: KeyOf, site: Site):
    client = key_of("bank", "matches:read")
    assert client.get(f"/api/v1/matches/{site.firm}").status_code == 404
    agree(site, *Group)
    whole = client.get(f"/api/v1/matches/{site.firm}").json()
    assert len(whole["matches"]) == len(stored(site.firm))
    agree(site, Group.REGISTRATION, Group.TITLES)
    some = client.get(f"/api/v1/matches/{site.firm}").json()
    assert some["withheld"] > 0
    assert len(some["matches"]) + some["withheld"] == len(whole["matches"])
    withdraw_open(site.firm, site.bank, by="firm", on=DAY, at=NOW)
    assert client.get(f"/api/v1/matches/{site.firm}").status_code == 404


def test_a_key_is_good_for_its_scopes_alone(key_of: KeyOf, site: Site, visitor: Client):
    path = f"/api/v1/matches/{site.firm}"
    assert visitor.get(path).status_code == 401
    refused = key_of("head", "snapshots:read").get(path)
    assert refused.status_code == 403
    assert "matches:read" in refused.json()["detail"]
    assert not Viewing.objects.exists()


def test_snapshots_are_listed_without_codes_of_firms(visitor: Client, site: Site):
    answer = visitor.get("/api/v1/snapshots")
    (found,) = answer.json()["items"]
    assert found["current"] is True
    assert found["rows"] == 2000
    assert found["synthetic"] is True
    assert {column["name"] for column in found["columns"]} == set(site.snapshot.columns)
    assert all(entry.first not in answer.content.decode() for entry in site.snapshot.manifest.files)


def test_a_file_of_a_snapshot_is_the_file(key_of: KeyOf, site: Site, tmp_path: Path):
    client = key_of("head", "snapshots:read")
    (found,) = client.get("/api/v1/snapshots").json()["items"]
    file = found["files"][0]
    answer: Any = client.get(f"/api/v1/snapshots/{found['version']}/{file['path']}")
    assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"
    copy = tmp_path / "copy.parquet"
    copy.write_bytes(b"".join(answer.streaming_content))
    assert sha256_of(copy) == file["sha256"]
    assert pl.read_parquet(copy).height == file["rows"]
    again = client.get(
        f"/api/v1/snapshots/{found['version']}/{file['path']}",
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304
    assert Deed.objects.get(what="registry.file.downloaded").detail["file"] == file["path"]


@pytest.mark.parametrize(
    "file",
    ["_manifest.json", "../CURRENT", "%2e%2e/CURRENT", "city=3702/../_manifest.json", "city=9999/x.parquet"],
)
def test_nothing_but_files_of_the_manifest(key_of: KeyOf, site: Site, file: str):
    client = key_of("head", "snapshots:read")
    assert client.get(f"/api/v1/snapshots/{site.snapshot.folder.name}/{file}").status_code == 404


@pytest.mark.parametrize("version", ["v-1", "..", "CURRENT", "v-20130630-000000000000"])
def test_nothing_but_published_versions(key_of: KeyOf, version: str):
    client = key_of("head", "snapshots:read")
    assert client.get(f"/api/v1/snapshots/{version}/city=3702/part-00000.parquet").status_code == 404


def test_a_district_does_not_get_the_file_of_its_city(key_of: KeyOf, site: Site, visitor: Client):
    path = f"/api/v1/snapshots/{site.snapshot.folder.name}/{site.snapshot.manifest.files[0].path}"
    assert key_of("head", "snapshots:read", region="370203").get(path).status_code == 403
    assert key_of("head", "matches:read").get(path).status_code == 403
    assert visitor.get(path).status_code == 401
    assert not Deed.objects.filter(what="registry.file.downloaded").exists()


def test_the_current_run_in_short(visitor: Client, site: Site):
    found = visitor.get("/api/v1/runs/current").json()
    assert found["run"] == "2013-06-30"
    assert found["parties"] == 2000
    assert found["version"] == site.snapshot.folder.name
    run = current.run()
    assert run is not None
    verdicts = pl.Series(run.rows().column("verdict").to_pylist())
    assert found["verdicts"]["eligible"] == (verdicts == "eligible").sum()
    assert found["verdicts"]["unknown"] == (verdicts == "unknown").sum()


def test_without_a_run_it_says_so(visitor: Client, tmp_path: Path, settings: Any):
    settings.HUIQI_DATA = tmp_path
    assert visitor.get("/api/v1/runs/current").status_code == 404
    assert visitor.get("/api/v1/snapshots").json() == {"items": []}

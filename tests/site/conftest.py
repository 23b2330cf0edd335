"""The site as its users meet it: a small synthetic register that was matched, and one account for each role."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from huiqi.holdings import current
from huiqi.matching.run import match_register
from huiqi.procedures.cast import bring_in_the_cast, parties_by_role
from huiqi.registry.publish import write_snapshot
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, sample
from huiqi.registry.snapshot import Snapshot, open_snapshot
from huiqi.revisions.in_force import forget
from tests.site.lived_in import live_in
from tests.site.walk import ROLES, Page, got, walk

DAY = date(2013, 6, 30)
NOW = datetime(2013, 6, 30, 9, 0, tzinfo=UTC)
PASSWORD = "for the tests only"


@dataclass(frozen=True)
class Site:
    """Where the data of the site lies, and whom the cast acts for."""

    data: Path
    snapshot: Snapshot
    firm: str
    bank: str
    guarantor: str
    agency: str


@pytest.fixture(scope="session")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A data folder with 2,000 synthetic parties of Qingdao, matched as of 30 June 2013."""
    data = tmp_path_factory.mktemp("site")
    batches = sample(2_000, seed=11, region="370200", as_of=DAY, columns=SAMPLE_COLUMNS)
    write_snapshot(
        data / "register", batches, columns=SAMPLE_COLUMNS, source=SAMPLE_SOURCE, as_of=DAY, synthetic=True
    )
    snapshot = open_snapshot(data / "register")
    library = current.library()
    match_register(
        snapshot,
        list(library.measures()),
        rulebooks=library.rulebooks(),
        versions={slug: pack.version for slug, pack in library.packs.items()},
        as_of=DAY,
        folder=data / "runs" / "2013-06-30",
    )
    (data / "runs" / "CURRENT").write_text("2013-06-30", "utf-8")
    found = parties_by_role(snapshot)
    return Site(data, snapshot, found["enterprise"], found["bank"], found["guarantor"], found["agency"])


@pytest.fixture
def site(matched: Site, db: None, settings: object) -> Site:
    """The site with data and cast, on the day of the register."""
    settings.HUIQI_DATA = matched.data  # type: ignore[attr-defined]
    settings.HUIQI_DAY = DAY.isoformat()  # type: ignore[attr-defined]
    for cache in caches.all(initialized_only=True):
        cache.clear()  # requests of other tests are not counted
    bring_in_the_cast(
        firm=matched.firm,
        bank=matched.bank,
        guarantor=matched.guarantor,
        agency=matched.agency,
        password=PASSWORD,
        from_day=DAY,
        at=NOW,
    )
    return matched


@pytest.fixture
def visitor(site: Site) -> Client:
    return Client()


@pytest.fixture
def signed_in(site: Site) -> Callable[[str], Client]:
    """A client who is logged in as one of the cast: firm, agent, officer, head, bank, auditor, admin …"""

    def enter(name: str) -> Client:
        client = Client()
        assert client.login(username=name, password=PASSWORD)
        return client

    return enter


@pytest.fixture
def english(site: Site) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


@dataclass(frozen=True)
class Walked:
    """Every kind of page of a site that was lived in, as each of the cast sees it."""

    pages: tuple[Page, ...]
    english: tuple[Page, ...]


@pytest.fixture(scope="session")
def walked(
    matched: Site,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Walked:
    """One walk for all tests that look at pages; what it wrote is rolled back."""
    data = tmp_path_factory.mktemp("walked") / "data"
    shutil.copytree(matched.data, data)
    changed = override_settings(HUIQI_DATA=data, HUIQI_DAY=DAY.isoformat())
    with django_db_blocker.unblock(), changed, transaction.atomic():
        caches["default"].clear()
        bring_in_the_cast(
            firm=matched.firm,
            bank=matched.bank,
            guarantor=matched.guarantor,
            agency=matched.agency,
            password=PASSWORD,
            from_day=DAY,
            at=NOW,
        )
        starts = live_in(matched, entered)
        seen: list[Page] = []
        for role in ROLES:
            seen += list(walk(entered(role), role, *starts, seen_before={p.kind for p in seen}))
        again = list(in_english(seen))
        transaction.set_rollback(True)
    forget()
    return Walked(tuple(seen), tuple(again))


def in_english(pages: Iterable[Page]) -> Iterator[Page]:
    """The same pages for who reads English."""
    clients = {role: entered(role) for role in ROLES}
    for page in pages:
        clients[page.role].cookies["django_language"] = "en"
        if page.is_html:
            yield got(clients[page.role], page.role, page.path, kind=page.kind)


def entered(role: str) -> Client:
    client = Client()
    assert role == "visitor" or client.login(username=role, password=PASSWORD)
    return client

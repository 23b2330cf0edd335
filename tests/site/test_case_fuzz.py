"""Whatever somebody types or uploads, a page answers, nothing is half kept, and nothing but what was allowed is stored."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huiqi.casework.models import Case, CaseEvent
from huiqi.dossiers.evidence import MOST_BYTES, type_of
from huiqi.ledger.models import Posting
from huiqi.procedures.open_case import Wish, open_case
from tests.site.conftest import DAY, NOW, Site
from tests.site.test_case_steps import FIRM, LEASE, drafted, step

NASTY = (
    "\x00",
    "<script>alert(1)</script>",
    "'; DROP TABLE casework_case; --",
    "１０００万",
    "-1",
    "1e999",
    "NaN",
    "∞",
    "9" * 400,
    "​",
)
TEXT = st.one_of(st.sampled_from(NASTY), st.text(max_size=60))
SIGNS = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04", b"<html>", b"")
STARTS = st.tuples(st.sampled_from(SIGNS), st.binary(max_size=200)).map(lambda two: two[0] + two[1])
SOME = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip
ANSWERS = {200, 302, 400, 404, 409, 413, 422}
MEASURES = (
    "edition",
    "then",
    "mended",
    "lease_financed_amount",
    "employees",
    "version",
    "lease_review_passed",
    "nothing",
)


@pytest.fixture
def draft(site: Site) -> Case:
    return open_case(Wish(LEASE, party=site.firm), by="firm", on=DAY, at=NOW).case


def stands(case: Case) -> tuple[object, ...]:
    case.refresh_from_db()
    return case.state, case.version, CaseEvent.objects.filter(case=case).count(), Posting.objects.count()


@SOME
@given(fields=st.dictionaries(st.sampled_from(MEASURES), TEXT))
@example(fields={"lease_financed_amount": "９９９亿亿", "then": "next"})
def test_any_words_in_a_form_leave_the_case_where_it_was(
    draft: Case, signed_in: Callable[[str], Client], fields: dict[str, str]
) -> None:
    client, before = signed_in("firm"), stands(draft)
    with transaction.atomic():
        answer = client.post(f"/cases/{draft.number}/form/", fields)
        assert answer.status_code in ANSWERS
        assert stands(draft) == before
        assert client.get(f"/cases/{draft.number}/form/").status_code == 200
        transaction.set_rollback(True)


@SOME
@given(content=STARTS, name=TEXT)
@example(content=b"%PDF-" + b"0" * (MOST_BYTES + 1), name="big.pdf")
def test_only_files_of_known_types_are_kept_whatever_they_are_called(
    site: Site, draft: Case, signed_in: Callable[[str], Client], content: bytes, name: str
) -> None:
    client = signed_in("firm")
    with transaction.atomic():
        file = SimpleUploadedFile(f"x{name}.pdf".replace("\x00", ""), content or b" ")
        path = f"/cases/{draft.number}/papers/lease_contract/give/"
        answer = client.post(path, {"way": "upload", "file": file})
        assert answer.status_code in ANSWERS
        kept = draft.papers.filter(withdrawn_at=None)
        fits = type_of(content) is not None and len(content) <= MOST_BYTES
        assert kept.exists() is fits
        for paper in kept:
            assert not {"/", "\\", "\n", "\r", "\x00"} & set(paper.name)
            shown = client.get(f"/cases/{draft.number}/papers/{paper.pk}/")
            assert shown.headers["Content-Type"] in ("application/pdf", "image/png", "image/jpeg")
            assert shown.headers["X-Content-Type-Options"] == "nosniff"
        transaction.set_rollback(True)
    assert not [path for path in Path(site.data).rglob("*") if path.suffix in (".html", ".php")]


STEPS = ("accept", "review", "approve", "return_to_mend", "decline", "withdraw", "nothing")
GIVEN = ("amount", "reason", "version", "no_conflict", "score", "provider", "grade")


@SOME
@given(
    name=st.sampled_from(STEPS),
    fields=st.dictionaries(st.sampled_from(GIVEN), TEXT),
    user=st.sampled_from(["officer", "head", "firm"]),
)
def test_any_words_with_a_step_take_it_whole_or_not_at_all(
    site: Site, signed_in: Callable[[str], Client], name: str, fields: dict[str, str], user: str
) -> None:
    with transaction.atomic():
        case = step(drafted(site), "submit", FIRM)
        before = stands(case)
        page = "cases" if user == "firm" else "desk/cases"
        prefixed = {f"{name}.{key}": text for key, text in fields.items()}
        answer = signed_in(user).post(f"/{page}/{case.number}/steps/{name}/", fields | prefixed)
        assert answer.status_code in ANSWERS | {403}
        after = stands(case)
        assert after == before or (after[1], after[2]) == (before[1] + 1, before[2] + 1)  # type: ignore[operator]
        transaction.set_rollback(True)

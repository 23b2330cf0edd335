"""The firm itself looks: its file, its matches, why one measure fits or does not."""

from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.dossiers import queries
from huiqi.dossiers.groups import Group
from huiqi.dossiers.models import Consent
from huiqi.dossiers.types import Dossier
from huiqi.forms.kept import plain
from huiqi.holdings.current import library
from huiqi.measures.types import VerdictKind
from huiqi.notices.queries import unread_count
from huiqi.procedures.match_firm import SHOWN, VERDICTS, Matches, match_firm, matches_for
from huiqi.web.shared.day import day_of, today

ON_A_PAGE = 12
LATEST_VIEWINGS = 5


@require_GET
@may(Permission.OWN_FILE_SEE)
def my_file(request: HttpRequest) -> HttpResponse:
    code, day = actor_of(request).party, day_of(request)
    dossier = queries.file_of(code, on=day)
    if dossier is None:
        return render(request, "enterprise/not_registered.html", {"code": code})
    context = {
        "file": dossier,
        "sections": sections_of(dossier, on=today()),
        "questions": matches_for(dossier, on=day).questions(),
        "waiting": queries.recorded_of(code).filter(standing="proposed", withdrawn_at=None),
        "unread": unread_count(code),
        "viewings": queries.viewings_of(code)[:LATEST_VIEWINGS],
    }
    return render(request, "enterprise/my_file.html", context)


def sections_of(dossier: Dossier, *, on: date) -> list[dict[str, object]]:
    """The groups of a file with who may see each of them beside the firm and the offices of its region."""
    consents = list(queries.consents_in_force(on=on).filter(party=dossier.party.code))
    return [
        {"of": section, "audiences": [c for c in consents if allows(c, section.group)]}
        for section in dossier.sections()
    ]


def allows(consent: Consent, group: Group) -> bool:
    return group in queries.groups_in(consent)


@require_GET
@may(Permission.OWN_FILE_SEE)
def my_file_json(request: HttpRequest) -> HttpResponse:
    """Everything that is known of the firm, for the firm to keep."""
    dossier = queries.file_of(actor_of(request).party, on=day_of(request))
    if dossier is None:
        raise Http404
    said = {
        "code": dossier.party.code,
        "name": dossier.party.name,
        "region": dossier.party.region,
        "synthetic": dossier.is_synthetic,
        "facts": [
            {
                "fact": entry.fact,
                "label": {"zh": entry.label.zh, "en": entry.label.en},
                "value": plain(entry.value),
                "unit": entry.unit,
                "source": entry.source,
                "as_of": entry.as_of.isoformat(),
                "standing": entry.standing or "register",
            }
            for entry in dossier.entries
        ],
    }
    headers = {"Content-Disposition": 'attachment; filename="file.json"'}
    return JsonResponse(said, headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_GET
@may(Permission.OWN_FILE_SEE)
def my_matches(request: HttpRequest) -> HttpResponse:
    matches = match_firm(actor_of(request).party, on=day_of(request))
    if matches is None:
        return render(request, "enterprise/not_registered.html", {"code": actor_of(request).party})
    kind, words = kind_from(request.GET.get("verdict")), request.GET.get("q", "").strip()[:60]
    page = Paginator(matches.found(kind, words), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "file": matches.dossier,
        "tabs": [(k, VERDICTS[k], matches.counts.get(k, 0)) for k in SHOWN],
        "kind": kind,
        "words": words,
        "page": page,
        "matches": [matches.explain(e) for e in page],
        **combination_of(matches),
    }
    return render(request, "enterprise/my_matches.html", context)


def combination_of(matches: Matches) -> dict[str, object]:
    combination = matches.assessment.combination
    return {
        "value": Decimal(matches.value.numerator) / matches.value.denominator,
        "kept": len(combination.kept),
        "staged": matches.staged(),
        "caps": matches.findings.cap_sums(),
        "beaten": [matches.explain(e) for key in matches.beaten if (e := matches.one(key)) is not None],
    }


def kind_from(text: str | None) -> VerdictKind | None:
    """
    >>> kind_from("unknown"), kind_from("everything")
    (<VerdictKind.UNKNOWN: 'unknown'>, None)
    """
    return next((kind for kind in SHOWN if kind == text), None)


@require_GET
@may(Permission.OWN_FILE_SEE)
def my_match(request: HttpRequest, pack: str, name: str) -> HttpResponse:
    matches = match_firm(actor_of(request).party, on=day_of(request))
    found = matches.one(f"{pack}/{name}") if matches is not None else None
    if matches is None or found is None:
        raise Http404
    match = matches.explain(found)
    document = library().packs[pack]
    context = {
        "file": matches.dossier,
        "match": match,
        "x": match.explanation,
        "document": document,
        "conditions": [(c, document.clauses.get(c.clause)) for c in match.explanation.conditions],
        "clause": document.clauses.get(found.measure.clause),
    }
    return render(request, "enterprise/my_match.html", context)

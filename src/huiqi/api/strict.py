"""Query parameters that an operation does not know are refused: a misspelt filter would filter nothing."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja.operation import Operation

from huiqi.api.problems import Refused, problem
from huiqi.base.bilingual import Bilingual
from huiqi.forms.declare import nearest

Run = Callable[..., HttpResponseBase]


def known_parameters_alone(run: Run) -> Run:
    """Wraps the run of an operation, before anything is read."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    known = query_names(operation)

    def strict(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        unknown = next((name for name in request.GET if name not in known), None)
        if unknown is None:
            return run(request, **parts)
        said = f"{', '.join(sorted(known)) or '—'}"
        refused = Refused(
            422,
            Bilingual(f"没有参数 {unknown}", f"There is no parameter {unknown}{nearest(unknown, known)}"),
            where=f"query.{unknown}",
            remedy=Bilingual(f"可用参数：{said}", f"There are: {said}"),
        )
        return problem(request, refused)

    return strict


def query_names(operation: Operation) -> frozenset[str]:
    found: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            found |= set(getattr(model, "__ninja_flatten_map__", {}) or model.model_fields)
    return frozenset(found)

"""What an indicator may name: the fields of the register, case, fund, exchange or event it is taken over."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from huiqi.base.problem import Problem
from huiqi.cases.declare import CASE_NAMES
from huiqi.forms.declare import At, Scope, nearest
from huiqi.forms.types import Field
from huiqi.funds.types import MOVEMENTS
from huiqi.indicators.declare import IndicatorModel, MeasurementModel
from huiqi.indicators.types import Over
from huiqi.measures.declare import Strict
from huiqi.measures.expressions import Domain, FactRef, Type
from huiqi.registers.declare import ENTRY_NAMES

LISTS = {
    Over.REGISTER: "registers",
    Over.CASE: "cases",
    Over.RETURN: "cases",
    Over.FUND: "funds",
    Over.EXCHANGE: "exchanges",
    Over.EVENT: "events",
}
Values = Mapping[str, Mapping[str, Any]]


def scope_for(model: Strict, *, scope: Scope, values: Values, at: At) -> tuple[Scope, list[Problem]]:
    """The scope in which a declaration is read: for an indicator also the fields of its sources."""
    if not isinstance(model, IndicatorModel):
        return scope, []
    problems: list[Problem] = []
    names: dict[str, FactRef] = {}
    for part in ("numerator", "denominator"):
        measurement = getattr(model, part)
        if measurement is None:
            continue
        own = dict(names_of(measurement, values))
        names |= own
        known = {*own, *scope.kinds, *movements_of(measurement, values)}
        is_stated = measurement.over() in (Over.AUTHORITY,)
        if measurement.what is not None and measurement.what not in known and not is_stated:
            message = f"{measurement.what!r} is no field, fact or movement of it"
            problems.append(Problem(at((part, "what")), f"{message}{nearest(measurement.what, known)}"))
    for index, name in enumerate(model.breakdown):
        if name not in names and name not in scope.kinds:
            message = f"{name!r} is no field or fact{nearest(name, {*names, *scope.kinds})}"
            problems.append(Problem(at(("breakdown", index)), message))
    return scope.with_names(names), problems


def names_of(measurement: MeasurementModel, values: Values) -> Iterator[tuple[str, FactRef]]:
    """The names an entry of the source gives to rules."""
    over = measurement.over()
    for name in measurement.source(over):
        source = values.get(LISTS.get(over, ""), {}).get(name)
        if source is None:
            continue
        for item in fields_of(source, over):
            yield item.name, item.kind.reference
        if over is Over.REGISTER:
            yield from ENTRY_NAMES.items()
            if source.grades:
                yield "grade", FactRef("grade", Type.ENUM, Domain(tuple(g.id for g in source.grades)))
        elif over in (Over.CASE, Over.RETURN):
            yield from CASE_NAMES.items()
            yield "state", FactRef("state", Type.ENUM, Domain(tuple(source.states)))
        elif over is Over.EXCHANGE:
            for side, prefix in ((source.offers, "offer_"), (source.needs, "need_")):
                for item in side.fields:
                    yield prefix + item.name, replace(item.kind.reference, name=prefix + item.name)


def fields_of(source: Any, over: Over) -> tuple[Field, ...]:
    match over:
        case Over.REGISTER:
            return tuple(source.fields)
        case Over.CASE | Over.RETURN:
            return (*source.form, *source.review)
        case Over.EXCHANGE:
            return tuple(source.result)
        case Over.EVENT:
            return (*source.enrolment, *source.result)
        case _:
            return ()


def movements_of(measurement: MeasurementModel, values: Values) -> set[str]:
    """What the ledger of a fund can sum."""
    if measurement.over() is not Over.FUND:
        return set()
    funds = [values["funds"][n] for n in measurement.source(Over.FUND) if n in values.get("funds", {})]
    return {str(movement) for fund in funds for movement in MOVEMENTS[fund.kind]}

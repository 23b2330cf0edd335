"""Is a declared machine sound? Every state reachable, every state with a way out, every name there."""

from collections.abc import Iterable, Iterator, Sequence

from huiqi.base.problem import Problem
from huiqi.cases.types import (
    DESK_ROLES,
    MONEY_EFFECTS,
    REGISTER_EFFECTS,
    CaseType,
    Clock,
    Effect,
    Lane,
    Material,
    Need,
    Role,
    Turn,
    Way,
)
from huiqi.forms.declare import At

FINAL = frozenset({Turn.SETTLED, Turn.CLOSED})


def machine_problems(case: CaseType, *, ids: Sequence[str], at: At) -> list[Problem]:
    """What is wrong with the machine of a case type; `ids` are its steps in order, `at` gives their lines."""
    problems = [Problem(at(("steps",)), f"step {name!r} is declared twice") for name in twice(ids)]
    problems += [Problem(at(("steps", ids.index(step))), text) for step, text in step_faults(case)]
    problems += [Problem(at(("states", state)), text) for state, text in state_faults(case)]
    for index, clock in enumerate(case.clocks):
        problems += [Problem(at(("clocks", index)), text) for text in clock_faults(clock, case)]
    for index, material in enumerate(case.materials):
        problems += [Problem(at(("materials", index)), text) for text in material_faults(material)]
    return problems + [Problem(at(("id",)), text) for text in part_faults(case)]


def twice(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def step_faults(case: CaseType) -> Iterator[tuple[str, str]]:
    for step in case.steps.values():
        for state in sorted({*step.from_states, step.to_state} - case.states.keys()):
            yield step.id, f"{step.id}: there is no state {state!r}"
        for other in sorted(step.not_by - case.steps.keys()):
            yield step.id, f"{step.id}: there is no step {other!r}"
        if step.by in DESK_ROLES and not case.desks.get(step.by):
            yield step.id, f"{step.id}: desks names no authority for the {step.by}"
        if MONEY_EFFECTS.intersection(step.effects) and case.fund is None:
            yield step.id, f"{step.id}: moves money, but the case names no fund"
        if REGISTER_EFFECTS.intersection(step.effects) and case.register is None:
            yield step.id, f"{step.id}: changes a register, but the case names none"
        closed = [
            s for s in sorted(step.from_states) if s in case.states and case.states[s].turn is Turn.CLOSED
        ]
        for state in closed:
            yield step.id, f"{step.id}: nothing follows {state!r}, which is closed"


def state_faults(case: CaseType) -> Iterator[tuple[str, str]]:
    ways = {(state, step.to_state) for step in case.steps.values() for state in step.from_states}
    reached = spread({case.first_state}, ways)
    done = {key for key, state in case.states.items() if state.turn in FINAL}
    ending = spread(done, {(to, start) for start, to in ways})
    for key, state in case.states.items():
        if key not in reached:
            yield key, f"no step leads to the state {key!r}"
        elif key not in ending:
            yield key, f"from the state {key!r} nothing leads to an end"
        if state.outcome is not None and state.turn not in FINAL:
            yield key, f"the state {key!r} has an outcome but is not an end"
    if not done:
        yield case.first_state, "no state is settled or closed"


def spread(start: set[str], ways: set[tuple[str, str]]) -> set[str]:
    """Everything that can be reached from some states."""
    reached, waiting = set(start), list(start)
    while waiting:
        here = waiting.pop()
        fresh = {to for start_, to in ways if start_ == here} - reached
        reached |= fresh
        waiting += fresh
    return reached


def clock_faults(clock: Clock, case: CaseType) -> Iterator[str]:
    for name in sorted((clock.starts | clock.stops) - case.steps.keys()):
        yield f"clock {clock.id}: there is no step {name!r}"
    for name in sorted(clock.pauses_in - case.states.keys()):
        yield f"clock {clock.id}: there is no state {name!r}"
    for role in clock.escalates_to:
        if role is not Role.SUPERVISOR and not case.desks.get(role):
            yield f"clock {clock.id}: desks names no authority for the {role} it escalates to"
    if clock.legal is None and clock.promised is None and clock.limit is None:
        yield f"clock {clock.id}: needs a legal or a promised time, or the time limit that sets it"


def material_faults(material: Material) -> Iterator[str]:
    if material.shared_by and Way.DATA_SHARE not in material.ways:
        yield f"{material.id}: shared_by names who has it, but data_share is not among the ways"


def part_faults(case: CaseType) -> Iterator[str]:
    effects = {effect for step in case.steps.values() for effect in step.effects}
    if (Effect.PUBLISH in effects) != (case.publication is not None):
        yield "a publication is declared together with a step that publishes"
    if case.publication is not None and case.publication.state not in case.states:
        yield f"publication: there is no state {case.publication.state!r}"
    if Lane.AUTOMATIC in case.lanes and not case.measures:
        yield "the automatic lane needs the measures it grants"
    wanted = [field.name for field in case.review if field.required]
    if wanted and not any(Need.FINDINGS in step.needs for step in case.steps.values()):
        yield f"the office must fill in {', '.join(wanted)}, but no step needs its findings"
    shown = {f.name for f in (*case.form, *case.review)}
    if case.publication is not None:
        for name in case.publication.shows:
            if name not in shown:
                yield f"publication: shows {name!r}, which is not a field of the form"

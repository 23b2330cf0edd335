"""`huiqi ask`: an interview that asks first what settles most money and may stop at any time."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

import typer

from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.cli.dossier import party_or_exit, snapshot_or_exit
from huiqi.cli.explain import day_or_none, language_from, show
from huiqi.cli.explain_view import Line, View
from huiqi.cli.setting import err, library, show_problems
from huiqi.matching.answers import DONT_KNOW, STOP, read_reply
from huiqi.matching.ask import (
    Question,
    State,
    answered,
    begin,
    first_questions,
    interview,
    next_question,
    passed_over,
)
from huiqi.matching.party import Party, Rules
from huiqi.measures.expressions import Type, Value
from huiqi.measures.facts import value_from
from huiqi.measures.types import FactKind
from huiqi.measures.words import Language, assertion, value_words
from huiqi.packs.findings import concerns, findings_of, first_facts
from huiqi.packs.types import Library
from huiqi.packs.verdict_json import (
    brief_as_json,
    combination_as_json,
    counts_as_json,
    plain_value,
    question_as_json,
)

CHINA = timezone(timedelta(hours=8))
MOST_QUESTIONS = 6
RESULT_WORDS = frozenset({"结果", "result"})


@dataclass(frozen=True, slots=True)
class Talk:
    """What an interview on the command line is held with."""

    library: Library
    language: Language
    is_loud: bool  # questions are shown

    def say(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def pick(self, words: Bilingual) -> str:
        return words.in_language(self.language)


def register(app: typer.Typer) -> None:
    app.command("ask")(ask)


def ask(
    audience: Annotated[
        list[str] | None, typer.Option("--audience", help="enterprise (default), bank, guarantor, …, or all.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Place, GB/T 2260: 370200; everywhere by default.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day; today by default.")] = None,
    registry: Annotated[Path | None, typer.Option(help="A register that knows the party.")] = None,
    code: Annotated[str | None, typer.Option(help="The party in it: its facts are not asked again.")] = None,
    packs: Annotated[
        list[str] | None, typer.Option("--pack", help="Packs to ask for; all by default.")
    ] = None,
    answers: Annotated[Path | None, typer.Option(help="JSON {fact: value}; nothing is asked.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Ask for facts and say what they entitle to. Stop with q; 不知道 passes over a question for good."""
    loaded = library(only=tuple(packs or ()))
    talk = Talk(loaded, language_from(lang), is_loud=sys.stdin.isatty())
    rules = Rules.of(loaded.measures(), loaded.rulebooks())
    party = known_party(registry, code, rules)
    day = day_or_none(as_of) or datetime.now(tz=CHINA).date()
    roles = party.roles if party else frozenset(audience or ["enterprise"])
    place = party.region if party else region
    inside = [m for m in rules.measures if concerns(m, roles=roles, region=place)]
    if not inside:
        err.print(talk.say("没有适用的政策措施", "no measure is in scope"))
        raise typer.Exit(2)
    stated = dict(party.stated) if party else first_facts(roles, rules)
    about = interview(rules.only(inside), as_of=day)
    if answers is not None:
        given, skipped = answers_from(answers, rules)
        state = begin(about, {**stated, **given}, skipped=skipped)
    else:
        state = converse(begin(about, stated), talk)
    if as_json:
        print(json.dumps(result_as_json(state, talk), ensure_ascii=False, indent=2))
    else:
        for line in result_lines(state, talk):
            show(line)


def known_party(registry: Path | None, code: str | None, rules: Rules) -> Party | None:
    if (registry is None) != (code is None):
        err.print("--registry and --code go together")
        raise typer.Exit(2)
    if registry is None or code is None:
        return None
    return party_or_exit(snapshot_or_exit(registry), code, rules, registry)


# --- the conversation ---


def converse(state: State, talk: Talk) -> State:
    """Ask until nothing is left that matters, or the one who answers stops."""
    if talk.is_loud:
        err.print(talk.say(
            "不知道的可答“不知道”，随时可输入 q 结束，输入“结果”看目前结论；也可直接写“事实=值”。",
            "“?” for what you do not know, q to stop, “result” for the answer so far; or write fact=value.",
        ), style="dim")  # fmt: skip
    while (question := next_question(state)) is not None:
        for line in question_lines(question, state, talk):
            err.print(line, markup=False)
        typed = read_line()
        if typed is None or typed.lower() in STOP:
            break
        state = after_reply(state, question, typed, talk)
    return state


def read_line() -> str | None:
    """What is typed next, None at the end of input."""
    try:
        typed = sys.stdin.readline()
    except KeyboardInterrupt:
        return None
    return typed.strip() if typed else None


def after_reply(state: State, question: Question, typed: str, talk: Talk) -> State:
    """The state after one line of input; where it is no answer, the reason is shown and nothing changes."""
    if typed.lower() in DONT_KNOW:
        return passed_over(state, question.fact)
    if typed.lower() in RESULT_WORDS:
        for line in result_lines(state, talk):
            err.print(str(line), markup=False)
        return state
    fact, kind, reply = question.fact, question.kind, typed
    name, equals, value = typed.replace("＝", "=").partition("=")
    if equals:
        found = fact_named(name.strip(), state.interview.rules)
        if found is None:
            err.print(
                talk.say(f"没有名为“{name.strip()}”的事实", f"there is no fact {name.strip()!r}"), style="red"
            )
            return state
        fact, kind, reply = found, state.interview.rules.kinds[found], value.strip()
    read, problem = read_reply(reply, kind)
    if problem is not None or read is None:
        err.print(talk.pick(problem) if problem else "", style="red", markup=False)
        return state
    err.print(f"  {fact_words(kind, read, talk.language)}", style="green", markup=False)
    return answered(state, fact, read)


def fact_named(name: str, rules: Rules) -> str | None:
    """A fact by column or by its label in either language."""
    if name in rules.kinds:
        return name
    return next((c for c, kind in rules.kinds.items() if name in (kind.label.zh, kind.label.en)), None)


def fact_words(kind: FactKind, value: Value, language: Language) -> str:
    if isinstance(value, bool):
        return assertion(kind, value, language)
    label = kind.label.in_language(language)
    return f"{label}{': ' if language == 'en' else '：'}{value_words(value, kind, language)}"


def question_lines(question: Question, state: State, talk: Talk) -> Iterator[str]:
    kind = question.kind
    yield ""
    label = talk.pick(kind.label)
    yield label + {Type.BOOL: talk.say("？（是/否）", "? (yes/no)")}.get(kind.type, talk.say("？", "?"))
    for number, value in enumerate(kind.domain.values, start=1):
        words = talk.pick(kind.values[value]) if value in kind.values else value
        yield f"  {number}. {words}"
    measure = talk.library.measure(question.bears_on[0])
    title = talk.pick(measure.title) if measure else question.bears_on[0]
    count = len(question.bears_on)
    yield talk.say(f"  关系到{count}项，如：{title}", f"  {count} measures wait for it, such as: {title}")
    if question.towards:
        derived = state.interview.rules.kinds[question.towards[0]]
        example = talk.say("是", "yes") if derived.type is Type.BOOL else talk.say("…", "…")
        yield talk.say(
            f"  或直接写：{derived.label.zh}={example}", f"  or write: {question.towards[0]}={example}"
        )


# --- answers from a file ---


def answers_from(path: Path, rules: Rules) -> tuple[dict[str, Value], list[str]]:
    """Stated facts and those passed over (null or 不知道); exits with every problem of the file."""
    try:
        raw = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        show_problems([Problem(str(path), str(error))])
        raise typer.Exit(2) from None
    if not isinstance(raw, dict):
        show_problems([Problem(str(path), "is not a mapping from fact to value")])
        raise typer.Exit(2)
    given: dict[str, Value] = {}
    skipped: list[str] = []
    problems: list[Problem] = []
    for name, value in raw.items():
        fact = fact_named(name, rules)
        if fact is None:
            problems.append(Problem(str(path), f"unknown fact {name!r}"))
        elif value is None or value in DONT_KNOW:
            skipped.append(fact)
        else:
            read, problem = read_json_value(value, rules.kinds[fact])
            if problem is not None:
                problems.append(Problem(str(path), f"{name}: {problem}"))
            elif read is not None:
                given[fact] = read
    if problems:
        show_problems(problems)
        raise typer.Exit(2)
    return given, skipped


def read_json_value(value: object, kind: FactKind) -> tuple[Value | None, str | None]:
    """A JSON value as it stands, or a text as someone would type it."""
    read, problem = value_from(value, kind)
    if problem is not None and isinstance(value, str):
        typed, reason = read_reply(value, kind)
        return typed, reason.en if reason is not None else None
    return read, problem


# --- the result ---


def result_lines(state: State, talk: Talk) -> Iterator[Line]:
    """Entitled, fits when it happens, needs more, not and by how much: correct for what is known."""
    open_ = next_question(state) is not None
    yield Line("")
    yield Line(
        talk.say("目前结论（还有问题未答）", "So far (questions are left)")
        if open_
        else talk.say("结论", "Result"),
        "bold",
    )
    yield from view_of(state, talk).overview(first_questions(state, MOST_QUESTIONS))


def view_of(state: State, talk: Talk) -> View:
    found = findings_of(state, talk.library)
    return View(found.library, found.assessment, found.explainers, talk.language)


def result_as_json(state: State, talk: Talk) -> dict[str, Any]:
    view = view_of(state, talk)
    question = next_question(state)
    return {
        "as_of": state.interview.as_of.isoformat(),
        "stated": {name: plain_value(value) for name, value in state.stated.items()},
        "passed_over": sorted(state.skipped),
        "next": question_as_json(question) if question is not None else None,
        "counts": counts_as_json(view.assessment),
        "measures": [brief_as_json(view.explained(e), e) for e in view.assessment.entitlements],
        "combination": combination_as_json(view.assessment),
    }

"""`huiqi show`: a whole checked pack, for people or as JSON."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from huiqi.cli.setting import err, library, out
from huiqi.forms.declare import nearest
from huiqi.packs.as_json import pack_as_json
from huiqi.packs.templates import Template
from huiqi.packs.types import Pack
from huiqi.systems.types import System

COUNTED = (
    "measures", "duties", "targets", "time_limits", "registers", "cases", "funds", "exchanges", "events",
    "indicators", "systems", "templates",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    app.command("show")(show)


def show(
    slug: Annotated[str, typer.Argument(help="The pack, such as qingdao-2012-46.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole pack as JSON.")] = False,
    templates: Annotated[bool, typer.Option("--templates", help="Print its templates as Markdown.")] = False,
) -> None:
    """Show what a pack declares: counts, systems with their parts, templates with their parameters."""
    packs = library().packs
    pack = packs.get(slug)
    if pack is None:
        err.print(f"There is no pack {slug!r}{nearest(slug, packs)}", markup=False)
        raise typer.Exit(2)
    if as_json:
        print(json.dumps(pack_as_json(pack), ensure_ascii=False))
        return
    if templates:
        print(templates_page(pack), end="")
        return
    out.print(f"{pack.title.zh}\n{pack.title.en}\n{pack.number or ''} {pack.issuer} {pack.in_force.first}")
    counts = (f"{len(getattr(pack, noun))} {noun.replace('_', ' ')}" for noun in COUNTED)
    out.print(f"{len(pack.clauses)} clauses, {', '.join(counts)}")
    if pack.systems:
        out.print(system_table(pack))
    if pack.templates:
        out.print(template_table(pack))


def system_table(pack: Pack) -> Table:
    table = Table("system", "clauses", "made of", box=SIMPLE_HEAD)
    for system in pack.systems.values():
        table.add_row(f"{system.name.zh}\n{system.id}", ", ".join(system.clauses), made_of(system))
    return table


def made_of(system: System) -> str:
    """The parts of a system, or why it is only organisational."""
    if system.why is not None:
        return f"organisational: {system.why.zh}"
    return ", ".join(f"{noun.replace('_', ' ')}/{name}" for noun, name in system.parts.names())


def template_table(pack: Pack) -> Table:
    table = Table("template", "for", "parameters (* required)", box=SIMPLE_HEAD)
    for template in pack.templates.values():
        names = (f"{p.name}*" if p.required else p.name for p in template.parameters)
        table.add_row(f"{template.noun}/{template.id}", template.summary.zh, ", ".join(names))
    return table


def templates_page(pack: Pack) -> str:
    """docs/templates.md: every template with its parameters."""
    lines = [
        f"# Templates of {pack.id}",
        "",
        f"Written by `huiqi show {pack.id} --templates`. How a system uses them: [packs.md](packs.md#systems-and-their-parts).",
    ]
    nouns = dict.fromkeys(template.noun for template in pack.templates.values())
    for noun in nouns:
        lines += ["", f"## {noun}"]
        for template in pack.templates.values():
            if template.noun == noun:
                lines += template_lines(template)
    return "\n".join(lines) + "\n"


def template_lines(template: Template) -> list[str]:
    lines = [
        "",
        f"### `{template.id}`",
        "",
        f"{template.summary.zh}  ",
        f"{template.summary.en}",
        "",
        "| parameter | | |",
        "|---|---|---|",
    ]
    for parameter in template.parameters:
        default = parameter.default
        use = "required" if parameter.required else "" if default in (None, []) else f"default `{default}`"
        lines.append(f"| `{parameter.name}` | {parameter.label.zh} · {parameter.label.en} | {use} |")
    fields = list(dict.fromkeys(own_fields(template.body)))
    if fields:
        lines += ["", f"Own fields: {', '.join(f'`{name}`' for name in fields)}"]
    if "steps" in template.body:
        steps = dict.fromkeys(step["id"] for step in template.body["steps"] if isinstance(step, dict))
        lines += ["", f"Steps: {', '.join(f'`{name}`' for name in steps)}"]
    return lines


def own_fields(part: Any) -> Iterator[str]:
    """The fields a body brings itself, which rules and indicators may name."""
    if isinstance(part, dict):
        if isinstance(part.get("name"), str) and "type" in part:
            yield part["name"]
        for item in part.values():
            yield from own_fields(item)
    elif isinstance(part, list):
        for item in part:
            yield from own_fields(item)

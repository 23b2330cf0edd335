"""What must stay true of the repository itself."""

import ast
import re
import subprocess
from pathlib import Path

from huiqi.cli.schema import schema_text
from huiqi.packs.schema import SCHEMAS

ROOT = Path(__file__).parents[1]
CODE = ROOT / "src" / "huiqi"
MAY_READ_THE_CLOCK = {"api", "cli", "web"}
LONGEST_FUNCTION = 60
LONGEST_FILE = 500
WIDEST_LINE = 140
CLOCK = (
    "date.today(",
    "datetime.now(",
    "datetime.utcnow(",
    "time.time(",
    "timezone.now(",
    "localtime()",
    "localdate()",
)
LEFTOVER_NAMES = {
    "utils.py",
    "helpers.py",
    "helper.py",
    "util.py",
    "common.py",
    "misc.py",
    "services.py",
    "managers.py",
}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def modules() -> list[Path]:
    """Everything written by hand; Django writes the migrations."""
    return sorted(path for path in CODE.rglob("*.py") if "migrations" not in path.parts)


def test_only_the_outer_layers_read_the_clock():
    offenders = [
        f"{path.relative_to(ROOT)}: {call}"
        for path in modules()
        if path.relative_to(CODE).parts[0] not in MAY_READ_THE_CLOCK
        for call in CLOCK
        if call in path.read_text("utf-8")
    ]
    assert offenders == []


def test_functions_and_files_stay_short():
    too_long = []
    for path in modules():
        source = path.read_text("utf-8")
        if source.count("\n") > LONGEST_FILE:
            too_long.append(str(path.relative_to(ROOT)))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION:
                too_long.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert too_long == []


def test_every_module_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_there_is_no_drawer_for_leftovers():
    assert [p for p in modules() if p.name in LEFTOVER_NAMES] == []


def test_imports_stand_at_the_top_and_are_named():
    offenders = []
    for path in modules():
        tree = ast.parse(path.read_text("utf-8"))
        inner = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and id(node) in inner:
                offenders.append(f"{path.relative_to(ROOT)}:{node.lineno}: inside a function")
            of_settings = path.parent.name == "config"  # settings build on settings
            if isinstance(node, ast.ImportFrom) and not of_settings and node.names[0].name == "*":
                offenders.append(f"{path.relative_to(ROOT)}:{node.lineno}: import *")
    assert offenders == []


def test_lines_fit_the_page():
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in modules()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > WIDEST_LINE
    ]
    assert wide == []


def test_every_command_is_in_the_readme():
    app = (CODE / "cli" / "app.py").read_text("utf-8")
    assert "register(app)" in app
    named = set(re.findall(r'app\.command\("([a-z]+)"\)', "".join(p.read_text("utf-8") for p in modules())))
    readme = (ROOT / "README.md").read_text("utf-8")
    assert sorted(name for name in named if f"huiqi {name}" not in readme) == []


def test_every_setting_of_the_environment_is_in_the_manual():
    """And the manual names no other; `HUIQI_TEST_DATA` is for the tests alone."""
    read = re.compile(
        r"""environ(?:ment)?(?:\.get\(|\[|\.setdefault\()\s*"(HUIQI_[A-Z_]+)"|config\("(HUIQI_[A-Z_]+)\""""
    )
    named = {a or b for path in modules() for a, b in read.findall(path.read_text("utf-8"))} - {
        "HUIQI_TEST_DATA"
    }
    assert len(named) > 15
    table = (ROOT / "docs" / "operating.md").read_text("utf-8").split("## Settings")[1].split("\n## ")[0]
    assert sorted(named) == sorted(
        set(re.findall(r"HUIQI_[A-Z_]+", "\n".join(re.findall(r"(?m)^\|[^|]+\|", table))))
    )


def test_editor_schemas_are_those_of_the_format():
    for name in SCHEMAS:
        committed = (ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8")
        assert committed == schema_text(name), f"run: make schema ({name})"


def test_no_address_of_a_package_registry_or_of_a_machine():
    names = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org"]
    offenders = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".sh", ".json", ""}
        for name in names
        if name in path.read_text("utf-8", errors="ignore")
    ]
    assert offenders == []


def test_every_pinned_package_has_an_exact_version():
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []

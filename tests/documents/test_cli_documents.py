"""The commands: what they print, where problems go, and how they end."""

import json
from pathlib import Path

import pytest
import typer
import yaml
from lxml import etree
from typer.testing import CliRunner, Result

from huiqi.cli.documents import register
from tests.documents import portal_pages
from tests.documents.synthetic import LINES, NUMBER, TITLE
from tests.documents.synthetic_files import printed_pdf, saved, word_file


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "意见.txt"
    path.write_bytes("\n".join(LINES).encode("gbk"))
    return path


def test_parse_prints_json_where_it_is_not_a_terminal(text_file: Path) -> None:
    done = run("parse", text_file)
    assert done.exit_code == 0
    mapping = json.loads(done.stdout)
    assert (mapping["number"], mapping["title"]) == (NUMBER, TITLE)
    assert len(mapping["clauses"]) >= 5


def test_every_format_gives_the_same_clauses(tmp_path: Path, text_file: Path) -> None:
    files = {
        "a.html": portal_pages.gov_table_page().encode(),
        "a.docx": saved(word_file(LINES)),
        "a.pdf": printed_pdf(),
        "a.md": "\n\n".join(LINES).encode(),
    }
    expected = json.loads(run("parse", text_file).stdout)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        mapping = json.loads(run("parse", tmp_path / name).stdout)
        for key in ("number", "title", "issuer", "signed", "effective_from", "effective_to"):
            assert mapping[key] == expected[key], (name, key)
        for clause, other in zip(mapping["clauses"], expected["clauses"], strict=True):
            for key in ("id", "label", "section", "text", "authorities", "quantities", "deadlines", "cites"):
                assert clause[key] == other[key], (name, key)


def test_parse_reads_standard_input() -> None:
    done = run("parse", "-", "--format", "json", stdin="\n".join(LINES).encode("gb18030"))
    assert json.loads(done.stdout)["number"] == NUMBER


def test_the_other_formats_are_what_they_say(text_file: Path) -> None:
    assert yaml.safe_load(run("parse", text_file, "-f", "yaml").stdout)["number"] == NUMBER
    assert etree.fromstring(run("parse", text_file, "-f", "akn").stdout.encode()).tag.endswith("akomaNtoso")
    assert run("parse", text_file, "-f", "html").stdout.startswith("<!DOCTYPE html>")
    assert "责任单位" in run("parse", text_file, "-f", "text").stdout


def test_the_answer_can_be_written_to_a_file(text_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    done = run("parse", text_file, "-f", "html", "--out", out)
    assert (done.exit_code, done.stdout) == (0, "")
    assert TITLE in out.read_text("utf-8")


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04 broken", b"%PDF-1.4 broken"])
def test_a_file_that_cannot_be_read_ends_with_one_and_a_reason(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(data)
    done = run("parse", path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{path}: ")


def test_wrong_usage_ends_with_two(text_file: Path) -> None:
    assert run("parse").exit_code == 2
    assert run("parse", text_file, "--format", "word").exit_code == 2


def test_draft_writes_a_folder_and_never_over_one(text_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "packs" / "shili-2019-28"
    done = run("draft", text_file, "--out", out)
    assert done.exit_code == 0
    assert "todo" in done.stdout
    assert yaml.safe_load((out / "pack.yaml").read_text("utf-8"))["id"] == "shili-2019-28"
    assert list((out / "measures").glob("*.yaml"))
    (out / "pack.yaml").write_text("mine", "utf-8")
    again = run("draft", text_file, "--out", out)
    assert again.exit_code == 1
    assert "--force" in again.stderr
    assert (out / "pack.yaml").read_text("utf-8") == "mine"
    assert run("draft", text_file, "--out", out, "--force").exit_code == 0


def test_diff_tells_the_changed_figure(text_file: Path, tmp_path: Path) -> None:
    newer = tmp_path / "new.txt"
    newer.write_text("\n".join(LINES).replace("5000万元", "8000万元"), "utf-8")
    done = run("diff", text_file, newer)
    assert done.exit_code == 0
    assert "5000万元" in done.stdout
    assert "8000万元" in done.stdout
    changes = json.loads(run("diff", text_file, newer, "--format", "json").stdout)["changes"]
    (changed,) = [change for change in changes if change["kind"] == "changed"]
    assert (changed["figures"][0]["old"]["value"], changed["figures"][0]["new"]["value"]) == (
        50_000_000,
        80_000_000,
    )


def test_timeline_reads_packs_lists_and_documents(text_file: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text(
        f"id: newer\nin_force: {{from: 2021-01-01, until: null}}\nprecedence: [{{over: {NUMBER}, rule: replaces, clause: c1}}]\n",
        "utf-8",
    )
    documents = tmp_path / "list.yaml"
    documents.write_text("- {id: older, effective_from: 2010-01-01, repealed: 2019-07-01}\n", "utf-8")
    done = run("timeline", pack, documents, text_file, "--on", "2020-01-01", "--format", "json")
    assert [(each["slug"], each["why"]) for each in json.loads(done.stdout)] == [
        ("newer", "not yet"),
        ("older", "repealed"),
        (NUMBER, "in force"),
    ]
    later = run("timeline", pack, documents, text_file, "--on", "2021-01-01", "--format", "json")
    assert [(each["slug"], each["why"], each["by"]) for each in json.loads(later.stdout)][-1] == (
        NUMBER,
        "superseded",
        "newer",
    )


def test_timeline_names_the_place_of_a_mistake(tmp_path: Path) -> None:
    documents = tmp_path / "list.yaml"
    documents.write_text("- {id: a, effective_from: 2010-01-01}\n- {title: none}\n- 3\n", "utf-8")
    done = run("timeline", documents, "--on", "2020-01-01")
    assert done.exit_code == 1
    assert [line.split(": ")[0].rsplit(":", 1)[1] for line in done.stderr.splitlines()] == ["2", "3"]
    assert run("timeline", documents, "--on", "someday").exit_code == 2

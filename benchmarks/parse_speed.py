"""How long reading an official document takes, and how much memory, per megabyte of text.

Each measurement runs in a process of its own on synthetic text. `python benchmarks/parse_speed.py` prints the table;
`--write` keeps it in benchmarks/results/parse_speed.md.
"""

import argparse
import io
import json
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

import docx

from huiqi.documents.as_json import as_json
from huiqi.documents.extract.read import extract
from huiqi.documents.parse import parse

RESULT = Path(__file__).parent / "results" / "parse_speed.md"
MEGABYTE = 1_000_000
SIZES = (0.1, 0.5, 1.0, 2.0)
FORMATS = ("txt", "html", "docx")
REPEATS = 3
NUMERALS = "一二三四五六七八九十"
SENTENCES = (
    "对符合条件的小型微型企业技术改造项目，给予不超过投资额{n}%的补助，单个项目最高不超过{n}万元。",
    "到{year}年底，培育成长型企业{n}家以上，新增就业{n}人。",
    "依据《示例省扶持办法》（示财〔{year}〕{n}号）的规定，登记机关应当在{n}个工作日内办结。",
    "鼓励金融机构创新服务方式，完善内部管理，提高贷款审批效率，切实降低企业融资成本。",
)
OWNERS = "（市财政局牵头，市经济和信息化局、市科技局、各区市政府配合）"


def synthetic_text(megabytes: float) -> str:
    """A document of about that many million bytes in UTF-8: sections, clauses, items."""
    lines = [
        "示政发〔2019〕28号",
        "示例市人民政府关于扶持小型微型企业的意见",
        "各区、市人民政府，市政府各部门：",
    ]
    size, number = 0, 0
    while size < megabytes * MEGABYTE:
        section, place = divmod(number, 40)
        if place % 10 == 0:
            lines.append(f"{NUMERALS[(section * 4 + place // 10) % 10]}、加大第{section}方面支持力度")
        label = f"（{NUMERALS[place % 10]}）" if place % 3 else f"{place % 10 + 1}."
        words = "".join(each.format(n=number % 90 + 5, year=2019 + number % 6) for each in SENTENCES)
        lines.append(f"{label}支持第{number}类企业发展。{words}{OWNERS}")
        size += len(lines[-1].encode())
        number += 1
    return "\n".join([*lines, "本意见自2019年7月1日起施行，有效期5年。", "示例市人民政府", "2019年6月18日"])


def as_file(text: str, kind: str) -> bytes:
    """The same text as a file of a format."""
    lines = text.split("\n")
    if kind == "html":
        return f"<html><body><div>{''.join(f'<p>{line}</p>' for line in lines)}</div></body></html>".encode()
    if kind == "docx":
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()
    return text.encode()


def peak() -> int:
    """The most bytes this process has held since it began; Linux alone does not count its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(data: bytes, kind: str) -> dict[str, float]:
    """Seconds and memory of extraction and parsing of one file, in this process."""
    before = peak()
    started = time.process_time()
    extracted = extract(data, name=f"document.{kind}").extracted
    if extracted is None:
        raise SystemExit("the synthetic file was refused")
    read = time.process_time()
    document = parse(extracted.text)
    parsed = time.process_time()
    as_json(document)
    return {
        "extract": read - started,
        "parse": parsed - read,
        "write": time.process_time() - parsed,
        "memory": peak() - before,
        "clauses": len(document.clauses),
    }


def measured(megabytes: float, kind: str) -> dict[str, float]:
    """The best of several runs, each in a new process."""
    data = as_file(synthetic_text(megabytes), kind)
    command = [sys.executable, __file__, "--child", kind]
    runs = [
        json.loads(subprocess.run(command, input=data, capture_output=True, check=True).stdout)
        for _ in range(REPEATS)
    ]
    return min(runs, key=lambda run: run["extract"] + run["parse"])


def table() -> str:
    """The measurements as a Markdown page."""
    rows = [
        "# Speed of reading official documents",
        "",
        f"Best of {REPEATS} runs, each in a new process; synthetic text (`benchmarks/parse_speed.py`). Megabytes are",
        "of UTF-8 text (a Chinese character is three bytes), seconds of processor time; memory is the growth at its peak.",
        "",
        f"Machine: {processor()}, Python {platform.python_version()}, {platform.system()}.",
        "",
        "| format | text MB | clauses | extract s | parse s | to JSON s | total s per MB | memory MB | memory MB per MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind in FORMATS:
        for size in SIZES:
            run = measured(size, kind)
            total = run["extract"] + run["parse"] + run["write"]
            memory = run["memory"] / MEGABYTE
            rows.append(
                f"| {kind} | {size} | {run['clauses']:.0f} | {run['extract']:.3f} | {run['parse']:.2f} | "
                f"{run['write']:.2f} | {total / size:.2f} | {memory:.0f} | {memory / size:.0f} |"
            )
    return "\n".join(rows) + "\n"


def processor() -> str:
    """The processor's model and how many of its cores there are."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{models[0]}, {len(models)} cores" if models else platform.machine()


def main() -> None:
    """Measure, print, and keep the result if asked."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--child", choices=FORMATS)
    options = arguments.parse_args()
    if options.child:
        json.dump(measure(sys.stdin.buffer.read(), options.child), sys.stdout)
        return
    page = table()
    sys.stdout.write(page)
    if options.write:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(page, "utf-8")


if __name__ == "__main__":
    main()

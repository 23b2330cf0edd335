"""The site under load: a step of the check-up, a measure, a search, a firm's matches; on SQLite and on PostgreSQL.

    .venv/bin/python benchmarks/site_load.py                                  # some ten minutes with a register of 1 million
    .venv/bin/python benchmarks/site_load.py --rows 20000 --seconds 5 --out -   # a try-out, printed and not kept
    .venv/bin/python benchmarks/site_load.py --work FOLDER                     # keeps the register for the next run

Needs wrk (Debian: apt-get install wrk) and, for the second half, PostgreSQL. `huiqi serve` runs as anybody starts
it; wrk asks from the same machine, so that both share its cores. Requests per second hang on what else runs; the
requests a core can answer in a second, from the processor time of the site and its database, hardly do.
"""

import argparse
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import machine
from synthetic import REGION, sampled

HERE = Path(__file__).parent
ROOT = HERE.parent
DAY = date(2013, 6, 30)
PORT = 8467
CSRF = "a" * 32
CHECKUPS = 64
TOLD = {"employees": "45"}
MEASURES = 60
WORDS = (
    "贴息",
    "社保补贴",
    "担保",
    "租金",
    "研发费用",
    "首贷 续贷",
    "政府采购",
    "小微企业",
    "所得税",
    "loan",
    "补助",
)
DATABASES = ("SQLite", "PostgreSQL")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """One journey on one database."""

    journey: str
    database: str
    requests: int
    seconds: float
    median_ms: float
    p95_ms: float
    failed: int
    site_cpu: float  # seconds of the site's processes
    database_cpu: float  # of PostgreSQL's; SQLite works within the site

    @property
    def per_core(self) -> float:
        """Requests that one core answers in a second, database included."""
        return self.requests / (self.site_cpu + self.database_cpu)

    def line(self) -> str:
        cpu = 1000 * (self.site_cpu + self.database_cpu) / self.requests
        return (
            f"| {self.journey} | {self.database} | {self.requests:,} | {self.requests / self.seconds:.0f} "
            f"| {self.per_core:.0f} | {cpu:.1f} | {self.median_ms:.0f} | {self.p95_ms:.0f} | {self.failed} |"
        )


def main() -> None:
    arguments = parse_arguments()
    if arguments.step == "drive":
        drive(arguments)
        return
    if shutil.which("wrk") is None:
        sys.exit("wrk is not here (Debian: apt-get install wrk)")
    with tempfile.TemporaryDirectory(prefix="huiqi-load-") as temporary:
        arguments.work = (arguments.work or Path(temporary)).resolve()
        register = arguments.data.resolve() / "register" if arguments.data else arguments.work / "register"
        sampled(register, arguments.rows)
        before = os.getloadavg()[0]
        loads = [load for name in DATABASES for load in on_database(name, register, arguments)]
    text = report(loads, arguments, rows_of(register), before)
    if arguments.out == "-":
        print(text)
    else:
        Path(arguments.out).write_text(text, "utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=30, help="for each journey")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--data", type=Path, help="a data folder with a register, instead of a synthetic one")
    parser.add_argument("--work", type=Path, help="keep the register here for the next run")
    parser.add_argument("--out", default=str(HERE / "results" / "site_load.md"), help="- prints")
    parser.add_argument("--step", choices=("drive",), help="for the program itself")
    parser.add_argument("--name", default="", help="for the program itself")
    return parser.parse_args()


def rows_of(register: Path) -> int:
    version_folder = register / (register / "CURRENT").read_text("utf-8").strip()
    manifest: dict[str, Any] = json.loads((version_folder / "_manifest.json").read_text("utf-8"))
    return int(manifest["rows"])


def on_database(name: str, register: Path, arguments: argparse.Namespace) -> list[Load]:
    """Start the site on a database of its own and drive it, in a process of its own."""
    data = arguments.work / name
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    (data / "register").symlink_to(register)
    command = [sys.executable, __file__, "--step", "drive", "--name", name, "--work", str(data)]
    for option in ("seconds", "workers", "connections"):
        command += [f"--{option}", str(getattr(arguments, option))]
    if name == "PostgreSQL":
        command = [sys.executable, str(ROOT / "tools" / "with_postgres.py"), *command]
    settings = {"HUIQI_DATA": str(data), "HUIQI_DAY": DAY.isoformat(), "HUIQI_LOG": "plain"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HUIQI_")} | settings
    environment |= {"DJANGO_SETTINGS_MODULE": "huiqi.config.dev"}
    found = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if found.returncode:
        print(f"{name}: not measured", file=sys.stderr)
        return []
    return [Load(**one) for one in json.loads(found.stdout.splitlines()[-1])]


def drive(arguments: argparse.Namespace) -> None:
    """Write what each journey came to as JSON."""
    with served(arguments) as site:
        token, firm = prepare(arguments.work)
        scripts = journeys(token, firm)
        loads = []
        for journey, script in scripts.items():
            path = arguments.work / "journey.lua"
            path.write_text(script, "utf-8")
            wrk(path, seconds=3, connections=arguments.connections)  # every process has its caches
            before = cpu_of(site), cpu_of(postmaster())
            said = wrk(path, seconds=arguments.seconds, connections=arguments.connections)
            site_cpu, database_cpu = cpu_of(site) - before[0], cpu_of(postmaster()) - before[1]
            found = {"journey": journey, "database": arguments.name, **said}
            loads.append(found | {"site_cpu": site_cpu, "database_cpu": database_cpu})
    print(json.dumps(loads))


@contextmanager
def served(arguments: argparse.Namespace) -> Iterator[int]:
    """`huiqi serve`; the number of its process."""
    command = [sys.executable, "-c", "from huiqi.cli.app import main; main()", "serve"]
    asked = ["--bind", f"127.0.0.1:{PORT}", "--workers", str(arguments.workers)]
    with (arguments.work / "site.log").open("w") as log:
        process = subprocess.Popen([*command, *asked], stdout=log, stderr=log)
        try:
            for _ in range(300):
                if process.poll() is not None or is_up():
                    break
                time.sleep(0.5)
            if not is_up():
                sys.exit((arguments.work / "site.log").read_text("utf-8")[-2000:])
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def ask(method: str, path: str, form: Sequence[tuple[str, str]] = (), cookie: str = "") -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    headers = {"Cookie": f"csrftoken={CSRF}; {cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode([("csrfmiddlewaretoken", CSRF), *form]) if method == "POST" else None
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def is_up() -> bool:
    try:
        return bool(ask("GET", "/health/").status == 200)
    except OSError:
        return False


def prepare(data: Path) -> tuple[list[str], str]:
    """Check-ups that are under way, and the session of a firm."""
    made = subprocess.run([sys.executable, "-c", CAST], check=True, stdout=subprocess.PIPE, text=True)
    password = made.stdout.strip().splitlines()[-1]
    answer = ask("POST", "/account/login/", [("login", "firm"), ("password", password)])
    cookies = [value for name, value in answer.getheaders() if name == "Set-Cookie" and "sessionid" in value]
    paths = []
    for _ in range(CHECKUPS):
        begun = ask("POST", "/checkup/begin/", [("region", REGION), ("roles", "enterprise")])
        path = begun.getheader("Location")
        for fact, reply in TOLD.items():
            ask("POST", f"{path}answer/", [("fact", fact), ("reply", reply), ("size", "")])
        paths.append(path)
    return paths, cookies[0].partition(";")[0]


CAST = f"""
import django; django.setup()
from datetime import date, datetime, UTC
from secrets import token_urlsafe
from huiqi.holdings.current import register
from huiqi.procedures.cast import bring_in_the_cast
codes = next(iter(register().batches(columns=["code"], rows=8)))["code"].to_pylist()
password = token_urlsafe(12)
bring_in_the_cast(firm=codes[0], bank=codes[1], guarantor=codes[3], agency=codes[2], password=password,
                  from_day=date.fromisoformat("{DAY.isoformat()}"), at=datetime.now(UTC))
print(password)
"""


def journeys(checkups: Sequence[str], session: str) -> dict[str, str]:
    """A script of wrk for each."""
    pages = [f"/measures/{pack}/{name}/" for pack, name in measures()]
    searches = [f"/measures/?q={quote(words)}" for words in WORDS]
    return {
        "check-up, a step": step_script(checkups),
        "measure": pages_script(pages),
        "search": pages_script(searches),
        "a firm's matches": pages_script(["/my/matches/"], session),
    }


def measures() -> list[tuple[str, str]]:
    """Some measures of every pack, by the names of their files."""
    found = [(path.parts[-3], path.stem) for path in sorted((ROOT / "packs").glob("*/measures/*.yaml"))]
    step = max(1, len(found) // MEASURES)
    return [one for one in found[::step] if ask("GET", f"/measures/{one[0]}/{one[1]}/").status == 200]


DONE = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('{"requests": %d, "seconds": %.3f, "median_ms": %.2f, "p95_ms": %.2f, "failed": %d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    errors.status + errors.read + errors.write + errors.connect + errors.timeout))
end
"""


def pages_script(paths: Sequence[str], cookie: str = "") -> str:
    """Ask for the pages in turn."""
    listed = ", ".join(f'"{path}"' for path in paths)
    head = f'wrk.headers["Accept-Encoding"] = "gzip"\nwrk.headers["Cookie"] = "{cookie}"\n'
    return (
        f"local paths = {{{listed}}}\nlocal turn = 0\n{head}"
        'request = function()\n  turn = turn + 1\n  return wrk.format("GET", paths[turn % #paths + 1])\nend\n'
        f"{DONE}"
    )


def step_script(paths: Sequence[str]) -> str:
    """A reply, then the page with the next question: two requests for a step."""
    listed = ", ".join(f'"{path}"' for path in paths)
    return f"""
local paths = {{{listed}}}
local turn = 0
local headers = {{["Cookie"] = "csrftoken={CSRF}", ["Accept-Encoding"] = "gzip",
                  ["Content-Type"] = "application/x-www-form-urlencoded"}}
request = function()
  turn = turn + 1
  local path = paths[math.floor(turn / 2) % #paths + 1]
  if turn % 2 == 0 then
    local body = "csrfmiddlewaretoken={CSRF}&fact=employees&size=&reply=" .. math.random(5, 900)
    return wrk.format("POST", path .. "answer/", headers, body)
  end
  return wrk.format("GET", path, headers)
end
{DONE}"""


def wrk(script: Path, *, seconds: int, connections: int) -> dict[str, Any]:
    options = ["-t", "2", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s", "-s", str(script)]
    made = subprocess.run(
        ["wrk", *options, f"http://127.0.0.1:{PORT}"], check=True, stdout=subprocess.PIPE, text=True
    )
    said: dict[str, Any] = json.loads(made.stdout.strip().splitlines()[-1])
    return said


def postmaster() -> int:
    """The first process of the PostgreSQL that `tools/with_postgres.py` started; 0 without one."""
    named = os.environ.get("HUIQI_DATABASE", "").partition("@")[2].partition("/")[0]
    path = Path(unquote(named)) / "data" / "postmaster.pid"
    return int(path.read_text("ascii").split()[0]) if named else 0


def cpu_of(root: int) -> float:
    """Seconds of processor of a process, of all below it, and of those that ended and were waited for."""
    if not root:
        return 0.0
    table: dict[int, tuple[int, float]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = path.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        table[int(path.parent.name)] = int(said[1]), sum(map(int, said[11:15])) / TICKS
    below, known = {root}, 0
    while len(below) != known:
        known = len(below)
        below |= {number for number, (parent, _) in table.items() if parent in below}
    return sum(table[number][1] for number in below if number in table)


def report(loads: Sequence[Load], arguments: argparse.Namespace, rows: int, before: float) -> str:
    busy = f" The machine was busy (load {before:.1f} before): rates and times are those of a site that shares it."
    lines = [
        "# The site under load",
        "",
        f"`python benchmarks/site_load.py --rows {rows}`, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"{machine.description()}; huiqi {machine.commit()}, {machine.versions()}, "
        f"Django {version('django')}, gunicorn {version('gunicorn')}.",
        f"A register of {rows:,} synthetic parties; {arguments.workers} processes of four threads, "
        f"{arguments.connections} connections of wrk on the same machine, {arguments.seconds} s for each line."
        f"{busy if before >= 1 else ''}",
        "",
        "| | database | requests | per second | per second and core | processor ms | median ms | 95 % under ms | failed |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
        *(load.line() for load in loads),
        "",
        "Processor time is that of the site with its database, without wrk. A step of the check-up is two requests: the",
        "reply, which is written, and the page with the next question and the result so far. The firm's matches work all",
        f"measures in force on {DAY} out anew. PostgreSQL runs as `tools/with_postgres.py` starts it: without fsync.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

"""`huiqi serve` and `huiqi manage`: the site, and what its administrator does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from huiqi.cli.setting import packs_folder

SETTINGS = "DJANGO_SETTINGS_MODULE"


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command(
        "manage",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    )(manage)


def use_settings(*, data: Path | None = None, day: str = "") -> None:
    """Name settings and folders for this process, unless the environment does."""
    os.environ.setdefault(SETTINGS, "huiqi.config.dev")
    os.environ.setdefault("HUIQI_PACKS", str(packs_folder()))
    if data is not None:
        os.environ["HUIQI_DATA"] = str(data.absolute())
    if day:
        os.environ["HUIQI_DAY"] = day


def serve(
    data: Annotated[Path | None, typer.Option(help="Folder of registers, runs and the database.")] = None,
    bind: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1:8000",
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 2,
    day: Annotated[str, typer.Option(metavar="DATE", help="A day that stands for today.")] = "",
) -> None:
    """Serve the site with gunicorn, with a worker for background tasks and a clock; Ctrl+C stops all.

    The database and the files of the pages are brought up to date first.
    """
    use_settings(data=data, day=day)
    run_manage(["migrate", "--verbosity", "0"])
    if not getattr(import_module("django.conf").settings, "WHITENOISE_USE_FINDERS", False):
        run_manage(["collectstatic", "--noinput", "--verbosity", "0"])
    site = [
        sys.executable, "-m", "gunicorn", "huiqi.config.wsgi:application", "--bind", bind,
        "--workers", str(workers), "--threads", "4", "--timeout", "120", "--preload", "--no-control-socket",
    ]  # fmt: skip
    django = [sys.executable, "-m", "django"]
    sys.exit(run_together(site, [*django, "db_worker", "--interval", "2"], [*django, "clock"]))


def run_together(*commands: Sequence[str]) -> int:
    """Run until the first of them ends, then end the others; its exit code. SIGTERM ends all."""
    running = [subprocess.Popen(command) for command in commands]

    def end(*_: object) -> None:
        for process in running:
            process.terminate()

    signal.signal(signal.SIGTERM, end)
    try:
        while not (ended := [p for p in running if p.poll() is not None]):
            time.sleep(0.2)
        code = ended[0].returncode
    except KeyboardInterrupt:
        code = 0
    end()
    for process in running:
        process.wait()
    return max(code, 0)


def manage(context: typer.Context) -> None:
    """Django's commands for the site: migrate, check, createsuperuser …"""
    use_settings()
    run_manage(context.args)


def run_manage(words: list[str]) -> None:
    unset = import_module("django.core.exceptions").ImproperlyConfigured
    try:
        import_module("django.core.management").execute_from_command_line(["huiqi manage", *words])
    except unset as error:
        sys.exit(f"The site cannot start. {error}")

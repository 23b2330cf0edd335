"""Run a command with a PostgreSQL server of its own: python tools/with_postgres.py COMMAND …

The server lives in a temporary folder, listens on a socket in it and on nothing else, and is gone with the command.
The command finds it by HUIQI_DATABASE. As root the server runs as the user `postgres`, since it refuses root.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin")
NEEDED = ("initdb", "pg_ctl", "createdb", "pg_dump", "pg_restore")
FAST = (
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "listen_addresses=",
)


def main() -> int:
    programs = folder_of_programs()
    if programs is None:
        print("There is no PostgreSQL here (Debian: apt-get install postgresql).", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory(prefix="huiqi-pg-") as folder:
        data, user = Path(folder) / "data", unprivileged()
        if user:
            shutil.chown(folder, user)
        as_user(
            user,
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-A",
                "trust",
                "-U",
                "huiqi",
                "-E",
                "UTF8",
                "--no-locale",
            ],
        )
        options = " ".join([*FAST, "-k", folder])
        as_user(
            user,
            [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", f"{folder}/log", "-o", options, "start"],
        )
        try:
            as_user(user, [str(programs / "createdb"), "-h", folder, "-U", "huiqi", "huiqi"])
            address = f"postgresql://huiqi@{quote(folder, safe='')}/huiqi"
            path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
            return subprocess.call(sys.argv[1:], env={**os.environ, "HUIQI_DATABASE": address, "PATH": path})
        finally:
            as_user(user, [str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"])


def folder_of_programs() -> Path | None:
    """Where all the programs lie that are needed; of several versions the newest."""
    found = [path.parent for place in PLACES for path in Path("/").glob(f"{place[1:]}/initdb")]
    whole = [folder for folder in found if all((folder / name).exists() for name in NEEDED)]
    return max(whole, default=None, key=str)


def unprivileged() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def as_user(user: str | None, command: Sequence[str]) -> None:
    """Raises CalledProcessError with what the program said."""
    found = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
    if found.returncode:
        print(found.stdout, found.stderr, file=sys.stderr)
        found.check_returncode()


if __name__ == "__main__":
    sys.exit(main())

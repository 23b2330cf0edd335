"""The program of another process: takes what to work on, then portions, and answers what it found in each.

python -m huiqi.matching.mate FD    # of a pipe to the process that started it, see `mates`
"""

import signal
import sys
import traceback
from multiprocessing.connection import Connection

from huiqi.matching.mates import their_end
from huiqi.matching.workers import Work


def work_off(pipe: Connection) -> None:
    """Until the other side hangs up."""
    work: Work = pipe.recv()
    while True:
        portion, block_rows = pipe.recv()
        try:
            found: object = work.do(portion, block_rows=block_rows)
        except Exception as error:
            error.add_note(traceback.format_exc())
            found = error
        pipe.send(found)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other side decides
    try:
        work_off(their_end(sys.argv[1]))
    except (EOFError, OSError):
        return


if __name__ == "__main__":
    main()

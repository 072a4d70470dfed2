"""`python -m crewlab`."""

import atexit
import os
import sys

status = None


def leave() -> None:
    """End without taking apart what was imported, which is a third of the time of a short command.

    Called when all else has ended. What went wrong in the program itself ends as usual, and so does what cannot be
    written.
    """
    if status is None:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the usual end says so
        return
    os._exit(status)


if __name__ == "__main__":
    atexit.register(leave)  # the first one here is the last one to be called

    from crewlab.commands.program import app

    try:
        app(prog_name="python -m crewlab")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else None
        raise

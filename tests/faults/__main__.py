"""`python -m tests.faults`: meet every fault once and print what became of it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.faults.matrix import FAULTS
from tests.faults.meeting import lab_for_faults, meet


def main(only: list[str]) -> int:
    """Print the table; the exit status is 1 when an execution ended otherwise than it should."""
    os.environ.setdefault("OPENAI_API_KEY", "test-key")
    wrong = 0
    print(f"{'fault':<34}{'status':<11}{'requests':<10}{'beside':<11}report")
    with tempfile.TemporaryDirectory() as folder, lab_for_faults(Path(folder)) as lab:
        for fault in FAULTS:
            if only and fault.name not in only:
                continue
            met = meet(fault, lab)
            wrong += met.bad.status != fault.ends or met.beside.status != "completed"
            print(
                f"{fault.name:<34}{met.bad.status:<11}{met.requests:<10}{met.beside.status:<11}{met.report}", flush=True
            )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

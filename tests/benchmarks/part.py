"""A benchmark's parts run in processes of their own, so that none warms or silences another."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import Any


def run_part(module: str, part: str, timeout_seconds: float = 600.0, **arguments: Any) -> dict[str, Any]:
    """Run function `part` of `tests.benchmarks.<module>` in a fresh process and data folder; return what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        arguments["data"] = folder
        command = [sys.executable, "-m", f"tests.benchmarks.{module}", part, json.dumps(arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_seconds, check=False)
    if done.returncode:
        raise SystemExit(f"{module}.{part} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def serve_part(parts: dict[str, Any]) -> None:
    """The other side: call the named part and print its result as the last line."""
    print(json.dumps(parts[sys.argv[1]](**json.loads(sys.argv[2]))))

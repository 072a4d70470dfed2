"""The real app as a process of its own, on a free loopback port, for browser and acceptance tests."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent


HANGS_SECONDS = 90.0
"""What has not happened by then will not happen: a process that begins beside ten others takes half a minute."""


def free_port() -> int:
    """A port that is free, and that the system gives to no client before it is used: it takes theirs from 32768 on."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)  # each process its own: `random` is seeded alike in all of them
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class AppServer:
    """`streamlit run app.py` over one data folder; `kill` is kill -9, `stop` is a polite end."""

    streamlit = "streamlit"
    """The module that is run."""

    def __init__(self, data: Path, *, script: Path = ROOT / "app.py", **variables: str) -> None:
        self.data, self.script, self.variables = data, script, variables
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> AppServer:
        """Spawn the server; with `wait`, return once it answers."""
        command = [sys.executable, "-m", self.streamlit, "run", str(self.script), "--server.port", str(self.port)]
        command += ["--server.headless", "true", "--server.fileWatcherType", "none"]
        environment = {**os.environ, "CREWLAB_DATA": str(self.data), **self.variables}
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        if wait:
            self._wait_healthy()
        return self

    def _wait_healthy(self) -> None:
        deadline = time.monotonic() + HANGS_SECONDS
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/_stcore/health", timeout=2).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)  # the server is still starting; there is no condition to wait on but its port
        raise RuntimeError(f"the app did not start: {self.log()[-2000:]}")

    def log(self) -> str:
        """What the server printed so far."""
        return (self.data / "server.log").read_text("utf-8", "replace")

    def stop(self) -> float:
        """End politely; return how many seconds it took."""
        return self._end(signal.SIGTERM)

    def kill(self) -> float:
        """kill -9: nothing gets a chance to tidy up."""
        return self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> float:
        begin = time.monotonic()
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=HANGS_SECONDS)
            self.process = None
        return time.monotonic() - begin

    def __enter__(self) -> AppServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

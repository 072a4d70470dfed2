"""The examples of the README work as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_examples_over_http_work(lab, endpoint):
    """Pasted into a shell: an execution is launched, followed to its end, and read."""
    section = README.partition("## Over HTTP\n")[2].partition("\n## ")[0]
    (script,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    environment = {**os.environ, "CREWLAB_DATA": str(lab.settings.data), "no_proxy": "127.0.0.1"}
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (execution,) = lab.executions()
    assert execution.status == "completed"
    assert "event: end" in done.stdout
    assert execution.output.splitlines()[0] in done.stdout
    assert ",input_tokens," in done.stdout

"""Records the cassette again, against the tests' own model server."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from crewlab.executions.cassette import Cassette
from crewlab.lab import Lab
from tests.model_server import ModelServer
from tests.recorded import FILE, INPUTS, NAME, crew

with tempfile.TemporaryDirectory() as folder, ModelServer(reply=lambda _: "Tea cools as it waits.") as server:
    os.environ["OPENAI_API_KEY"] = "not-a-real-key"
    with Lab.open(Path(folder)) as lab:
        lab.run(crew(base_url=server.url), INPUTS, cassette=Cassette.record(NAME))
    shutil.copy(Path(folder) / "cassettes" / FILE.name, FILE)

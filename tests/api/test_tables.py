"""What can be read over HTTP."""

from __future__ import annotations

import io

import httpx
import pandas as pd
import pytest

from crewlab.analysis import frames
from crewlab.analysis.columns import FRAMES


@pytest.fixture
def client(endpoint):
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    with httpx.Client(base_url=f"{endpoint.url}/api/v1", headers=headers, trust_env=False, timeout=60) as opened:
        yield opened


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_is_served_as_csv(client, name):
    """A tool without Arrow gets the same columns."""
    answer = client.get(f"/frames/{name}", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert list(pd.read_csv(io.BytesIO(answer.content)).columns) == list(frames.empty(name).columns)


def test_csv_of_rehearsal_says_so(client, lab):
    """The label travels with the data."""
    lab.run("market-brief", inputs_of(lab, "market-brief"))
    assert "rehearsal: not evidence" in client.get("/frames/executions", params={"format": "csv"}).text


def inputs_of(lab, name):
    return dict.fromkeys(lab.definitions.placeholders(lab.definitions.version(name).document), "tea")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/frames/secrets", 400),
        ("/frames/executions?format=pickle", 422),
        ("/frames/executions?limit=many", 422),
        ("/executions?limit=-1", 422),
        ("/spend?since=yesterday", 422),
        ("/executions/unknown", 404),
        ("/definitions/unknown", 404),
        ("/batches/unknown", 404),
        ("/nothing", 404),
    ],
)
def test_a_wrong_question_gets_a_clear_answer(client, path, status):
    """Neither a server error nor an empty table."""
    assert client.get(path).status_code == status


def test_answers_are_not_kept_by_anybody(client):
    """What is running changes by the second, and is nobody else's business."""
    assert client.get("/counts").headers["cache-control"] == "no-store"

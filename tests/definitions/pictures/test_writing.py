"""Pictures as text: Mermaid, SVG and HTML, each with texts that cannot change them."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from crewlab.definitions.pictures.crews import crew_graph
from crewlab.definitions.pictures.drawing import graph_of
from crewlab.definitions.pictures.mermaid import mermaid
from crewlab.definitions.pictures.svg import svg
from crewlab.definitions.version import DefinitionVersion
from tests.definitions.pictures.flows import review_flow

NASTY = 'x"]; click t0 href "javascript:alert(1)" %%{init}%% <img src=x onerror=alert(1)> \x00 --> &'


def nasty_flow() -> dict:
    """A flow whose every text tries to be something else."""
    return {
        "name": NASTY,
        "description": NASTY,
        "methods": {
            NASTY: {"start": True, "do": {"call": "tool", "ref": NASTY}, "router": True, "emit": [NASTY + "2"]},
            "b": {"listen": NASTY + "2", "do": {"call": NASTY}},
            "c": {"listen": NASTY + "3", "do": {"call": "agent", "with": {"role": NASTY}}},
        },
    }


def crew(*contexts: list[str] | None, **fields: object) -> dict:
    """Tasks a, b, c, … of a parallel crew."""
    tasks = [
        {"name": name, "agent": "x", **({} if context is None else {"context": context})}
        for name, context in zip("abcdef", contexts, strict=False)
    ]
    return {"process": "parallel", "tasks": tasks, "agents": {"x": {}}, **fields}


def version(document: dict) -> DefinitionVersion:
    return DefinitionVersion(
        definition_id="d", owner="o", name=str(document.get("name")), number=3, content_hash="f" * 64,
        document=document, note=NASTY, created_at=datetime(2026, 1, 2, tzinfo=UTC),
    )  # fmt: skip


def test_a_flow_in_mermaid():
    """Starts, routers, outcomes and error routes look different."""
    text = mermaid(graph_of(review_flow()))
    assert '  s0(["research<br/>crew brief, version 3"])' in text
    assert '  s1{{"decide<br/>expression #39;good#39;"}}' in text
    assert '  s1 -->|"bad"| s2' in text
    assert '  s2 -.->|"broken"| s7' in text


def test_a_chain_of_tasks_looks_like_a_chain():
    """Only edges that do not follow from others are drawn; a condition is another shape."""
    document = crew(None, None, None)
    document["tasks"][1]["condition"] = "outputs.a != ''"
    assert mermaid(crew_graph(document)).splitlines()[2:] == [
        '  t1{{"b<br/>x"}}',
        '  t2["c<br/>x"]',
        "  t0 --> t1",
        "  t1 --> t2",
    ]


def test_names_cannot_change_the_mermaid_text():
    """Quotes, brackets, tags and directives are encoded."""
    text = mermaid(graph_of(nasty_flow()))
    assert len(text.splitlines()) == 1 + 4 + 2
    assert not any(sign in text for sign in ("<img", "javascript:", "%%{", "\x00", "];"))


@pytest.mark.parametrize("document", [review_flow(), nasty_flow(), crew([], [], ["a", "b"]), crew(), {}])
def test_an_svg_is_well_formed_and_runs_nothing(document):
    """It holds shapes and texts, and its texts are those of the document."""
    root = ElementTree.fromstring(svg(graph_of(document), f"Picture of {document.get('name')}"))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "title", "rect", "path", "text"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name]


@pytest.mark.parametrize("document", [review_flow(), nasty_flow(), crew([], ["a"], description=NASTY), {"name": "x"}])
def test_a_notebook_shows_a_version_safely(document):
    """Every text is escaped, so that the markup is ours alone; nothing is an address or a script."""
    html = version(document)._repr_html_()
    assert ElementTree.fromstring(html).tag == "div"
    assert "<img" not in html
    assert "<script" not in html


def test_a_notebook_shows_steps_and_agents():
    """What a step does and waits for; what an agent is and which model and tools it has."""
    flow = "".join(ElementTree.fromstring(version(review_flow())._repr_html_()).itertext())
    assert "approved or (revise and write) or nobody" in flow
    document = crew([], llm="rehearsal/plain")
    document["agents"]["x"] = {"role": "Analyst", "tools": ["FileReadTool"]}
    text = " ".join(ElementTree.fromstring(version(document)._repr_html_()).itertext())
    assert all(word in text for word in ("Analyst", "rehearsal/plain", "FileReadTool", "crew, version 3"))


def test_a_version_gives_its_mermaid_text():
    """For Markdown of one's own."""
    assert version(review_flow()).mermaid() == mermaid(graph_of(review_flow()))

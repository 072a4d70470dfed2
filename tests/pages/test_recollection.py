"""Memory and knowledge on the pages: files are uploaded and deleted, crews and agents are given them."""

from __future__ import annotations

import pandas as pd
from streamlit.testing.v1 import AppTest

from crewlab.definitions.editing import new_crew
from crewlab.lab import Lab
from crewlab.memory.memories import Note, Sight, learned_now
from crewlab.ui.components.executions.log_view import recollections
from tests.pages.conftest import texts

ADD = "definition.knowledge_sources.add"


def document(lab: Lab, name: str = "memo") -> dict:
    """The edits of a definition as they are kept."""
    draft = lab.definitions.draft(lab.definitions.get(name).definition_id)
    return lab.definitions.version(name).document if draft is None else draft.document


def crew_page(lab: Lab, open_page, **fields) -> AppTest:
    lab.definitions.save({**new_crew("memo"), **fields})
    return open_page("definition", id="memo")


def test_files_are_uploaded_listed_and_deleted(lab, open_page):
    """Each with its size; what cannot be read says why, and the others are kept."""
    app = open_page("library")
    upload = app.file_uploader(key="library.knowledge.upload.0")
    upload.set_value(
        [("hand book.md", b"Boxes ship on Mondays.", "text/markdown"), ("bad.json", b"{", "application/json")]
    )
    app = next(button for button in app.button if button.label == "Add files").click().run()
    assert not app.exception
    assert [file.path for file in lab.knowledge_files()] == ["hand book.md"]
    assert "bad.json is not JSON" in texts(app)
    assert "22 bytes" in texts(app)
    app.button(key="library.knowledge.delete.hand book.md").click().run()
    assert lab.knowledge_files() == []


def test_the_memory_of_a_crew_is_chosen(lab, open_page):
    """Three choices; off removes the field, the switch decides about the extra model call, and it may have its own."""
    app = crew_page(lab, open_page)
    app = app.segmented_control(key="definition.memory").set_value("definition").run()
    assert document(lab)["memory"] == {"scope": "definition"}
    app = app.toggle(key="definition.memory.extract").set_value(False).run()
    assert document(lab)["memory"] == {"scope": "definition", "extract": False}
    app = app.segmented_control(key="definition.memory").set_value("execution").run()
    assert document(lab)["memory"] == {"scope": "execution", "extract": False}
    app = app.text_input(key="definition.memory.storage").set_value("parcels").run()
    app = app.selectbox(key="definition.memory.llm").set_value("rehearsal/plain").run()
    named = {"storage": "parcels", "llm": "rehearsal/plain"}
    assert document(lab)["memory"] == {"scope": "execution", "extract": False, **named}
    app.segmented_control(key="definition.memory").set_value("off").run()
    assert "memory" not in document(lab)


def test_an_imported_true_is_shown_as_what_it_means(lab, open_page):
    """And the difference from crewAI stands beside it."""
    app = crew_page(lab, open_page, memory=True)
    assert app.segmented_control(key="definition.memory").value == "execution"
    assert "crewAI would remember from run to run" in texts(app)


def test_knowledge_of_a_crew_is_files_and_texts(lab, open_page):
    """Files are chosen from those uploaded; texts are written; emptied, a text is removed. Other sources are kept."""
    lab.add_knowledge_file("handbook.md", b"Boxes ship on Mondays.")
    app = crew_page(lab, open_page)
    app = app.multiselect(key="definition.knowledge_sources").set_value(["handbook.md"]).run()
    app = app.button(key=ADD).click().run()
    assert "its content is empty" in texts(app).lower()
    app = app.text_area(key="definition.knowledge_sources.1.content").set_value("Turbines turn.").run()
    text = {"type": "string", "content": "Turbines turn."}
    assert document(lab)["knowledge_sources"] == [{"type": "file", "path": "handbook.md"}, text]
    app = app.multiselect(key="definition.knowledge_sources").set_value([]).run()
    assert document(lab)["knowledge_sources"] == [text]
    app.text_area(key="definition.knowledge_sources.1.content").set_value("").run()
    assert "knowledge_sources" not in document(lab)


def test_a_file_that_is_gone_is_said(lab, open_page):
    """It stays chosen, and the problem says where to upload it."""
    app = crew_page(lab, open_page, knowledge_sources=[{"type": "file", "path": "gone.md"}])
    assert app.multiselect(key="definition.knowledge_sources").value == ["gone.md"]
    assert "There is no knowledge file 'gone.md'" in texts(app)


def test_an_agent_has_memory_and_knowledge_of_its_own(lab, open_page):
    """With limits for what is found, once there is something to find."""
    lab.definitions.save(new_crew("memo"))
    app = open_page("definition", id="memo")
    app.session_state["definition.tab"] = "Agents"
    app = app.run()
    app = app.segmented_control(key="definition.agents.researcher.memory").set_value("execution").run()
    app = app.button(key="definition.agents.researcher.knowledge_sources.add").click().run()
    app.text_input(key="definition.agents.researcher.knowledge_config.results_limit").set_value("2").run()
    agent = document(lab)["agents"]["researcher"]
    assert (agent["memory"], agent["knowledge_config"]) == ({"scope": "execution"}, {"results_limit": 2})


def test_the_tab_memory_lists_and_forgets(lab, open_page):
    """What executions have learned is there to be read, and gone after a confirmation."""
    version = lab.definitions.save(new_crew("memo"))
    memories, embedder = lab.engine.library.memories, lab.engine.library.offline
    sight = Sight(lab.settings.owner, version.definition_id, "execution-1")
    notes = [Note("", "Boxes ship on *Mondays*.", "researcher", True)]
    memories.keep(sight, (0, "research"), learned_now(notes, embedder.name, embedder.embed(["x"])))
    memories.publish(sight)
    app = open_page("definition", id="memo")
    app.session_state["definition.tab"] = "Memory"
    app = app.run()
    assert "Boxes ship on *Mondays*." in texts(app)
    assert "1 memory" in texts(app)
    app.button(key="definition.memory.clear").click().run()
    assert lab.memories("memo") == []


def test_the_snapshot_says_whether_a_file_has_changed(lab, open_page, idle_engine):
    """With the hash that it had at the launch."""
    for name in ("same.md", "other.md", "gone.md"):
        lab.add_knowledge_file(name, b"Boxes ship on Mondays.")
    sources = [{"type": "file", "path": name} for name in ("same.md", "other.md", "gone.md")]
    handle = lab.launch({**new_crew("memo"), "knowledge_sources": sources})
    lab.add_knowledge_file("other.md", b"Boxes ship on Fridays.", replace=True)
    lab.delete_knowledge_file("gone.md")
    app = open_page("execution", id=handle.execution_id)
    app.session_state["execution.tabs"] = ":material/photo_camera: Inputs and snapshot"
    shown = str(app.run().table[-1].value)
    assert [word for word in ("unchanged since", "**changed since", "deleted since") if word not in shown] == []


def test_the_log_counts_what_was_recalled():
    """In words, and only what happened."""
    log = pd.DataFrame({"kind": ["memory_recalled", "memory_recalled", "memory_saved", "task_started"]})
    assert recollections(log) == "2 recalls of memories, 1 task remembered"
    assert recollections(log[log["kind"] == "task_started"]) == ""

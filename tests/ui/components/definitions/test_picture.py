"""What streamlit-agraph is given to draw."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from crewlab.definitions.pictures.drawing import graph_of
from crewlab.definitions.pictures.layout import layout
from crewlab.ui.components.definitions import picture

CALL = {"call": "expression", "expr": "1"}


def drawn(document: dict, monkeypatch, marks: dict | None = None) -> dict:
    """The data for the component."""
    import streamlit_agraph

    given: dict = {}
    monkeypatch.setattr(streamlit_agraph, "_agraph", lambda **arguments: given.update(arguments))
    picture.picture(graph_of(document), key="k", words="words", marks=marks)
    return json.loads(given["data"]) | {"options": json.loads(given["config"])}


def test_no_text_becomes_markup_or_an_address(monkeypatch):
    """A node has no title, which the component would write into its page as HTML and open on a double click."""
    nasty = "<img src=x onerror=alert(1)>"
    data = drawn({"methods": {nasty: {"start": True, "do": {"call": "tool", "ref": nasty}}}}, monkeypatch)
    (node,) = data["nodes"]
    assert "title" not in node
    assert "multi" not in node["font"]
    assert node["id"] == "s0"
    assert nasty in node["label"]


def test_nodes_stay_where_the_layout_puts_them(monkeypatch):
    """Nothing moves by itself, and a problem has another border."""
    document = {"methods": {"a": {"start": True, "do": CALL}, "b": {"listen": "a", "do": CALL}}}
    data = drawn(document, monkeypatch, {("methods", "b"): "error"})
    places = layout(graph_of(document)).places
    assert data["nodes"][0]["x"] < data["nodes"][1]["x"]
    assert len(places) == 2
    assert all(node["fixed"] and not node["physics"] for node in data["nodes"])
    assert data["nodes"][0]["color"]["border"] != data["nodes"][1]["color"]["border"]
    assert data["options"]["physics"] == {"enabled": False}


def test_a_click_says_which_node():
    """The place of the node that was chosen; an old click that the browser tells once more chooses nothing."""

    def page():
        from collections import Counter

        import streamlit as st

        from crewlab.definitions.pictures.drawing import graph_of
        from crewlab.ui.components.definitions import picture

        graph = graph_of({"methods": {"a": {"start": True}, "b": {"listen": "a"}}})
        chosen, clicks = [], Counter()
        for told in ("s1", "<nobody>", "s1", "s1~2", "s0", "s1~1"):
            st.session_state["k"] = told
            picture._chosen(graph, "k", clicks, lambda place: chosen.append(place[1]))
        st.write(" ".join(chosen))

    app = AppTest.from_function(page).run()
    assert app.markdown[0].value == "b a b"


def test_a_node_that_was_clicked_is_a_new_one_to_the_browser():
    """It tells nothing of a click on the node that was clicked last; arrows lead to the new one."""
    data = {"nodes": [{"id": "s0"}, {"id": "s1"}], "edges": [{"from": "s0", "to": "s1"}]}
    assert picture._with_rounds(data, {"s1": 2}) == {
        "nodes": [{"id": "s0"}, {"id": "s1~2"}],
        "edges": [{"from": "s0", "to": "s1~2"}],
    }


def test_what_the_browser_tells_turns_the_picture(monkeypatch):
    """On a narrow screen arrows lead down, and a frame of another height is loaded anew."""
    steps = {"a": {"start": True, "do": CALL}, **{new: {"listen": old, "do": CALL} for old, new in ("ab", "bc", "cd")}}
    wide = drawn({"methods": steps}, monkeypatch)
    monkeypatch.setattr(picture, "is_narrow", lambda: True)
    narrow = drawn({"methods": steps}, monkeypatch)
    assert len({node["y"] for node in wide["nodes"]}) == 1
    assert len({node["x"] for node in narrow["nodes"]}) == 1
    assert narrow["options"]["edges"]["smooth"]["forceDirection"] == "vertical"
    assert narrow["options"]["height"] != wide["options"]["height"]

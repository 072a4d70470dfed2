"""Documents are read as plain data, in bounded time, and written so that they come back."""

from __future__ import annotations

import contextlib
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewlab.definitions.notation.text import MAX_BYTES, read_document, read_document_file, write_document
from crewlab.errors import DocumentError
from tests.definitions.documents import crew
from tests.yardstick import slowness

BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{previous}, *{previous}]\n" for previous, name in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED = [
    (BOMB, "x.yaml", "line 1: anchors"),
    ("name: ok\nrole: *other", "x.yaml", "line 2: anchors"),
    ("run: !!python/object/apply:os.system [ls]", "x.yaml", "line 1: the tag"),
    ("a: " + "[" * 100_000, "x.yaml", "more than 64 levels"),
    ("[" * 1_000_000, "x.json", "more than 64 levels"),
    ("name: a\nagents:\n  b: 1\n  c: 2\n  b: 3", "x.yaml", "line 5: the key 'b' is there twice"),
    ('{\n "name": 1,\n "name": 2}', "x.json", "line 3: the key 'name' is there twice"),
    ("x" * (MAX_BYTES + 1), "x.yaml", "2.0 MB"),
    ("name: a\nb\x00: c", "x.yaml", "line 2: the character U+0000"),
    ('{"name": "a\\u0000"}', "x.json", "U+0000"),
    ('{"name": "\\ud800"}', "x.json", "U+D800"),
    ("name: \ud800", "x.yaml", "U+D800"),
    ("- a\n- b", "x.yaml", "holds a list"),
    ("", "x.yaml", "holds nothing"),
    ("just text", "x.yaml", "only text"),
    ("a: 1\n---\nb: 2", "x.yaml", "line 2: a second document"),
    ("name: a\n\tb: c", "x.yaml", "line 2: this is not valid YAML"),
    ("name: a: b", "x.yaml", "line 1: this is not valid YAML"),
    ("? [a]\n: b", "x.yaml", "line 1: a key must be text"),
    ('{"a": 1,\n"b" 2}', "x.json", "line 2: this is not valid JSON"),
    ('{"a": NaN}', "x.json", "NaN"),
    ('{"a": 1e999}', "x.json", "too large"),
    ('{"a": ' + "9" * 5000 + "}", "x.json", "5000 digits"),
    ("a: [" + "1," * 900_000 + "]", "x.yaml", "100,000 values"),
    ('{"a": ' + "/* " * 600_000, "x.jsonc", "not valid JSON"),
]


@pytest.mark.parametrize(("text", "source", "message"), REFUSED, ids=[message for _, _, message in REFUSED])
def test_what_is_not_plain_data_is_refused_quickly(text: str, source: str, message: str):
    """One sentence with the line, a hint, and no more than a moment, whatever the text tries."""
    began = time.thread_time()
    with pytest.raises(DocumentError) as caught:
        read_document(text, source=source)
    spent = time.thread_time() - began
    assert spent < 2.0 or spent < 2.0 * slowness()
    assert message in caught.value.message
    assert caught.value.hint
    assert len(str(caught.value)) < 400


def test_comments_and_trailing_commas_are_fine_in_jsonc():
    """crewAI's own `crew.jsonc` is read; what looks like a comment within a text is text."""
    text = '// crew\n{"name": "a // b", /* x\n y */ "tasks": [{"name": "t", "description": "see http://x.example",},],}'
    document = read_document(text, source="crew.jsonc")
    assert document["name"] == "a // b"
    assert document["tasks"][0]["description"] == "see http://x.example"


def test_the_kind_is_seen_from_the_text_when_the_name_does_not_tell():
    """A pasted document needs no file name."""
    assert read_document('{"name": "a"}', source="pasted text") == {"name": "a"}
    assert read_document("name: a", source="pasted text") == {"name": "a"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2025-01-31", "2025-01-31"),
        ("12:30", "12:30"),
        (".nan", ".nan"),
        ("yes", True),
        ("010", 8),
        ("089", "089"),
        ("1_000", 1000),
        ("-7", -7),
        ("1.5", 1.5),
        ("~", None),
        ("9" * 400, "9" * 400),
    ],
)
def test_yaml_values_are_json_values(written: str, value: Any):
    """Dates, times and what JSON lacks stay text; numbers and booleans are those of YAML."""
    assert read_document(f"a: {written}", source="x.yaml") == {"a": value}


@pytest.mark.parametrize("source", ["x.yaml", "x.json"])
def test_a_byte_order_mark_is_no_text(source: str):
    """Editors on Windows write one."""
    assert read_document('\ufeff{"name": "a"}', source=source) == {"name": "a"}


def test_keys_are_text():
    """`on`, `5` and `null` as keys are names."""
    assert read_document("on: 1\n5: 2\nnull: 3", source="x.yaml") == {"on": 1, "5": 2, "null": 3}


def test_unknown_fields_are_kept_and_spellings_brought_together():
    """Agents in a list and tasks without names come back in the usual shape, with everything that was there."""
    text = "name: a\nx_team: ops\nagents:\n- name: b\n  role: r\n  x_note: 1\ntasks:\n- description: d"
    document = read_document(text, source="x.yaml")
    assert document["x_team"] == "ops"
    assert document["agents"] == {"b": {"role": "r", "x_note": 1}}
    assert document["tasks"] == [{"description": "d", "name": "task_1"}]


def test_texts_of_several_lines_are_yaml_blocks():
    """An exported crew can be read and edited by a person."""
    text = write_document(crew(description="One\ntwo\n"))
    assert "description: |\n  One\n  two\n" in text


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_objects_of_a_notebook_are_written_as_json_would(kind: Any):
    """A tuple is a list, a date its text."""
    text = write_document({"name": "a", "x": (date(2025, 1, 31), 1)}, kind)
    assert read_document(text, source=f"x.{kind}") == {"name": "a", "x": ["2025-01-31", 1]}


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\ufeff"), max_size=30)
LINES = st.lists(TEXT | st.sampled_from(["  lead", "trail ", "- x", "a: b", "# c", "no", "12:30", ""]), max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | LINES.map("\n".join),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize("kind", ["yaml", "json"])
@given(fields=st.dictionaries(TEXT.filter(lambda key: key not in ("agents", "tasks")), VALUES, max_size=5))
@settings(max_examples=200)
def test_what_is_written_is_read_back(kind: Any, fields: dict[str, Any]):
    """Export and import change nothing, unknown fields and odd texts included."""
    document = crew() | fields
    assert read_document(write_document(document, kind), source=f"x.{kind}") == document


def test_a_file_is_read_as_utf8(tmp_path: Path):
    """A byte order mark is no part of the first key; other encodings are named."""
    path = tmp_path / "a.yaml"
    path.write_bytes("name: Größe".encode("utf-8-sig"))
    assert read_document_file(path) == {"name": "Größe"}
    path.write_bytes("name: Größe".encode("cp1252"))
    with pytest.raises(DocumentError, match="not UTF-8"):
        read_document_file(path)
    with pytest.raises(DocumentError, match="cannot be read"):
        read_document_file(tmp_path / "missing.yaml")


PIECES = st.sampled_from(
    [*"-:?[]{},&*!|>'\"%@`# \n\t\r~0x_.+e\\/<=", "name", "---", "...", "\\u", "//", "/*", "*/", "1:2", "é"]
)


@pytest.mark.parametrize("source", ["x.yaml", "x.json", "pasted"])
@given(text=st.lists(PIECES | st.characters(), max_size=40).map("".join))
@settings(max_examples=300)
def test_any_text_is_a_document_or_refused(source: str, text: str):
    """Nothing but `DocumentError` comes out of a file that somebody drops on the page."""
    with contextlib.suppress(DocumentError):
        assert isinstance(read_document(text, source=source), dict)


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "a: @x\n", "a: `x`\n"])
def test_a_character_that_yaml_does_not_take_is_explained(text):
    """The parser does not say which one: it is a tab most of the time."""
    with pytest.raises(DocumentError, match="not with tabs; put a text that begins with @"):
        read_document(text, source="x.yaml")

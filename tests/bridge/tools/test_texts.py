"""What prompts say of tools."""

from __future__ import annotations

from pathlib import Path

from crewai.utilities.agent_utils import parse_tools, render_text_description_and_args

from crewlab.bridge.tools.allow_list import make_tool
from crewlab.bridge.tools.texts import described


def test_tools_are_described_in_crewais_words(tmp_path: Path):
    """The same text as crewAI's, also the second time, for tools made anew."""
    for _ in range(2):
        tools = parse_tools([make_tool(name, tmp_path) for name in ("FileReadTool", "DirectoryReadTool")])
        assert described(tools) == render_text_description_and_args(tools)

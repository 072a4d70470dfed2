"""What the README says in Python is there."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.analysis.columns import FrameScope
from crewlab.executions.filters import ExecutionListing
from crewlab.executions.launch import LaunchArguments
from crewlab.lab import Lab
from crewlab.lab.definitions import Definitions
from crewlab.lab.gallery import Gallery

BLOCKS = re.findall(r"```python\n(.*?)```", (Path(__file__).parents[1] / "README.md").read_text("utf-8"), re.DOTALL)
PARTS = {"definitions": Definitions, "gallery": Gallery}
BEHIND_STARS = {name for kind in (LaunchArguments, FrameScope, ExecutionListing) for name in kind.__annotations__}
"""What methods take as `**arguments`, `**scope` and `**filters`."""


def calls(block: str) -> Iterator[tuple[Callable[..., Any], ast.Call]]:
    """Every call of a method of the lab, or of one of its parts."""
    tree = compile(block, "README.md", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and re.fullmatch(r"lab(\.\w+){1,2}", name := ast.unparse(node.func)):
            *parts, method = name.split(".")[1:]
            yield getattr(PARTS[parts[0]] if parts else Lab, method), node


def test_the_readme_calls_methods():
    """The test below looks at something."""
    assert sum(len(list(calls(block))) for block in BLOCKS) > 30


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0][:40])
def test_what_it_calls_takes_what_it_gives(block: str):
    """Each example can be read, its methods exist, and take these arguments."""
    for method, call in calls(block):
        named = {keyword.arg for keyword in call.keywords}
        inspect.signature(method).bind(None, *call.args, **dict.fromkeys(filter(None, named)))
        assert named <= {*inspect.signature(method).parameters, *BEHIND_STARS}, ast.unparse(call)

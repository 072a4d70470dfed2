"""The script of an exported flow: it runs the flow, or talks to it where it holds a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.flows.conversation import is_conversation

_SCRIPT = '''"""{title}: `python {script} name=value ...` sets fields of its state{more}."""

import json
import os
import sys
from pathlib import Path{typing}

from crewai.flow.flow import Flow
{imports}
HERE = Path(__file__).resolve().parent


{main}
    os.chdir(HERE)  # where its tools and files are
    sys.path.insert(0, str(HERE))
    flow = Flow.from_declaration({declaration})
    state = flow._definition.state
    kinds = ((state and getattr(state, "json_schema", None)) or {{}}).get("properties") or {{}}
    given = dict(word.split("=", 1) for word in words)
    inputs = {{
        name: text if (kinds.get(name) or {{}}).get("type", "string") == "string" else json.loads(text)
        for name, text in given.items()
    }}
{body}


if __name__ == "__main__":
    {run}
'''
_RUN = {
    "title": "Runs the flow of this project",
    "more": "",
    "typing": "",
    "main": '''def main(words: list[str]) -> str:
    """What the flow answers, for fields of the state given as `name=value`; values other than text are JSON."""''',
    "body": """    answer = flow.kickoff(inputs=inputs or None)
    answer = getattr(answer, "raw", answer)
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, indent=2, default=str)""",
    "run": "print(main(sys.argv[1:]))",
}
_TALK = {
    "title": "Talks to the flow of this project",
    "more": "; `exit` ends the conversation",
    "typing": "\nfrom typing import Any",
    "main": '''def main(words: list[str], **options: Any) -> None:
    """Talk until `exit`, or until the flow ends it; values other than text are JSON; `options` of `chat`."""''',
    "body": """    for name, value in inputs.items():
        setattr(flow.state, name, value)
    ask = options.pop("input_fn", input)
    flow.chat(input_fn=lambda prompt: "exit" if flow.state.ended else ask(prompt), **options)""",
    "run": "main(sys.argv[1:])",
}


def flow_script(document: Mapping[str, Any], script: str, imports: str, declaration: str) -> str:
    """The text of `script`; `imports` are lines of its own, `declaration` is what `Flow.from_declaration` takes."""
    parts = _TALK if is_conversation(document) else _RUN
    return _SCRIPT.format(script=script, imports=imports, declaration=declaration, **parts)


def run_line(document: Mapping[str, Any], script: str) -> str:
    """The command for a README."""
    does = "talks to it; fields of the state" if is_conversation(document) else "or with fields of the state"
    return f"python {script}   # {does}: name=value"


def notebook_lines(document: Mapping[str, Any]) -> str:
    """What the last cell of a notebook does."""
    made = "flow = Flow.from_declaration(contents=FLOW)\n"
    if is_conversation(document):
        return made + 'flow.handle_turn("Hello!")  # a turn; run it again with what you say next'
    return made + "result = await flow.kickoff_async(inputs={})\nresult"
